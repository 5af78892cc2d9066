/** Stores that can list their rooms list those that keep a message, the newest first. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import type { DirectoryRange } from "../../../chat/log/directory.ts";
import type { NewRoomChange } from "../../../chat/event/event.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import type { Case } from "./case.ts";

const BEGAN = 1_767_225_600_000;

async function namesOf(log: MessageLog, range: Partial<DirectoryRange> = {}): Promise<string[]> {
  return (await log.rooms!({ limit: 100, ...range })).map(({ room }) => room);
}

const ADA = { id: "k-ada", name: "Ada" };
const BOB = { id: "k-bob", name: "Bob" };
const DEN = `p-${"d".repeat(26)}`;

/** What the directory says of rooms to somebody, at some time. */
const told = (log: MessageLog, id: string, range: Partial<DirectoryRange> = {}, now = BEGAN) =>
  log.rooms!({ limit: 100, reader: { id, now }, ...range });

const toldNames = async (...asked: Parameters<typeof told>) => (await told(...asked)).map(({ room }) => room);

const owned = (set: object): NewRoomChange => ({ kind: "settings", ...ADA, set, owner: ADA.id });
const placed = (member: string, place: object): NewRoomChange => ({ kind: "member", ...ADA, member, ...place });

/** A clock that goes on with each look at it, so that the order of rooms is that of their events. */
function ticking() {
  let now = BEGAN;
  return { ...systemClock, now: () => now++ };
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

  ["a room is listed with its title, its topic and how many belong to it", async (tested) => {
    const log = await tested.log({ ...systemClock, now: () => BEGAN });
    await appendTo(log, "tea", owned({ title: "Tea", topic: "green" }));
    await appendTo(log, "tea", placed(BOB.id, { role: "member" }));
    await appendTo(log, "tea", placed("k-eve", { role: "banned" }));
    await appendTo(log, "tea", placed("k-dan", { mute: true }));
    await appendTo(log, "tea", by("hi"));
    const tea = { room: "tea", head: 5, ts: BEGAN, title: "Tea", topic: "green", places: 2 };
    assertEquals(await log.rooms!({ limit: 9 }), [tea]);
    assertEquals(await told(log, BOB.id), [{ ...tea, mine: true }]);
    await appendTo(log, "tea", { kind: "settings", ...ADA, set: { title: "Coffee", topic: "" } });
    await appendTo(log, "tea", placed(BOB.id, { role: "guest" }));
    assertEquals(await told(log, BOB.id), [{ room: "tea", head: 7, ts: BEGAN, title: "Coffee", places: 1 }]);
  }, "lists"],

  ["a room is found by any part of its title, in any case and script", async (tested) => {
    const log = await tested.log(ticking());
    const titles = { tea: "Grüner TEE", wine: "Wein & Käse", chess: "Шахматы" };
    for (const [room, title] of Object.entries(titles)) {
      await appendTo(log, room, owned({ title }));
      await appendTo(log, room, by("hi"));
    }
    assertEquals(await namesOf(log, { query: "tee" }), ["tea"]);
    assertEquals(await namesOf(log, { query: "GRÜNER" }), ["tea"]);
    assertEquals(await namesOf(log, { query: "шах" }), ["chess"]);
    assertEquals(await namesOf(log, { query: "EA" }), ["tea"]);
    assertEquals(await namesOf(log, { query: "n" }), ["wine", "tea"]);
    await appendTo(log, "tea", { kind: "settings", ...ADA, set: { title: "Coffee" } });
    assertEquals([await namesOf(log, { query: "tee" }), await namesOf(log, { query: "cof" })], [[], ["tea"]]);
  }, "lists"],

  ["a room that is not public is listed for those who have a place in it, and for nobody else", async (tested) => {
    const log = await tested.log(ticking());
    await appendTo(log, "lobby", by("hi"));
    await appendTo(log, DEN, owned({ title: "Den", visibility: "private" }));
    await appendTo(log, DEN, placed(BOB.id, { role: "member" }));
    await appendTo(log, DEN, placed("k-dan", { mute: true }));
    await appendTo(log, DEN, by("psst"));
    for (const range of [{}, { query: "den" }, { query: "p-d" }, { mine: true } as const]) {
      for (const id of ["", "42", "k-dan", "k-eve"]) {
        assertEquals((await toldNames(log, id, range)).filter((room) => room !== "lobby"), []);
      }
      for (const { id } of [ADA, BOB]) assertEquals((await toldNames(log, id, range))[0], DEN);
    }
    assertEquals(await toldNames(log, BOB.id), [DEN, "lobby"]);
    assertEquals(await toldNames(log, BOB.id, { mine: true }), [DEN]);
    assertEquals(await toldNames(log, BOB.id, { mine: true, query: "lob" }), []);
    await appendTo(log, DEN, placed(BOB.id, { role: "banned" }));
    assertEquals([await toldNames(log, BOB.id), await toldNames(log, BOB.id, { mine: true })], [["lobby"], []]);
    await appendTo(log, DEN, { kind: "settings", ...ADA, set: { visibility: "public" } });
    assertEquals(await toldNames(log, "k-eve"), [DEN, "lobby"]);
    assertEquals(await toldNames(log, BOB.id, { query: "den" }), []);
    await appendTo(log, DEN, { kind: "settings", ...ADA, set: { visibility: "unlisted" } });
    assertEquals(await toldNames(log, "k-eve", { query: "den" }), []);
  }, "lists"],

  ["a room with a name of the server's making is listed for everybody, if it is public", async (tested) => {
    const log = await tested.log(ticking());
    await appendTo(log, DEN, owned({ title: "Küche" }));
    await appendTo(log, DEN, by("hi"));
    for (const query of [undefined, "küch", "p-"]) assertEquals(await namesOf(log, { query }), [DEN]);
  }, "lists"],

  ["a public room is not listed for somebody who is banned from it, until the ban is over", async (tested) => {
    const log = await tested.log(ticking());
    for (const room of ["one", "two", "three"]) await appendTo(log, room, by("hi"));
    await appendTo(log, "two", placed("7", { role: "banned" }));
    await appendTo(log, "three", placed("7", { role: "banned", untilMs: BEGAN + 60_000 }));
    for (const query of [undefined, "t", "two"]) {
      const fits = (room: string) => room.includes(query ?? "");
      assertEquals(await toldNames(log, "7", { query }), ["one"].filter(fits));
      assertEquals(await toldNames(log, "7", { query }, BEGAN + 60_000), ["three", "one"].filter(fits));
      assertEquals(await toldNames(log, "8", { query }), ["three", "two", "one"].filter(fits));
    }
    assertEquals((await toldNames(log, "7", { limit: 1 })).length, 1);
    await appendTo(log, "two", placed("7", { role: "guest" }));
    assertEquals(await toldNames(log, "7"), ["two", "one"]);
    assertEquals(await toldNames(log, "7", { mine: true }), []);
  }, "lists"],

  ["one's own rooms come among the public ones, in pages that fit together", async (tested) => {
    const log = await tested.log({ ...systemClock, now: () => BEGAN });
    const rooms: string[] = [];
    for (let index = 0; index < 12; index++) {
      const room = index % 3 === 0 ? `p-${"abcd"[index / 3]!.repeat(26)}` : `room-${index}`;
      rooms.unshift(room);
      if (index % 3 === 0) await appendTo(log, room, owned({ visibility: "private" }));
      // A room of one's own needs no message.
      if (index % 6 !== 0) await appendTo(log, room, by("hi"));
    }
    for (const [mine, wanted] of [[undefined, rooms], [true, rooms.filter((room) => room.startsWith("p-"))]] as const) {
      const found: string[] = [];
      for (let after: DirectoryRange["after"], more = true; more;) {
        const page = await told(log, ADA.id, { after, mine, limit: 3 });
        found.push(...page.map(({ room }) => room));
        after = page.at(-1);
        more = page.length === 3;
      }
      assertEquals(found, wanted);
    }
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
