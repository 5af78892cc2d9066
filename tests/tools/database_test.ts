/** The tools with a database, which its servers share with them. @module */

import { openLog } from "../../chat/log/open_log.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { ban, erasePerson, makeOwner, printPerson, printRooms, revoke } from "../../chat/tools/admin.ts";
import { addBot, listBots, removeBot } from "../../chat/tools/bot.ts";
import { exportRoom } from "../../chat/tools/export.ts";
import { importRoom } from "../../chat/tools/import.ts";
import { ToolError } from "../../chat/tools/snapshot.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { by, textsOf } from "../lib/messages.ts";
import { type Database, postgresOfFile } from "../lib/postgres.ts";
import { makeFolder } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

const server = await postgresOfFile();

function databaseTest(name: string, work: (database: Database, served: MessageLog) => Promise<void>): void {
  testWith("postgres", {
    name: `a database, while it is served: ${name}`,
    async fn() {
      await using database = await server!.database();
      const served = openLog(await openStore(database.url));
      try {
        await work(database, served);
      } finally {
        await served.close();
      }
    },
  });
}

async function printed(print: (line: (text: string) => void) => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  await print((line) => lines.push(line));
  return lines;
}

databaseTest("a room is carried into it, and out of it again", async ({ url }, served) => {
  await using folder = await makeFolder();
  const [source, first, second] = [`sqlite:${folder.path}/a.db`, `${folder.path}/1.jsonl`, `${folder.path}/2.jsonl`];
  const log = openLog(await openStore(source));
  await appendTo(log, "lobby", by("one\0 \u0001 😀", "n1"));
  await appendTo(log, "lobby", { ...by("two", "n2", "bob"), reply: 1 });
  await appendTo(log, "lobby", { kind: "react", id: "k-eve", name: "Eve", target: 1, emoji: "👍", on: true });
  await appendTo(log, "lobby", { kind: "edit", id: "bob", name: "Bob", target: 2, version: 0, text: "two, again" });
  await log.close();
  const exportTo = async (file: string, store: string) => {
    const { writable } = await Deno.create(file);
    await exportRoom(store, "lobby", writable);
    await writable.close();
  };
  await exportTo(first, source);
  assertEquals(await importRoom(first, url, "lobby"), 2);
  assertEquals(textsOf((await served.read("lobby", { limit: 9 })).events), ["one\0 \u0001 😀", "two, again"]);
  await exportTo(second, url);
  const lines = (file: string) => Deno.readTextFileSync(file).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines(second), lines(first));
  const error = await assertRejects(() => importRoom(first, url, "lobby"), ToolError, "the room lobby is not empty");
  assert(!error.message.includes("p%40ss"), error.message);
});

databaseTest("an operator lists rooms, gives owners, bans, and calls ids back", async ({ url }, served) => {
  await appendTo(served, "lobby", by("hello", "n1", "k-ada"));
  await makeOwner(url, "lobby", "k-ada");
  assertEquals(await ban(url, "k-eve"), 1);
  const [, row] = await printed((print) => printRooms(url, print));
  assertEquals(row!.split("\t").slice(0, 4), ["lobby", "k-ada", "1", "1"]);
  const changes = (await served.roomChanges("lobby")).changes.map((change) =>
    change.kind === "member" && change.member
  );
  assertEquals(changes, ["k-ada", "k-eve"]);
  await revoke(url, "k-bob", "k-bob2");
  assertEquals(await served.identities!.find("k-bob"), { revoked: true, next: "k-bob2" });
});

databaseTest("everything of a person is erased from it", async (database, served) => {
  const { url, name } = database;
  const secret = "the quick brown fox";
  await appendTo(served, "lobby", { ...by(secret, "n1", "k-ada"), name: "Ada Lovelace" });
  await appendTo(served, "lobby", by("hello", "n2", "k-bob"));
  await appendTo(served, "lobby", {
    kind: "react",
    id: "k-ada",
    name: "Ada Lovelace",
    target: 2,
    emoji: "👍",
    on: true,
  });
  assertEquals((await printed((print) => printPerson(url, "k-ada", print))).length, 2);
  const { messages, reactions } = await erasePerson(url, "k-ada");
  assertEquals([messages, reactions], [1, 1]);
  const dump = await server!.run("pg_dump", server!.adminUrl(name));
  assert(dump.includes("hello") && !dump.includes(secret) && !dump.includes("Ada Lovelace"), "nothing of it is dumped");
  // Not in what the tables keep of rows that are gone, either.
  const files = await server!.sqlIn(
    database,
    "CHECKPOINT",
    `SELECT string_agg(encode(pg_read_binary_file(pg_relation_filepath(oid)), 'escape'), '') FROM pg_class
      WHERE relnamespace = 'switchboard'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0`,
  );
  assert(files.includes("hello") && !files.includes(secret) && !files.includes("Ada Lovelace"), "nor is it in a file");
  assertEquals(textsOf((await served.read("lobby", { limit: 9 })).events), ["", "hello"]);
});

databaseTest("a bot is made, listed and taken back", async ({ url }, served) => {
  const secret = await addBot(url, "ci", "ops,lobby", "write");
  assert(secret.startsWith("sbk_"));
  assertEquals((await listBots(url)).map(({ name, rooms }) => [name, rooms]), [["ci", ["ops", "lobby"]]]);
  assertEquals((await served.bots!.list()).length, 1);
  await removeBot(url, "ci");
  assertEquals(await served.bots!.list(), []);
});
