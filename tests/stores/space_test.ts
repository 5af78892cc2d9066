/** A store that holds as much as it may takes no new messages, and removes none to make room. @module */

import { systemClock } from "../../chat/base/clock.ts";
import { STORE_FULL_RETRY_MS } from "../../chat/limits.ts";
import type { NewEvent } from "../../chat/event/event.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import type { Appended, MessageLog } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import { Space } from "../../chat/stores/space.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { Collector } from "../lib/collector.ts";
import { startServer } from "../lib/server.ts";
import { by, texts, textsOf } from "../lib/messages.ts";
import { Folder } from "./in_folder.ts";

const BYTES = 400_000;

/** Appends until the log refuses. @returns what was stored */
async function fill(log: MessageLog, room: string): Promise<Appended[]> {
  const stored: Appended[] = [];
  while (true) {
    const result = await log.append(room, by(`m${stored.length} ${"x".repeat(500)}`, `n${stored.length}`));
    if ("refused" in result) {
      assertEquals(result, { refused: "store_full" });
      return stored;
    }
    const { event: _, ...appended } = result;
    stored.push(appended);
    assert(stored.length < 5_000, "it is never full");
  }
}

const STORES: [name: string, within: (use: (store: Store, reports: string[]) => Promise<void>) => Promise<void>][] = [
  ["memory", async (use) => {
    const reports: string[] = [];
    await use(new MemoryStore("e", new Space(BYTES, (report) => reports.push(report))), reports);
  }],
  ["sqlite", async (use) => {
    await using folder = new Folder();
    const reports: string[] = [];
    await use(
      await openSqliteStore(folder.file, { space: new Space(BYTES, (report) => reports.push(report)) }),
      reports,
    );
  }],
];

for (const [name, within] of STORES) {
  Deno.test(`${name}: a full store refuses new messages, keeps the old ones, and knows them when they come again`, () =>
    within(async (store, reports) => {
      const log = openLog(store);
      await log.subscribe("lobby", new Collector());
      const stored = await fill(log, "lobby");
      assert(stored.length > 100, `${stored.length}`);
      for (const room of ["lobby", "a-new-room"]) {
        assertEquals(await log.append(room, by("more", "more")), { refused: "store_full" });
        assertEquals(await log.append(room, by("no nonce")), { refused: "store_full" });
      }
      assertEquals(await log.append("lobby", by(`m0 ${"x".repeat(500)}`, "n0")), { ...stored[0]!, duplicate: true });
      assertEquals(await log.append("lobby", by("another text", "n0")), { refused: "nonce_used" });
      const ada = { id: "ada", name: "Ada", target: 2 };
      const edited = { kind: "edit", ...ada, text: "shorter", version: 0 } as const;
      assertEquals(await log.append("lobby", edited), { refused: "store_full" });
      const { first, head, events: messages } = await log.read("lobby", { after: 0, limit: 10_000 });
      assertEquals([first, head, messages.length], [1, stored.length, stored.length]);
      assertEquals((await log.read("a-new-room", { limit: 1 })).head, 0);
      assertEquals(reports.length, 2, reports.join("\n"));
      assertMatch(
        reports[0]!,
        /^The store is 8\d % full: STORE_BYTES allows 400000 bytes, and then it takes no new messages$/,
      );
      assertMatch(
        reports[1]!,
        /^The store is full: it has the 400000 bytes that STORE_BYTES allows\. New messages are refused/,
      );
      // What is removed on purpose makes room.
      while (await store.trim(10, 0));
      assertEquals((await appendTo(log, "lobby", by("on we go"))).seq, stored.length + 1);
      assertMatch(reports[2]!, /^The store has room again: it is \d+ % full$/);
      await log.close();
    }));
}

for (const [name, within] of STORES) {
  Deno.test(`${name}: a full store takes deletions`, () =>
    within(async (store) => {
      const log = openLog(store);
      await log.subscribe("lobby", new Collector());
      const stored = await fill(log, "lobby");
      const ada = { id: "ada", name: "Ada", target: 2 };
      const deletion = { kind: "delete", ...ada } as const;
      assertEquals((await appendTo(log, "lobby", deletion)).seq, stored.length + 1);
      assertEquals(textsOf((await log.read("lobby", { only: [2], limit: 1 })).events), [""]);
      assertEquals(await log.append("lobby", { kind: "react", ...ada, target: 3, emoji: "👍", on: true }), {
        refused: "store_full",
      });
      await log.close();
    }));
}

for (const [name, within] of STORES) {
  Deno.test(`${name}: a full store still takes what stops those who have filled it, and nothing that makes a room or lets anybody in`, () =>
    within(async (store) => {
      const log = openLog(store);
      await log.subscribe("lobby", new Collector());
      const stored = await fill(log, "lobby");
      const owner = { id: "k-owner", name: "Owner" };
      const taken: NewEvent[] = [
        { kind: "member", ...owner, member: "k-eve", role: "banned" },
        { kind: "member", ...owner, member: "k-eve", mute: true },
        { kind: "member", ...owner, member: "k-eve", kick: true },
        { kind: "settings", ...owner, set: { locked: true } },
        { kind: "settings", ...owner, set: { keepMessages: 10 } },
      ];
      for (const [n, event] of taken.entries()) {
        assertEquals((await appendTo(log, "lobby", event)).seq, stored.length + 1 + n);
      }
      const refused: [room: string, event: NewEvent][] = [
        ["lobby", { kind: "member", ...owner, member: "k-bob", role: "member" }],
        ["lobby", { kind: "member", ...owner, member: "k-eve", mute: false }],
        ["another", { kind: "settings", ...owner, set: { title: "Another" }, owner: owner.id }],
        ["another", { kind: "member", ...owner, member: "k-eve", role: "banned" }],
      ];
      for (const [room, event] of refused) {
        assertEquals(await log.append(room, event), { refused: "store_full" }, JSON.stringify(event));
      }
      await log.close();
    }));
}

Deno.test("memory: of the rooms that nobody is in the oldest is emptied first, and one with people in it never", async () => {
  const store = new MemoryStore("e", new Space(BYTES, () => {}));
  const log = openLog(store);
  const listener = new Collector();
  await appendTo(log, "lobby", by("said early"));
  const { cancel } = await log.subscribe("lobby", listener);
  for (let room = 0; room < 1_200; room++) await appendTo(log, `room-${room}`, by("x".repeat(200)));
  assertEquals(texts((await log.read("lobby", { limit: 9 })).events), "said early");
  assertEquals((await log.read("room-0", { limit: 9 })).events.length, 0);
  assertEquals((await log.read("room-1199", { limit: 9 })).events.length, 1);
  await appendTo(log, "lobby", by("said late"));
  assertEquals([texts(listener.events), listener.resets], ["said late", []]);
  cancel();
  for (let room = 0; room < 1_200; room++) await appendTo(log, `more-${room}`, by("x".repeat(200)));
  assertEquals((await log.read("lobby", { limit: 9 })).events.length, 0);
  // An emptied room counts on.
  const { first, head, floor, messageCount } = await log.read("lobby", { limit: 9 });
  assertEquals([first, head, floor, messageCount], [3, 2, 2, 2]);
  assertEquals((await appendTo(log, "lobby", by("again"))).seq, 3);
  await log.close();
});

Deno.test("memory: a room that nobody is in is emptied of its changes as well, though they came after its last message", async () => {
  const store = new MemoryStore("e", new Space(BYTES, () => {}));
  const at = { ts: Date.now(), day: 0 };
  for (let room = 0; room < 6; room++) {
    const reactions = Array.from({ length: 400 }, (_, index) => ({
      room: `room-${room}`,
      event: { kind: "react" as const, id: `id ${index}`, name: "Ada", target: 1, emoji: "👍", on: true },
    }));
    await store.commit([{ room: `room-${room}`, event: by("hi") }, ...reactions], at);
  }
  for (let room = 0; room < 300; room++) {
    const [result] = await store.commit([{ room: `later-${room}`, event: by("x".repeat(2_000)) }], at);
    assert(!("refused" in result!), `of room ${room}: ${JSON.stringify(result)}`);
  }
  assertEquals((await store.read("room-0", { after: 0, limit: 9 })).events, []);
  await store.close();
});

Deno.test("a client is told that the store is full, and may send the same message again later", async () => {
  const store = new MemoryStore("e", new Space(BYTES, () => {}));
  const log = openLog(store, systemClock);
  await using server = startServer({ log });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using plain = await PlainClient.open(server, "7");
  const stored = await fill(log, "lobby");
  for (let tries = 0; tries < 12; tries++) {
    const command = { type: "publish", room: "lobby", nonce: "n", text: "hello" } as const;
    const { code, message, retryAfterMs } = await ada.ask(command, "error");
    assertEquals([code, retryAfterMs], ["store_full", STORE_FULL_RETRY_MS]);
    assertEquals(message, "The server has no space for more messages: this one is not stored");
  }
  plain.send("hello");
  await plain.closed;
  const history = await ada.ask({ type: "history", room: "lobby", limit: 1 }, "history");
  assertEquals(history.messages[0]?.seq, stored.length);
  while (await store.trim(10, 0));
  assertEquals((await ada.publish("lobby", "hello", "n")).seq, stored.length + 1);
});
