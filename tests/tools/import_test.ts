/** A room that is carried from one store to another. @module */

import { messagesOf } from "../../chat/log/whole.ts";
import { openLog } from "../../chat/log/open_log.ts";
import type { StoredMessage } from "../../chat/event/event.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { exportRoom } from "../../chat/tools/export.ts";
import { importRoom } from "../../chat/tools/import.ts";
import { ToolError } from "../../chat/tools/snapshot.ts";
import { AppenderProcess } from "../lib/appender_process.ts";
import { assert, assertEquals, assertNotEquals, assertRejects } from "../lib/assert.ts";
import { by } from "../lib/messages.ts";
import { Folder } from "../stores/in_folder.ts";

/** As 0.1.0 printed them: controls unescaped, a gap where messages were lost, times that fall. */
const OLDER = [
  '{"room":"lobby","seq":3,"id":"ada","name":"Ada","text":"Hello\\n\u0085 😀","nonce":"n-1","ts":1700000000000}',
  '{"room":"lobby","seq":4,"id":"k-0123","name":"Bob","text":"without a nonce","ts":1700000060000}',
  '{"room":"lobby","seq":9,"id":"ada","name":"Ada L.","text":"earlier, by her clock","nonce":"n-2","ts":1700000030000}',
];

async function readRoom(name: string, room: string): Promise<{ epoch: string; messages: StoredMessage[] }> {
  const log = openLog(await openStore(name));
  const { epoch, events } = await log.read(room, { after: 0, limit: 1_000_000 });
  await log.close();
  return { epoch, messages: messagesOf(events).map(({ ordinal: _, ...message }) => message) };
}

for (const [from, to] of [["sqlite", "kv"], ["kv", "sqlite"]]) {
  Deno.test(`what ${from} exports, ${to} imports: the same messages, numbered from 1, in an epoch of its own`, async () => {
    await using folder = new Folder();
    const [source, target, file] = [`${from}:${folder.path}/a`, `${to}:${folder.path}/b`, `${folder.path}/lobby.jsonl`];
    const store = await openStore(source);
    const entries = Array.from({ length: 1_500 }, (_, index) => ({
      room: "lobby",
      event: by(`${index} \u001b 😀`, index % 3 === 0 ? undefined : `${index}`, `author ${index % 7}`),
    }));
    // Of three moments; the last one is of a clock that was put right.
    for (const [at, ts] of [2_000_000, 1_900_000, 1_000_000].entries()) {
      await store.commit(entries.slice(500 * at, 500 * (at + 1)), { ts, day: at });
    }
    while (await store.trim(1_400, 0));
    await store.close();
    const { writable } = await Deno.create(file);
    await exportRoom(source, "lobby", writable);
    await writable.close();
    assertEquals(await importRoom(file, target, "hall"), 1_400);
    const [before, after] = [await readRoom(source, "lobby"), await readRoom(target, "hall")];
    assertEquals(after.messages, before.messages.map((message) => ({ ...message, seq: message.seq - 100 })));
    assertNotEquals(after.epoch, before.epoch);
    const log = openLog(await openStore(target));
    const again = await log.append("hall", entries[1_000]!.event);
    assert("duplicate" in again && again.duplicate, "a nonce is known again");
    await log.close();
  });
}

for (const kind of ["sqlite", "kv"]) {
  Deno.test(`${kind}: what 0.1.0 exported is imported, with its times`, async () => {
    await using folder = new Folder();
    const [file, name] = [`${folder.path}/lobby.jsonl`, `${kind}:${folder.path}/chat.db`];
    await Deno.writeTextFile(file, OLDER.map((line) => `${line}\n`).join(""));
    assertEquals(await importRoom(file, name, "lobby"), 3);
    const messages = OLDER.map((line, index) => {
      const { room: _, ...message } = JSON.parse(line);
      return { ...message, seq: index + 1 };
    });
    assertEquals((await readRoom(name, "lobby")).messages, messages);
    await assertRejects(() => importRoom(file, name, "lobby"), ToolError, "the room lobby is not empty");
  });

  Deno.test(`${kind}: a store that is served takes no import`, async () => {
    await using folder = new Folder();
    const [file, name] = [`${folder.path}/lobby.jsonl`, `${kind}:${folder.path}/chat.db`];
    await Deno.writeTextFile(file, OLDER.join("\n"));
    await using appender = new AppenderProcess(name, "elsewhere", "ada");
    await appender.untilAcknowledged(1);
    await assertRejects(() => importRoom(file, name, "lobby"), ToolError, "process is serving it");
    await appender.kill();
    assertEquals((await readRoom(name, "lobby")).messages, []);
  });
}

Deno.test("a line that is not one of an export is named, and nothing of its file is stored", async () => {
  await using folder = new Folder();
  const [file, path] = [`${folder.path}/lobby.jsonl`, `${folder.path}/chat.db`];
  const [first, second] = OLDER as [string, string];
  for (
    const [line, told] of [
      ["", "it is not JSON"],
      ["\u001b[2J", "it is not JSON"],
      ["null", "it is not an object"],
      [second.replace('"seq":4', '"seq":3'), 'its "seq" must be above 3'],
      [second.replace('"seq":4', '"seq":"4"'), 'its "seq" is missing or wrong'],
      [second.replace('"room":"lobby"', '"room":"hall"'), "it is of the room hall, those before it of lobby"],
      [second.replace('"id":"k-0123",', ""), 'its "id" is missing or wrong'],
      [second.replace("without", "\\ud83d"), 'its "text" is missing or wrong'],
      [second.replace("}", ',"edited":true}'), 'it has "edited", which this version does not know'],
    ] as const
  ) {
    await Deno.writeTextFile(file, [first, line, ""].join("\n"));
    const error = await assertRejects(() => importRoom(file, `sqlite:${path}`, "lobby"), ToolError, `: ${told}`);
    assert((error as Error).message.includes("line 2 is not one of an export"), line);
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }
  await Deno.writeTextFile(file, "x".repeat(1_000_000));
  await assertRejects(() => importRoom(file, `sqlite:${path}`, "lobby"), ToolError, "a line of more than");
});

Deno.test("a nonce that a file has twice ends its import there", async () => {
  await using folder = new Folder();
  const file = `${folder.path}/lobby.jsonl`;
  await Deno.writeTextFile(file, [OLDER[0], OLDER[0]!.replace('"seq":3', '"seq":4')].join("\n"));
  const importing = () => importRoom(file, `sqlite:${folder.path}/chat.db`, "lobby");
  await assertRejects(importing, ToolError, "message 2 has the nonce of an earlier one: 1 messages are stored");
});
