/** The files that the operators' page gives: used as they are written there, but for ports and paths. @module */

import { assertEquals, assertLess, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { textsOf } from "../lib/messages.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { StreamReader, streamUrl } from "../lib/stream_reader.ts";
import { testWith } from "../lib/tools.ts";
import { makeCertificate } from "../lib/certificate.ts";
import { lastingPort } from "../lib/port.ts";
import { startCaddy, startNginx } from "../lib/proxies.ts";
import { Checkout } from "./checkout.ts";
import { fencedBlock, readDocument } from "./documents.ts";

const PAGE = "docs/operators.md";

/** The values of a key in a systemd unit. */
function valuesOf(unit: string, key: string): string[] {
  return Array.from(unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm")), ([, value]) => value!);
}

Deno.test("the systemd unit starts the one file of at most 450 KB, which keeps its messages where the page says", async () => {
  const unit = fencedBlock(PAGE, "ini");
  await using checkout = await Checkout.make();
  assertEquals((await checkout.run("deno task bundle")).code, 0);
  assertLess(Deno.statSync(`${checkout.path}/dist/switchboard.js`).size, 450_000);
  await using folder = await makeFolder();
  const [start = ""] = valuesOf(unit, "ExecStart");
  const [home = ""] = valuesOf(unit, "WorkingDirectory");
  const env = Object.fromEntries(valuesOf(unit, "Environment").join(" ").split(" ").map((word) => word.split("=", 2)));
  assertEquals([valuesOf(unit, "StateDirectory"), home], [["switchboard"], "/var/lib/switchboard"]);
  const command = start.replace("/usr/local/bin/deno", Deno.execPath())
    .replace("/opt/switchboard/", `${checkout.path}/dist/`).split(" ");
  await using service = await ServiceProcess.start({
    command,
    args: [],
    cwd: folder.path,
    env: { ...env, PORT: "0", DENO_DIR: `${folder.path}/cache` },
  });
  await using ada = await PlainClient.open(service, "ada");
  ada.send("hello");
  await ada.untilFrame("Client #ada says: hello");
  assertStringIncludes(readDocument(PAGE), `The messages are then in \`${home}/data/switchboard.db\``);
  assertEquals(Deno.statSync(`${folder.path}/data/switchboard.db`).isFile, true);
  assertEquals(await service.stop(), 0);
});

Deno.test("the image's commands bundle it, start it as its health check expects, and stop it without a loss", async () => {
  const dockerfile = readDocument("Dockerfile").replaceAll("\\\n", "");
  const words = (instruction: string): string[] =>
    JSON.parse(new RegExp(`^ *${instruction}.*?(\\[.*\\])$`, "m").exec(dockerfile)![1]!);
  await using checkout = await Checkout.make();
  for (const part of readDocument(".dockerignore").matchAll(/^!(.*)$/gm)) Deno.statSync(`${checkout.path}/${part[1]}`);
  const [, task = ""] = /^RUN (deno task .*)$/m.exec(dockerfile)!;
  assertEquals((await checkout.run(task)).code, 0);
  const [, bundle = ""] = /^COPY --from=build \/src\/(\S+) \.$/m.exec(dockerfile)!;
  await using folder = await makeFolder();
  await Deno.copyFile(`${checkout.path}/${bundle}`, `${folder.path}/switchboard.js`);
  await Deno.mkdir(`${folder.path}/data`);
  const start = async () => {
    const [, ...args] = words("ENTRYPOINT");
    return await ServiceProcess.start({
      command: [Deno.execPath(), ...args],
      args: [],
      cwd: folder.path,
      env: { PORT: "0" },
    });
  };
  const isHealthy = async (port: number) => {
    const [, ...args] = words("HEALTHCHECK.*?CMD");
    const { success } = await new Deno.Command(Deno.execPath(), { args, env: { PORT: `${port}` }, stderr: "null" })
      .output();
    return success;
  };
  {
    await using service = await start();
    await using ada = await PlainClient.open(service, "ada");
    ada.send("hello");
    await ada.untilFrame("Client #ada says: hello");
    assertEquals((await service.event("started")).flagsOnly, undefined);
    assertEquals(await isHealthy(service.port), true);
    assertEquals(await service.stop(), 0);
    assertEquals(await isHealthy(service.port), false);
  }
  await using again = await start();
  await using ada = await ChatClient.open(again, "ada");
  assertEquals(textsOf((await ada.join("lobby")).messages), ["hello"]);
});

testWith(["nginx", "openssl"], {
  name: "nginx with the settings of the page passes the page, the chat and a stream on, each event as it comes",
  async fn() {
    await using service = await ServiceProcess.start();
    await using certificate = await makeCertificate();
    const port = lastingPort();
    const settings = blockWith("nginx", [
      ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
      ["/etc/ssl/chat.example.pem", `${certificate.path}/cert.pem`],
      ["/etc/ssl/chat.example.key", `${certificate.path}/key.pem`],
      ["http://127.0.0.1:8000", service.url],
    ]);
    await using _nginx = await startNginx(certificate.path, settings);
    const trusted = await Deno.readTextFile(`${certificate.path}/cert.pem`);
    using client = Deno.createHttpClient({ caCerts: [trusted] });
    const url = `https://localhost:${port}/`;
    const page = await eventually(() => fetch(url, { client }).catch(() => undefined), "nginx to answer");
    assertStringIncludes(await page.text(), "<title>Switchboard");
    using ada = await RawPeer.open(port, "/ws/ada", undefined, trusted);
    await ada.send("hello");
    assertEquals(await ada.readText(), "Client #ada says: hello");
    await streams(url, ada, client);
  },
});

/** What has been said comes by a stream, and what is said then. */
async function streams(url: string, ada: RawPeer, client?: Deno.HttpClient): Promise<void> {
  await using stream = await StreamReader.ask(streamUrl(url, "lobby", { live: "sse", offset: "-1" }), {}, client);
  await stream.untilSeq(1);
  await ada.send("and this");
  await stream.untilSeq(2);
}

/** A block of the page, with some words of it replaced. */
function blockWith(kind: string, replacements: [from: string, to: string][]): string {
  let block = fencedBlock(PAGE, kind);
  for (const [from, to] of replacements) {
    assertStringIncludes(block, from);
    block = block.replace(from, to);
  }
  return block;
}

testWith("caddy", {
  name: "Caddy with the settings of the page passes the page, the chat and a stream on, each event as it comes",
  async fn() {
    await using service = await ServiceProcess.start();
    await using folder = await makeFolder();
    const port = lastingPort();
    const settings = blockWith("caddy", [
      ["chat.example", `http://:${port}`],
      ["127.0.0.1:8000", new URL(service.url).host],
    ]);
    await using _caddy = await startCaddy(folder.path, settings);
    const page = await eventually(() => fetch(`http://127.0.0.1:${port}/`).catch(() => undefined), "Caddy to answer");
    assertStringIncludes(await page.text(), "<title>Switchboard");
    using ada = await RawPeer.open(port, "/ws/ada");
    await ada.send("hello");
    assertEquals(await ada.readText(), "Client #ada says: hello");
    await streams(`http://127.0.0.1:${port}/`, ada);
  },
});
