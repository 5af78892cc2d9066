/** The ways to run it: from its sources, from one file, by `deno serve`, on an older Deno. Each is a page and a chat. @module */

import { textsOf } from "../lib/messages.ts";
import manifest from "../../deno.json" with { type: "json" };
import { startWscat } from "../clients/terminal.ts";
import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { answers, lastingPort } from "../lib/port.ts";
import { Postgres } from "../lib/postgres.ts";
import { makeFolder, PERMISSIONS, type ProcessOptions, run, ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

/** The page is served, and the dialects meet. */
async function servesPageAndChat(at: { url: string; wsUrl: string }): Promise<void> {
  const response = await fetch(`${at.url}/r/lobby`);
  assertStringIncludes(await response.text(), "<title>Switchboard");
  const script = await fetch(`${at.url}/static/client/link.js`);
  assertMatch(await script.text(), /export ?(?:const )?\{ ?Link ?\}/);
  await using plain = await PlainClient.open(at, "plain");
  await using chat = await ChatClient.open(at, "chat", "lobby");
  await chat.publish("lobby", "to plain");
  await plain.untilFrame("Client #chat says: to plain");
  plain.send("to chat");
  await chat.push("message", ({ text }) => text === "to chat");
}

/** The most that the one file may have. */
const BUNDLE_BYTES = 450_000;

/** The one file, made as `deno task bundle` makes it, in a folder of its own. */
async function makeBundle(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await makeFolder();
  const [, ...args] = manifest.tasks.bundle.command.split(" ");
  await run(Deno.execPath(), ...args, `${folder.path}/switchboard.js`);
  return folder;
}

Deno.test("one file, alone in a folder and with nothing but --allow-net, is the whole service", async () => {
  await using folder = await makeBundle();
  assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["switchboard.js"]);
  assertLess(Deno.statSync(`${folder.path}/switchboard.js`).size, BUNDLE_BYTES);
  await using service = await ServiceProcess.start({
    command: [Deno.execPath(), "run", "--no-prompt", "--allow-net", "switchboard.js"],
    args: ["--port", "0"],
    cwd: folder.path,
  });
  assertEquals((await service.event("started")).store, "memory:");
  await servesPageAndChat(service);
  await using bob = await PlainClient.open(service, "bob", "cats");
  await using wscat = startWscat(`${service.wsUrl}/ws/cat?room=cats`);
  await using grace = await ChatClient.open(service, "grace", "cats");
  await grace.until(() => grace.all("presence").some(({ joins }) => joins.some(({ id }) => id === "cat")), "wscat");
  await wscat.say("from a terminal");
  await bob.untilFrame("Client #cat says: from a terminal");
});

Deno.test("one file with leave to write data/ keeps messages there, over a kill", async () => {
  await using folder = await makeBundle();
  const command = [Deno.execPath(), "run", "--no-prompt", ...PERMISSIONS, "--allow-read=data", "--allow-write=data"];
  const options = { command: [...command, "switchboard.js"], args: ["--port", "0"], cwd: folder.path };
  {
    await using service = await ServiceProcess.start(options);
    assertEquals((await service.event("started")).durability, "fsync");
    await using ada = await ChatClient.open(service, "ada", "lobby");
    await ada.publish("lobby", "kept");
  }
  await using service = await ServiceProcess.start(options);
  await using ada = await ChatClient.open(service, "ada");
  assertEquals(textsOf((await ada.join("lobby")).messages), ["kept"]);
});

Deno.test("`deno serve` serves it", async () => {
  const port = lastingPort();
  await using service = ServiceProcess.spawn({
    command: [Deno.execPath(), "serve", "-A", "--host", "127.0.0.1", "--port", `${port}`, "main.ts"],
    args: [],
    env: { CHAT_STORE: "memory:", NO_COLOR: "1" },
  });
  const at = { url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
  await eventually(() => answers(at.url), "it to serve", 60_000);
  await servesPageAndChat(at);
  const listening = service.told("listening").map(({ addresses }) => addresses);
  assertEquals(listening, [[`127.0.0.1:${port}`]], "it does not listen beside it");
  assertEquals(await service.stop(), 0);
});

/** Older versions that run it: one of those that Deno Deploy's documents name, from its sources, and one that needs the bundle. */
const OLDER = [{ version: "2.5.4", bundled: false }, { version: "2.3.7", bundled: true }] as const;

/** Where a version is. */
async function findDeno(version: string): Promise<string> {
  return (await run("npx", "-y", `deno@${version}`, "eval", "console.log(Deno.execPath())")).trim();
}

/** Does something with how a version is started, but for its arguments. */
async function withOlder(
  { version, bundled }: (typeof OLDER)[number],
  work: (how: ProcessOptions, data: string) => Promise<void>,
): Promise<void> {
  const older = await findDeno(version);
  await using folder = bundled ? await makeBundle() : undefined;
  await using data = await makeFolder();
  const command = folder
    ? [older, "run", "-A", "--unstable-kv", `${folder.path}/switchboard.js`]
    : [older, "run", "-A", "--no-lock", "main.ts"];
  // Of its own it trusts fewer certificates than the system does.
  await work({ command, cwd: folder?.path, env: { DENO_TLS_CA_STORE: "system,mozilla" } }, data.path);
}

for (const older of OLDER) {
  const { version, bundled } = older;
  const what = bundled ? "the one file" : "it";
  testWith("npm", {
    name: `Deno ${version} runs ${what}`,
    fn: () =>
      withOlder(older, async (how, data) => {
        const options = { ...how, args: ["--port", "0", "--chat-store", `kv:${data}/chat.kv`] };
        await using service = await ServiceProcess.start(options);
        await servesPageAndChat(service);
        assertEquals(await service.stop(), 0);
        await using guarded = ServiceProcess.spawn({ ...options, args: [...options.args, "--guard", "on"] });
        assertEquals(await guarded.exited, 2);
        assertStringIncludes(guarded.errors, `Cannot use GUARD: it takes Deno 2.9 or newer: this is ${version}`);
        await using inMemory = ServiceProcess.spawn({ ...options, args: ["--port", "0", "--chat-store", "memory:"] });
        assertEquals(await inMemory.exited, 1);
        assertStringIncludes(inMemory.errors, `memory: is SQLite, and it takes Deno 2.8 or newer: this is ${version}`);
      }),
  });
}

testWith(["npm", "postgres"], {
  name: "Deno 2.5.4 runs it on PostgreSQL, and 2.3.7 says that it is too old for that",
  async fn() {
    await using server = await Postgres.start();
    await using database = await server.database();
    const args = ["--port", "0", "--chat-store", database.url];
    await withOlder(OLDER[0], async (how) => {
      await using service = await ServiceProcess.start({ ...how, args });
      await servesPageAndChat(service);
      assertEquals(await service.stop(), 0);
    });
    await withOlder(OLDER[1], async (how) => {
      await using service = ServiceProcess.spawn({ ...how, args });
      assertEquals(await service.exited, 1);
      assertStringIncludes(
        service.errors,
        "Cannot open the store: postgres: it takes Deno 2.5 or newer: this is 2.3.7",
      );
    });
  },
});
