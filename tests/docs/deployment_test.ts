/** The files that the operators' page gives: used as they are written there, but for ports and paths. @module */

import { assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { makeCertificate } from "../lib/certificate.ts";
import { freePort } from "../lib/port.ts";
import { Checkout } from "./checkout.ts";
import { fencedBlock, readDocument } from "./documents.ts";

const PAGE = "docs/operators.md";

/** The values of a key in a systemd unit. */
function valuesOf(unit: string, key: string): string[] {
  return Array.from(unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm")), ([, value]) => value!);
}

Deno.test("the systemd unit starts the one file, which keeps its messages where the page says", async () => {
  const unit = fencedBlock(PAGE, "ini");
  await using checkout = await Checkout.make();
  assertEquals((await checkout.run("deno task bundle")).code, 0);
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

testWith(["nginx", "openssl"], {
  name: "nginx with the settings of the page passes the page and the chat on",
  async fn() {
    await using service = await ServiceProcess.start();
    await using certificate = await makeCertificate();
    const port = freePort();
    await using _nginx = await startNginx(certificate.path, [
      ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
      ["/etc/ssl/chat.example.pem", `${certificate.path}/cert.pem`],
      ["/etc/ssl/chat.example.key", `${certificate.path}/key.pem`],
      ["http://127.0.0.1:8000", service.url],
    ]);
    const trusted = await Deno.readTextFile(`${certificate.path}/cert.pem`);
    using client = Deno.createHttpClient({ caCerts: [trusted] });
    const url = `https://localhost:${port}/`;
    const page = await eventually(() => fetch(url, { client }).catch(() => undefined), "nginx to answer");
    assertStringIncludes(await page.text(), "<title>Switchboard");
    using ada = await RawPeer.open(port, "/ws/ada", undefined, trusted);
    await ada.send("hello");
    assertEquals(await ada.readText(), "Client #ada says: hello");
  },
});

/** Starts nginx on the page's block, with some words of it replaced. */
async function startNginx(folder: string, replacements: [from: string, to: string][]): Promise<AsyncDisposable> {
  let block = fencedBlock(PAGE, "nginx");
  for (const [from, to] of replacements) {
    assertStringIncludes(block, from);
    block = block.replace(from, to);
  }
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) =>
    `${kind}_temp_path ${folder}/${kind};`
  );
  const config = `daemon off; pid ${folder}/pid; error_log stderr; events {}\n` +
    `http { access_log off; ${temporary.join(" ")}\n${block}}\n`;
  await Deno.writeTextFile(`${folder}/nginx.conf`, config);
  const nginx = pathOf("nginx")!;
  const test = await new Deno.Command(nginx, { args: ["-e", "stderr", "-t", "-c", `${folder}/nginx.conf`] }).output();
  assertMatch(new TextDecoder().decode(test.stderr), /test is successful/);
  const args = ["-e", "stderr", "-c", `${folder}/nginx.conf`];
  const child = new Deno.Command(nginx, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}
