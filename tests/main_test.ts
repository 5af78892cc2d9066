/** The program itself, as a process: its settings, its end, and what it does when the system has nothing left. @module */

import { textsOf } from "./lib/messages.ts";
import { assertEquals, assertStringIncludes } from "./lib/assert.ts";
import { makeCertificate } from "./lib/certificate.ts";
import { ChatClient, PlainClient } from "./lib/client.ts";
import { LOCK } from "./lib/packages.ts";
import { eventually, inTime } from "./lib/patience.ts";
import { makeFolder, PERMISSIONS, ROOT, ServiceProcess } from "./lib/process.ts";
import { RawPeer } from "./lib/raw_peer.ts";
import { testWith } from "./lib/tools.ts";

Deno.test("all errors in the settings are reported at once, with exit code 2", async () => {
  await using service = ServiceProcess.spawn({
    args: ["--port", "x", "--origins", "y", "--wrong"],
    env: { TLS_CERT: "only.pem" },
  });
  assertEquals(await service.exited, 2);
  for (const name of ["PORT", "ORIGINS", "--wrong", "TLS_CERT"]) {
    assertStringIncludes(service.errors, `Cannot use ${name}`);
  }
  assertStringIncludes(service.errors, "See --help.");
  assertEquals(service.errors.split("\n").length, 6, service.errors);
  assertEquals([service.log, service.stray], [[], []]);
});

Deno.test("--help tells every setting and exits with 0", async () => {
  await using service = ServiceProcess.spawn({ args: ["--help"], command: [Deno.execPath(), "run", "main.ts"] });
  assertEquals(await service.exited, 0);
  assertStringIncludes(service.stray.join("\n"), "--chat-store STORE");
});

Deno.test("a flag wins over the environment", async () => {
  await using service = await ServiceProcess.start({
    args: ["--port", "0", "--chat-store", "memory:"],
    env: { PORT: "1", CHAT_STORE: "sqlite:/nowhere/at/all.db", METRICS: "on" },
  });
  assertEquals((await service.event("started")).store, "memory:");
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assertStringIncludes(metrics, "switchboard_connections 0");
});

Deno.test("with nothing but --allow-net it serves the page and a chat in memory", async () => {
  await using folder = await makeFolder();
  await using service = await ServiceProcess.start({
    command: [Deno.execPath(), "run", "--no-prompt", "--allow-net", `${ROOT}main.ts`],
    args: ["--port", "0"],
    cwd: folder.path,
  });
  assertEquals((await service.event("started")).store, "memory:");
  assertStringIncludes(await (await fetch(service.url)).text(), "<title>Switchboard<");
  await using ada = await PlainClient.open(service, "ada");
  ada.send("hi");
  await ada.untilFrame("Client #ada says: hi");
});

Deno.test("with leave to write data/ it keeps messages there, over restarts", async () => {
  await using folder = await makeFolder();
  const command = [
    Deno.execPath(),
    "run",
    "--no-prompt",
    LOCK,
    ...PERMISSIONS,
    "--allow-read=data",
    "--allow-write=data",
    `${ROOT}main.ts`,
  ];
  const start = () => ServiceProcess.start({ command, args: ["--port", "0"], cwd: folder.path });
  let position: { epoch: string; seq: number };
  {
    await using service = await start();
    assertEquals((await service.event("started")).durability, "fsync");
    await using ada = await ChatClient.open(service, "ada", "lobby");
    const { epoch } = await ada.join("lobby");
    position = { epoch, seq: (await ada.publish("lobby", "kept")).seq! };
    service.kill("SIGKILL");
    await service.exited;
  }
  await using service = await start();
  await using bob = await ChatClient.open(service, "bob");
  const joined = await bob.join("lobby", { ...position, seq: 0 });
  assertEquals([joined.recovered, textsOf(joined.messages)], [true, ["kept"]]);
});

Deno.test("SIGTERM ends the program although a peer does not answer", async () => {
  await using service = await ServiceProcess.start();
  using _mute = await RawPeer.open(service.port, "/ws/mute");
  using _muteToo = await RawPeer.open(service.port, "/ws/mute-too", "chat.v1");
  assertEquals(await inTime(service.stop(), "the end"), 0);
});

Deno.test("Ctrl-C that arrives twice, from the terminal and from the task that runs the program, still ends it in order", async () => {
  await using service = await ServiceProcess.start();
  using _mute = await RawPeer.open(service.port, "/ws/mute");
  service.kill("SIGINT");
  await eventually(() => service.log.some(({ event }) => event === "stopping"), "the first to be heard");
  service.kill("SIGINT");
  assertEquals(await service.exited, 0);
  assertEquals(service.log.some(({ event }) => event === "stopped"), true);
});

Deno.test("with no file descriptor left the open chats go on, and others are taken again once some are free", async () => {
  await using service = await ServiceProcess.start({
    command: ["bash", "-c", `ulimit -n 64 && exec "$0" "$@"`, Deno.execPath(), "run", "-A", LOCK, "main.ts"],
  });
  await using ada = await PlainClient.open(service, "ada");
  await using bob = await PlainClient.open(service, "bob");
  const crowd: RawPeer[] = [];
  const join = async (index: number) => {
    const peer = await RawPeer.connect(service.port);
    crowd.push(peer);
    await peer.write(`GET /r/${index} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  };
  // Refused by the system or left waiting: either will do.
  await Promise.all(Array.from({ length: 150 }, (_, index) => join(index).catch(() => {})));
  await eventually(() => service.log.some(({ event }) => event === "trouble"), "the descriptors to run out");
  for (let round = 0; round < 20; round++) {
    ada.send(`${round}`);
    await bob.untilFrame(`Client #ada says: ${round}`);
    if (round % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 250));
  }
  for (const peer of crowd) peer[Symbol.dispose]();
  await eventually(
    async () => {
      const response = await fetch(`${service.url}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(() =>
        undefined
      );
      await response?.body?.cancel();
      return response?.status === 200;
    },
    "it to accept again",
    30_000,
  );
  await using carol = await PlainClient.open(service, "carol");
  carol.send("hello again");
  await ada.untilFrame("Client #carol says: hello again");
});

testWith("openssl", {
  name: "with a certificate it speaks https and wss",
  async fn() {
    await using certificate = await makeCertificate();
    const [cert, key] = [`${certificate.path}/cert.pem`, `${certificate.path}/key.pem`];
    await using service = await ServiceProcess.start({
      args: ["--port", "0", "--chat-store", "memory:", "--tls-cert", cert, "--tls-key", key],
    });
    assertStringIncludes(String((await service.event("listening")).url), "https://localhost:");
    const trusted = await Deno.readTextFile(cert);
    using client = Deno.createHttpClient({ caCerts: [trusted] });
    // More than one, because the client keeps its connection for the next.
    for (let request = 0; request < 3; request++) {
      const response = await fetch(`https://localhost:${service.port}/`, { client });
      assertStringIncludes(await response.text(), "<title>Switchboard<");
    }
    using peer = await RawPeer.open(service.port, "/ws/ada", undefined, trusted);
    await peer.send("hi");
    assertEquals(await peer.readText(), "Client #ada says: hi");
  },
});
