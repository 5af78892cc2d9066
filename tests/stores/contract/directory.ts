/** Stores that can list their rooms list those that keep a message, the newest first. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import type { DirectoryRange } from "../../../chat/log/directory.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import type { Case } from "./case.ts";

const BEGAN = 1_767_225_600_000;

async function namesOf(log: MessageLog, range: Partial<DirectoryRange> = {}): Promise<string[]> {
  return (await log.rooms!({ limit: 100, ...range })).map(({ room }) => room);
}

export const DIRECTORY: Case[] = [
  ["rooms are listed by their newest events", async (tested) => {
    let now = BEGAN;
    const log = await tested.log({ ...systemClock, now: () => now });
    assertEquals(await namesOf(log), []);
    for (const room of ["one", "two", "three", "one"]) {
      await appendTo(log, room, by("hi"));
      now++;
    }
    assertEquals(await log.rooms!({ limit: 2 }), [
      { room: "one", head: 2, ts: BEGAN + 3 },
      { room: "three", head: 1, ts: BEGAN + 2 },
    ]);
    assertEquals(await namesOf(log), ["one", "three", "two"]);
    // A change is an event as well.
    await appendTo(log, "two", { kind: "react", id: "bob", name: "Bob", target: 1, emoji: "👍", on: true });
    assertEquals(await namesOf(log), ["two", "one", "three"]);
  }, "lists"],

  ["pages of rooms fit together, though many have events of the same time", async (tested) => {
    const log = await tested.log({ ...systemClock, now: () => BEGAN });
    const wanted = Array.from({ length: 25 }, (_, index) => `room-${index}`);
    for (const room of wanted) await appendTo(log, room, by("hi"));
    for (const query of [undefined, "oom"]) {
      const found: string[] = [];
      for (let after: DirectoryRange["after"], more = true; more;) {
        const page = await log.rooms!({ query, after, limit: 7 });
        found.push(...page.map(({ room }) => room));
        after = page.at(-1);
        more = page.length === 7;
      }
      assertEquals(found, wanted.toReversed());
    }
    // One that is not there any more, or never was.
    assertEquals(await namesOf(log, { after: { room: "gone", ts: BEGAN } }), []);
    assertEquals((await namesOf(log, { after: { room: "gone", ts: BEGAN + 1 } })).length, 25);
  }, "lists"],

  ["rooms are found by any part of their names", async (tested) => {
    let now = BEGAN;
    const log = await tested.log({ ...systemClock, now: () => now++ });
    for (const room of ["wine-cellar", "cellar", "wine", "lobby", "cell-a"]) await appendTo(log, room, by("hi"));
    assertEquals(await namesOf(log, { query: "cell" }), ["cell-a", "cellar", "wine-cellar"]);
    assertEquals(await namesOf(log, { query: "cell", limit: 1 }), ["cell-a"]);
    assertEquals(await namesOf(log, { query: "e-c" }), ["wine-cellar"]);
    assertEquals(await namesOf(log, { query: "wine" }), ["wine", "wine-cellar"]);
    assertEquals(await namesOf(log, { query: "lobbyx" }), []);
  }, "lists"],

  ["a room without a message is not listed, be it that it never had one or that all were removed", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await log.read("silent", { limit: 9 });
    await appendTo(log, "emptied", by("one"));
    await appendTo(log, "emptied-and-used", by("one"));
    while (await store.trim(0, 0));
    assertEquals(await namesOf(log), []);
    assertEquals(await namesOf(log, { query: "emptied" }), []);
    await appendTo(log, "emptied-and-used", by("two"));
    assertEquals((await log.rooms!({ limit: 9 })).map(({ room, head }) => [room, head]), [["emptied-and-used", 2]]);
    assertEquals(await namesOf(log, { query: "emptied" }), ["emptied-and-used"]);
  }, "lists"],
];
