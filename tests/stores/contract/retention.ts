/** What is past retention is removed, and nothing else. @module */

import type { RoomSettings } from "../../../chat/event/event.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { type Case, fill, seqs } from "./case.ts";

export const RETENTION: Case[] = [
  ["a trimmed room keeps its newest messages and counts on", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 1_500);
    await fill(log, "small", 5);
    while (await store.trim(100, 0));
    const { events: messages, first, head } = await log.read("lobby", { after: 0, limit: 1_000 });
    assertEquals([first, head, messages.length, messages[0]?.seq], [1_401, 1_500, 100, 1_401]);
    assertEquals(seqs((await log.read("lobby", { before: 1_403, limit: 10 })).events), [1_401, 1_402]);
    assertEquals((await log.read("lobby", { before: 1_401, limit: 10 })).events, []);
    assertEquals((await log.read("small", { limit: 9 })).first, 1);
    assertEquals((await appendTo(log, "lobby", by("m1500", "n1500"))).seq, 1_500);
    // It is forgotten together with its message.
    assertEquals((await appendTo(log, "lobby", by("forgotten", "n1"))).seq, 1_501);
  }],

  ["messages of days before the one asked for are removed, and an emptied room keeps its number", async (tested) => {
    const { log, store } = await tested.logAndStore();
    // Their times have nothing to do with it.
    for (const [day, ts] of [[1, 9_000], [2, 3_000], [4, 1_000]] as const) {
      await store.commit([{ room: "lobby", event: by(`of day ${day}`, `${day}`) }], { ts, day });
    }
    const kept = async () => texts((await log.read("lobby", { limit: 9 })).events);
    for (
      const [day, wanted] of [[1, "of day 1 of day 2 of day 4"], [2, "of day 2 of day 4"], [4, "of day 4"]] as const
    ) {
      while (await store.trim(100, day));
      assertEquals(await kept(), wanted);
    }
    while (await store.trim(100, 5));
    const { epoch: _, ...page } = await log.read("lobby", { limit: 9 });
    assertEquals(page, { first: 4, head: 3, floor: 3, messageCount: 3, events: [], passed: 3 });
    assertEquals((await appendTo(log, "lobby", by("later", "4"))).seq, 4);
    const { events: messages, first } = await log.read("lobby", { after: 0, limit: 9 });
    assertEquals([first, texts(messages)], [4, "later"]);
  }, "days"],

  ["a room keeps exactly as many messages as it is told to", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 11);
    for (const [keep, first] of [[11, 1], [10, 2], [9, 3], [0, 12]] as const) {
      while (await store.trim(keep, 0));
      assertEquals((await log.read("lobby", { limit: 0 })).first, first);
    }
  }],

  ["a page that is read while messages are removed fits what it says of the room", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 2_000);
    let isTrimming = true;
    const trimming = (async () => {
      for (let keep = 1_990; keep >= 0; keep -= 10) while (await store.trim(keep, 0));
      isTrimming = false;
    })();
    while (isTrimming) {
      const { events: messages, first, head } = await log.read("lobby", { after: 0, limit: 50 });
      assertEquals(seqs(messages), Array.from({ length: Math.min(50, head - first + 1) }, (_, index) => first + index));
      await new Promise((resolve) => setTimeout(resolve));
    }
    await trimming;
  }],

  ["a room is trimmed while it is written to without a pause", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 1_000);
    let isTrimming = true;
    let written = 0;
    const writing = (async () => {
      while (isTrimming) {
        await Promise.all(Array.from({ length: 20 }, () => log.append("lobby", by("more"))));
        written += 20;
      }
    })();
    let steps = 0;
    while ((await log.read("lobby", { limit: 0 })).first <= 500 && steps < 50) {
      await store.trim(500, 0);
      steps++;
    }
    isTrimming = false;
    await writing;
    assert(written > 0 && steps < 50, `${written} written, ${steps} steps`);
  }],

  ["trimming does a bounded part at a time and says whether there is more", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 2_000);
    let steps = 1;
    while (await store.trim(0, 0)) steps++;
    assert(steps < 100, `${steps} steps`);
    assertEquals((await log.read("lobby", { limit: 9 })).first, 2_001);
    assertEquals(await store.trim(0, 0), false);
  }],

  [
    "a room keeps fewer messages than others if its settings say so, and none that the server does not keep",
    async (tested) => {
      const { log, store } = await tested.logAndStore();
      await fill(log, "lobby", 9);
      await fill(log, "tea", 9);
      const state = async (room: string) => {
        const { first, floor, events } = await log.read(room, { after: 0, limit: 9 });
        return { first, floor, texts: texts(events) };
      };
      const lobby = await state("lobby");
      await set(log, "tea", { keepMessages: 4 });
      // Another setting leaves it as it is.
      await set(log, "tea", { title: "Tea" });
      await trimmed(store, ALL);
      assertEquals(await state("tea"), { first: 6, floor: 5, texts: "m6 m7 m8 m9 settings settings" });
      assertEquals(await state("lobby"), lobby);
      await trimmed(store, 6);
      assertEquals([(await state("tea")).first, (await state("lobby")).first], [6, 4]);
      await trimmed(store, 3);
      assertEquals([(await state("tea")).first, (await state("lobby")).first], [7, 7]);
      await set(log, "tea", { keepMessages: 0 });
      for (let n = 10; n < 16; n++) await appendTo(log, "tea", by(`m${n}`));
      await trimmed(store, ALL);
      assertEquals((await state("tea")).first, 7);
      assertEquals((await appendTo(log, "tea", by("forgotten", "n1"))).duplicate, false);
    },
  ],

  ["a room keeps messages for fewer days than others if its settings say so", async (tested) => {
    const { log, store } = await tested.logAndStore();
    for (let day = 10; day <= 20; day++) {
      const entries = ["lobby", "tea"].map((room) => ({ room, event: by(`of ${day}`) }));
      await store.commit(entries, { ts: day, day });
    }
    const firstOf = async (room: string) => (await log.read(room, { after: 0, limit: 1 })).events[0]?.ts;
    const firsts = async () => [await firstOf("tea"), await firstOf("lobby")];
    await set(log, "tea", { keepDays: 7 });
    // They may stay two days longer, as everywhere.
    await trimmed(store, ALL, 0, 19);
    assertEquals(await firsts(), [11, 10]);
    await trimmed(store, ALL, 15, 20);
    assertEquals(await firsts(), [15, 15]);
    await trimmed(store, ALL, 12, 25);
    assertEquals(await firsts(), [17, 15]);
    await set(log, "tea", { keepDays: 0 });
    await trimmed(store, ALL, 12, 99);
    assertEquals(await firsts(), [17, 15]);
  }, "days"],

  ["whoever reopens the store keeps as much of a room as its settings say", async (tested) => {
    const before = await tested.log();
    await fill(before, "lobby", 5);
    await set(before, "tea", { keepMessages: 2 });
    await before.close();
    const { log, store } = await tested.logAndStore();
    await fill(log, "tea", 5);
    await trimmed(store, ALL);
    const kept = async (room: string) => texts((await log.read(room, { limit: 9 })).events);
    assertEquals([await kept("tea"), await kept("lobby")], ["m4 m5", "m1 m2 m3 m4 m5"]);
  }, "persistent"],
];

const ALL = Number.MAX_SAFE_INTEGER;

async function trimmed(store: Store, keep: number, day = 0, today = 0): Promise<void> {
  while (await store.trim(keep, day, { ts: 0, day: today }));
}

async function set(log: MessageLog, room: string, set: Partial<RoomSettings>): Promise<void> {
  await appendTo(log, room, { kind: "settings", id: "k-ada", name: "Ada", set });
}
