/** A room whose messages have changed, carried whole from one store to another. @module */

import type { NewEvent, StoredMessage } from "../../chat/event/event.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { messagesOf } from "../../chat/log/whole.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { exportRoom } from "../../chat/tools/export.ts";
import { importRoom } from "../../chat/tools/import.ts";
import { makeOwner } from "../../chat/tools/admin.ts";
import { storedPolicy } from "../../chat/room/stored_rooms.ts";
import { ToolError } from "../../chat/tools/snapshot.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { Folder } from "../stores/in_folder.ts";

const ADA = { id: "k-ada", name: "Ada" };
const BOB = { id: "7", name: "Bob" };
const CROWD = Array.from({ length: 250 }, (_, index) => `${index}`.padStart(3, "0"));

/** What happens in a room, in the order in which it is numbered. */
const EVENTS: NewEvent[] = [
  { ...ADA, text: "removed" },
  { ...ADA, text: "a secret" },
  { ...ADA, text: "first", nonce: "n1", mentions: ["7"] },
  { ...BOB, text: "an answer", reply: 3 },
  { kind: "edit", ...ADA, target: 3, version: 0, text: "second" },
  { kind: "react", ...BOB, target: 3, emoji: "🎉", on: true },
  ...CROWD.map((id): NewEvent => ({ kind: "react", id, name: id, target: 3, emoji: "👍", on: true })),
  { kind: "react", ...BOB, target: 4, emoji: "👎", on: true },
  { kind: "react", ...BOB, target: 4, emoji: "👎", on: false },
  { ...BOB, text: "answers what was deleted later", reply: 2 },
  { ...BOB, text: "answers what was removed later", reply: 1 },
  { kind: "delete", ...ADA, target: 2 },
  { kind: "edit", ...ADA, target: 3, version: 1, text: "third", mentions: ["7", "8"] },
  { ...ADA, text: "last" },
];

/** The messages of {@linkcode EVENTS} as an export has them: without numbers of changes, with the place that each gets. */
const CARRIED: Partial<StoredMessage>[] = [
  { seq: 1, ...ADA, text: "", deleted: true, replies: 1 },
  {
    seq: 2,
    ...ADA,
    text: "third",
    nonce: "n1",
    version: 2,
    mentions: ["7", "8"],
    replies: 1,
    reactions: [{ emoji: "🎉", count: 1 }, { emoji: "👍", count: 250 }],
  },
  { seq: 3, ...BOB, text: "an answer", reply: 2 },
  { seq: 4, ...BOB, text: "answers what was deleted later", reply: 1 },
  // What it answered is not kept any more, so that it has no number to be told by.
  { seq: 5, ...BOB, text: "answers what was removed later" },
  { seq: 6, ...ADA, text: "last" },
];

Deno.test("of a private room that was carried nobody is told, before it has an owner and after", async () => {
  await using folder = new Folder();
  const [from, to, file] = [
    `sqlite:${folder.path}/old.db`,
    `sqlite:${folder.path}/new.db`,
    `${folder.path}/room.jsonl`,
  ];
  const room = `p-${"a".repeat(26)}`;
  const before = openLog(await openStore(from));
  await before.append(room, {
    ...ADA,
    kind: "settings",
    set: { visibility: "private", title: "Plans" },
    owner: ADA.id,
  });
  await before.append(room, { ...ADA, text: "a plan" });
  await before.close();
  const { writable } = await Deno.create(file);
  await exportRoom(from, room, writable);
  await writable.close();
  assertEquals(await importRoom(file, to, room), 1);
  const owner = `k-${"0".repeat(32)}`;
  for (const owners of [[], [owner]]) {
    if (owners.length > 0) await makeOwner(to, room, owner);
    const log = openLog(await openStore(to));
    const policy = await storedPolicy(log, room);
    assertEquals(policy.owners, owners);
    assertEquals(policy.settings.visibility, owners.length > 0 ? "private" : "public");
    const listedTo = async (id: string) =>
      (await log.rooms!({ reader: { id, now: Date.now() }, limit: 9 })).map(({ room }) => room);
    assertEquals([await listedTo("k-ada"), await listedTo(owner)], [[], owners.length > 0 ? [room] : []]);
    await log.close();
  }
});

async function carried(name: string, room: string) {
  const log = openLog(await openStore(name));
  const { events } = await log.read(room, { limit: 100 });
  const messages = messagesOf(events).map(({ ordinal: _, rev: _rev, ts: _ts, ...message }) => message);
  const crowd = await log.reactors(room, { target: messages[1]!.seq, emoji: "👍", limit: 1_000 });
  await log.close();
  return { messages, crowd };
}

async function exported(name: string, room: string): Promise<string> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  await exportRoom(name, room, new WritableStream({ write: (chunk) => void chunks.push(decoder.decode(chunk)) }));
  return chunks.join("");
}

function objects(lines: string): unknown[] {
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

for (const [from, to] of [["sqlite", "kv"], ["kv", "sqlite"]]) {
  Deno.test(`${from} to ${to}: edits, deletions, answers, mentions and reactions come along`, async () => {
    await using folder = new Folder();
    const [source, target, file] = [`${from}:${folder.path}/a`, `${to}:${folder.path}/b`, `${folder.path}/lobby.jsonl`];
    const store = await openStore(source);
    const log = openLog(store);
    for (const event of EVENTS) await appendTo(log, "lobby", event);
    while (await store.trim(6, 0));
    await log.close();
    const text = await exported(source, "lobby");
    assert(!text.includes("secret") && !text.includes("second"), "nothing that was overwritten");
    await Deno.writeTextFile(file, text);
    assertEquals(await importRoom(file, target, "hall"), 6);
    const { messages, crowd } = await carried(target, "hall");
    assertEquals(messages, CARRIED as typeof messages);
    assertEquals(crowd, CROWD);
    const again = openLog(await openStore(target));
    const edit = await again.append("hall", { kind: "edit", ...ADA, target: 2, version: 2, text: "fourth" });
    assert("seq" in edit, "an edit goes on from the version that it had");
    const reaction = await again.append("hall", { kind: "react", ...BOB, target: 2, emoji: "🎉", on: true });
    assert("unchanged" in reaction, "a reaction stands");
    await again.close();
  });
}

Deno.test("a second export of what was imported is the same, but for the numbers", async () => {
  await using folder = new Folder();
  const [first, second, third] = [`sqlite:${folder.path}/a`, `sqlite:${folder.path}/b`, `kv:${folder.path}/c`];
  const file = `${folder.path}/lobby.jsonl`;
  const log = openLog(await openStore(first));
  for (const event of EVENTS) await appendTo(log, "lobby", event);
  await log.close();
  await Deno.writeTextFile(file, await exported(first, "lobby"));
  await importRoom(file, second, "lobby");
  const lines = await exported(second, "lobby");
  await Deno.writeTextFile(file, lines);
  await importRoom(file, third, "lobby");
  assertEquals(objects(await exported(third, "lobby")), objects(lines));
});

Deno.test("a line of reactions that fits no message is named, and nothing of its file is stored", async () => {
  await using folder = new Folder();
  const [file, path] = [`${folder.path}/lobby.jsonl`, `${folder.path}/chat.db`];
  const message = { room: "lobby", seq: 4, id: "1", name: "Ada", text: "hello", ts: 1 };
  const reactions = { room: "lobby", target: 4, emoji: "👍", ids: ["1"] };
  for (
    const [line, told] of [
      [{ ...reactions, target: 3 }, 'its "target" must be the message before it, 4'],
      [{ ...reactions, ids: "1" }, 'its "ids" is missing or wrong'],
      [{ ...reactions, ids: [1] }, 'its "ids" is missing or wrong'],
      [{ ...reactions, emoji: "" }, 'its "emoji" is missing or wrong'],
      [{ ...reactions, on: true }, 'it has "on", which this version does not know'],
      [{ ...reactions, room: "hall" }, "it is of the room hall, those before it of lobby"],
      [{ ...message, seq: 5, text: "" }, 'its "text" is missing or wrong'],
      [{ ...message, seq: 5, reply: "4" }, 'its "reply" is missing or wrong'],
      [{ ...message, seq: 5, mentions: [4] }, 'its "mentions" is missing or wrong'],
      [{ ...message, seq: 5, deleted: false }, 'its "deleted" is missing or wrong'],
    ] as const
  ) {
    await Deno.writeTextFile(file, [message, line].map((one) => JSON.stringify(one)).join("\n"));
    const importing = () => importRoom(file, `sqlite:${path}`, "lobby");
    await assertRejects(importing, ToolError, `line 2 is not one of an export: ${told}`);
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }
});
