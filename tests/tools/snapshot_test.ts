/** Backup, restore and export, on stores that are served. @module */

import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { exportRoom } from "../../chat/tools/export.ts";
import type { FileStore } from "../../chat/settings/store_name.ts";
import { backup, parseFileStore, restore, ToolError } from "../../chat/tools/snapshot.ts";
import { StoreOpenError } from "../../chat/log/store.ts";
import { AppenderProcess } from "../lib/appender_process.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../lib/assert.ts";
import { by, texts } from "../lib/messages.ts";
import { Folder } from "../stores/in_folder.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");

async function append(name: string, ...messages: string[]): Promise<void> {
  const log = openLog(await openStore(name));
  for (const text of messages) await log.append("lobby", by(text, text));
  await log.close();
}

async function look(name: string): Promise<{ epoch: string; said: string; told: string[] }> {
  const told: string[] = [];
  const log = openLog(await openStore(name, (message) => told.push(message)));
  const { epoch, events: messages } = await log.read("lobby", { limit: 100 });
  await log.close();
  return { epoch, said: texts(messages), told };
}

/** Everything a room has, as `export` prints it. */
async function exported(name: string, room = "lobby"): Promise<{ room: string; seq: number; nonce: string }[]> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reading = new Response(readable).text();
  await exportRoom(name, room, writable);
  await writable.close();
  return (await reading).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

Deno.test("an export has no control character for a terminal, and comes back as it was", async () => {
  await using folder = new Folder();
  const name = `sqlite:${folder.path}/chat.db`;
  const log = openLog(await openStore(name));
  const text = "\u001b[2J \u0085 \u009b31m \u007f";
  await log.append("lobby", { id: "ada", name: "Ada", text });
  await log.close();
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  await exportRoom(name, "lobby", new WritableStream({ write: (chunk) => void chunks.push(decoder.decode(chunk)) }));
  assert(!/[^\P{Cc}\n]/u.test(chunks.join("")));
  assertEquals(JSON.parse(chunks.join("")).text, text);
});

for (const kind of ["sqlite", "kv"] as const) {
  Deno.test(`${kind}: a copy taken while the store is written to has everything that was acknowledged before`, async () => {
    await using folder = new Folder();
    const store: FileStore = { kind, path: `${folder.path}/chat.db` };
    const copy: FileStore = { kind, path: `${folder.path}/copy.db` };
    await using appender = new AppenderProcess(`${kind}:${store.path}`, "lobby", "ada");
    await appender.untilAcknowledged(200);
    const acknowledged = appender.acknowledged;
    assert(await backup(store, copy.path) > 0);
    await appender.untilAcknowledged(50);
    await appender.kill();
    const log = openLog(await openStore(`${kind}:${copy.path}`));
    const { events: messages, head } = await log.read("lobby", { after: 0, limit: 1_000_000 });
    await log.close();
    assertEquals(messages.length, head);
    for (const [text, seq] of acknowledged) assertEquals(messages[seq - 1]?.nonce, text);
  });

  Deno.test(`${kind}: a restored store has what the copy had, under a new epoch of which the operator is told once, and keeps what was there before`, async () => {
    await using folder = new Folder();
    const name = `${kind}:${folder.path}/chat.db`;
    const store = parseFileStore(name);
    await append(name, "kept");
    const { epoch, told } = await look(name);
    assertEquals(told, []);
    await backup(store, `${folder.path}/copy.db`);
    await append(name, "later");
    const { aside } = await restore(`${folder.path}/copy.db`, store, NOW);
    assertEquals(aside, `${store.path}.replaced-2026-01-02T03-04-05-678Z`);
    const restored = await look(name);
    assertEquals(restored.said, "kept");
    assertNotEquals(restored.epoch, epoch);
    assert(restored.told.length === 1 && restored.told[0]!.includes("a new epoch begins"), `${restored.told}`);
    assertEquals(await look(name), { ...restored, told: [] });
    assertEquals((await look(`${kind}:${aside}`)).said, "kept later");
  });

  Deno.test(`${kind}: a store that is served is not replaced, and one that is not there is made`, async () => {
    await using folder = new Folder();
    const name = `${kind}:${folder.path}/chat.db`;
    const store = parseFileStore(name);
    await append(name, "a");
    await backup(store, `${folder.path}/copy.db`);
    await using appender = new AppenderProcess(name, "lobby", "ada");
    await appender.untilAcknowledged(1);
    const error = await assertRejects(() => restore(`${folder.path}/copy.db`, store, NOW));
    assert(error instanceof ToolError || error instanceof StoreOpenError);
    assertStringIncludes(error.message, "process is serving it");
    await appender.untilAcknowledged(1);
    await appender.kill();
    const fresh = `${kind}:${folder.path}/fresh.db`;
    assertEquals((await restore(`${folder.path}/copy.db`, parseFileStore(fresh), NOW)).aside, undefined);
    assertEquals((await look(fresh)).said, "a");
  });
}

Deno.test("backup and restore refuse what is no store, and never write over a file", async () => {
  await using folder = new Folder();
  const store: FileStore = { kind: "sqlite", path: `${folder.path}/chat.db` };
  assertThrows(() => parseFileStore("redis://user:secret@host"), ToolError, "received redis:");
  await assertRejects(() => backup(store, `${folder.path}/copy`), ToolError, "there is no file");
  await append(`sqlite:${store.path}`, "a");
  await Deno.writeTextFile(`${folder.path}/taken`, "mine");
  await assertRejects(() => backup(store, `${folder.path}/taken`), ToolError, "there is a file already");
  await assertRejects(() => restore(`${folder.path}/taken`, store, NOW), ToolError, "file is not a database");
  assertEquals(await Deno.readTextFile(`${folder.path}/taken`), "mine");
  assertEquals((await look(`sqlite:${store.path}`)).said, "a");
});

Deno.test("export prints every message of a room, of any store, served or not", async () => {
  await using folder = new Folder();
  for (const kind of ["sqlite", "kv"]) {
    const name = `${kind}:${folder.path}/${kind}.db`;
    await using appender = new AppenderProcess(name, "lobby", "ada");
    await appender.untilAcknowledged(1_500);
    const acknowledged = appender.acknowledged;
    const messages = await exported(name);
    assertEquals(messages.map(({ seq }) => seq), messages.map((_, index) => index + 1));
    for (const [text, seq] of acknowledged) {
      assertEquals([messages[seq - 1]?.nonce, messages[seq - 1]?.room], [text, "lobby"]);
    }
    await assertRejects(() => exported(name, "loby"), ToolError, "never had a message in a room of that name");
  }
  await assertRejects(() => exported("memory:", "No Room"), ToolError, "the room must be");
});

Deno.test("a room that has lost all its messages is exported as nothing", async () => {
  await using folder = new Folder();
  for (const kind of ["sqlite", "kv"]) {
    const name = `${kind}:${folder.path}/${kind}.db`;
    await append(name, "old", "older");
    const store = await openStore(name);
    while (await store.trim(0, 0));
    await store.close();
    assertEquals(await exported(name), []);
  }
});

Deno.test("the tasks run with the permissions they have", async () => {
  await using folder = new Folder();
  const name = `sqlite:${folder.path}/chat.db`;
  await append(name, "hello");
  const backedUp = await task("backup", name, `${folder.path}/copy`);
  assertEquals([backedUp.code, backedUp.out], [0, ""]);
  assertStringIncludes(backedUp.err, "checked");
  const restored = await task("restore", `${folder.path}/copy`, name);
  assertStringIncludes(restored.err, "What was there before is");
  const { out } = await task("export", name, "lobby");
  assertEquals(JSON.parse(out).text, "hello");
  await Deno.writeTextFile(`${folder.path}/lobby.jsonl`, out);
  for (const kind of ["sqlite", "kv"]) {
    const imported = await task("import", `${folder.path}/lobby.jsonl`, `${kind}:${folder.path}/${kind}`, "hall");
    assertEquals([imported.code, imported.out], [0, ""], imported.err);
    assertStringIncludes(imported.err, "Imported 1 messages into the room hall");
    const [, told = "", ...more] = imported.err.trim().split("\n");
    for (const each of ["owned", "settings", "bans", "called back", "bots", "admin owner"]) {
      assertStringIncludes(told, each);
    }
    assertEquals(more, []);
  }
  const wrong = await task("export", name);
  assertEquals([wrong.code, wrong.out], [2, ""]);
  assertStringIncludes(wrong.err, "Usage: deno task export STORE ROOM");
  assertEquals((await task("backup", `sqlite:${folder.path}/none`, `${folder.path}/x`)).code, 1);
});

async function task(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const cwd = new URL("../../", import.meta.url);
  const env = { NO_COLOR: "1" };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd,
    env,
  })
    .output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}
