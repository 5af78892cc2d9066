/** Reading a room as a stream: pages, waiting, server-sent events; from any place on, and without a gap. @module */

import type { NewEvent } from "../../../chat/event/event.ts";
import { LONG_POLL_MS, PAGE_MESSAGES, STREAM_ALIVE_MS, STREAM_BEATS } from "../../../chat/limits.ts";
import { CHANGES_KEPT } from "../../../chat/log/bounds.ts";
import type { Page as LogPage, Range } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { eventually } from "../../lib/patience.ts";
import { startServer } from "../../lib/server.ts";
import { StreamReader, streamUrl } from "../../lib/stream_reader.ts";
import { nonce, open } from "../../lib/tea_room.ts";
import { page, range, refusal, say, timed } from "./stream_pages.ts";

Deno.test("a room is read page after page from its start, with its changes, and no entry twice", async () => {
  await using server = startServer();
  await say(server, 2 * PAGE_MESSAGES + 50);
  await using ada = await open(server, "ada", "lobby");
  const { seq } = await ada.publish("lobby", "old words");
  await ada.ask({ type: "edit", room: "lobby", nonce: nonce(), target: seq!, text: "new words", version: 0 }, "ok");
  await ada.ask({ type: "react", room: "lobby", nonce: nonce(), target: 1, emoji: "👍", on: true }, "ok");
  const pages = [await page(server)];
  while (!pages.at(-1)!.isUpToDate) pages.push(await page(server, { offset: pages.at(-1)!.next }));
  const entries = pages.flatMap((one) => one.entries);
  assertEquals(pages.map((one) => one.entries.length), [PAGE_MESSAGES, PAGE_MESSAGES, 53]);
  assertEquals(entries.map((entry) => entry.seq), range(1, seq! + 2));
  assertEquals(entries[0], { ...entries[0]!, text: "text 1", reactions: [{ emoji: "👍", count: 1 }], rev: seq! + 2 });
  assertEquals(entries.slice(-3).map(({ kind }) => kind), [undefined, "edit", "react"]);
  const offsets = pages.map((one) => one.next);
  assertEquals(offsets, offsets.toSorted());
  const last = await page(server, { offset: pages.at(-1)!.next });
  assertEquals([last.entries, last.isUpToDate, last.next], [[], true, pages.at(-1)!.next]);
});

Deno.test("a page says that nobody may keep it, and a request for its head that there is one", async () => {
  await using server = startServer();
  await say(server, 3);
  const { headers, entries, next } = await page(server, { offset: "-1" });
  assertEquals(entries.length, 3);
  assertEquals(headers.get("content-type"), "application/json");
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertMatch(headers.get("stream-cursor")!, /^\d+$/);
  const head = await page(server, {}, { method: "HEAD" });
  assertEquals([head.status, head.next, head.headers.get("cache-control")], [200, next, "no-store"]);
  const now = await page(server, { offset: "now" });
  assertEquals([now.entries, now.next, now.isUpToDate], [[], next, true]);
});

Deno.test("server-sent events bring what is kept and what comes, in one run, and end in a place to come back to", async () => {
  await using server = startServer();
  await say(server, 3 * PAGE_MESSAGES);
  await using reader = await StreamReader.open(server, "lobby", "-1");
  assertEquals(reader.response.headers.get("content-type"), "text/event-stream");
  assertEquals(reader.response.headers.get("cache-control"), "no-store, no-cache");
  await reader.untilSeq(3 * PAGE_MESSAGES);
  await say(server, 20);
  await reader.untilSeq(3 * PAGE_MESSAGES + 20);
  assertEquals(reader.seqs, range(1, 3 * PAGE_MESSAGES + 20));
  await reader.until(() => reader.places.at(-1)?.streamNextOffset === reader.lastId, "the place behind the last entry");
  assertEquals(reader.places.at(-1)!.upToDate, true);
  await reader.close();
  await say(server, 5);
  // As a browser comes back: with the address of its first request.
  await using again = await StreamReader.open(server, "lobby", "-1", { "last-event-id": reader.lastId! });
  await again.untilSeq(3 * PAGE_MESSAGES + 25);
  assertEquals(again.seqs, range(3 * PAGE_MESSAGES + 21, 3 * PAGE_MESSAGES + 25));
});

Deno.test("a reader that has been sent nothing yet comes back to where it was", async () => {
  await using server = startServer();
  await say(server, 3);
  await using reader = await StreamReader.open(server, "lobby", "now");
  await reader.until(() => reader.places.length > 0, "its place");
  assertEquals(reader.places[0]!.upToDate, true);
  await reader.close();
  await say(server, 2);
  await using again = await StreamReader.open(server, "lobby", "now", { "last-event-id": reader.lastId! });
  await again.untilSeq(5);
  assertEquals(again.seqs, [4, 5]);
});

timed(
  "a reader that waits for something new gets it when it comes, and else is told that there is nothing",
  async () => {
    const guardClock = new FakeClock();
    await using server = startServer({ guardClock });
    await say(server, 1);
    const { next, headers } = await page(server, { offset: "-1", live: "long-poll" });
    const cursor = headers.get("stream-cursor")!;
    const waiting = page(server, { offset: next, live: "long-poll", cursor });
    await eventually(() => server.manager.stats.connections === 1, "the reader that waits");
    await say(server, 1);
    const come = await waiting;
    assertEquals([come.status, come.entries.map(({ seq }) => seq), come.isUpToDate], [200, [2], true]);
    assertGreater(Number(come.headers.get("stream-cursor")), Number(cursor));
    await eventually(() => server.manager.stats.sockets === 0, "the end of the reader");
    const inVain = page(server, { offset: come.next, live: "long-poll" });
    await eventually(() => guardClock.timers === 1, "the reader that waits in vain");
    guardClock.advance(LONG_POLL_MS);
    const { status, isUpToDate, next: still } = await inVain;
    assertEquals([status, isUpToDate, still], [204, true, come.next]);
  },
);

timed("a stream with nothing to say says so, and ends after a while, so that its reader comes again", async () => {
  const guardClock = new FakeClock();
  await using server = startServer({ guardClock });
  await using reader = await StreamReader.open(server, "lobby", "now");
  await reader.until(() => reader.places.length > 0, "its place");
  for (let beats = 1; beats < STREAM_BEATS; beats++) {
    guardClock.advance(STREAM_ALIVE_MS);
    await reader.until(() => reader.asides.length > beats, `comment ${beats}`);
  }
  assertMatch(reader.asides.join("\n"), /^retry: \d+(\n:)+$/);
  guardClock.advance(STREAM_ALIVE_MS);
  await reader.ended;
  assertEquals([server.manager.stats.connections, guardClock.timers], [0, 0]);
});

Deno.test("what is asked for wrongly is refused, and what cannot be read on is gone", async () => {
  const log = openLog(new MemoryStore("life1"));
  await using server = startServer({ log });
  await say(server, 3);
  const { next } = await page(server);
  for (const offset of ["", "3", "-2", "a,b", "a b", "life1:3", `${next}0`, "life1:99999999999999999"]) {
    assertEquals(await refusal(server, { offset }), [400, "bad_command"], offset);
  }
  assertEquals(await refusal(server, { live: "sse" }), [400, "bad_command"]);
  assertEquals(await refusal(server, { live: "often", offset: "-1" }), [400, "bad_command"]);
  assertEquals(await refusal(server, { offset: "-1" }, "No%20room"), [400, "bad_command"]);
  const twice = await fetch(`${streamUrl(server, "lobby")}?offset=-1&offset=${next}`);
  assertEquals([twice.status, (await twice.json()).code], [400, "bad_command"]);
  const digits = (seq: number) => String(seq).padStart(16, "0");
  for (const live of ["sse", "long-poll", undefined]) {
    const ask = (offset: string) => refusal(server, live ? { offset, live } : { offset });
    assertEquals(await ask(`life2:${digits(3)}`), [410, "gone"], "of another life of the store");
    assertEquals(await ask(`life1:${digits(4)}`), [410, "gone"], "of what is still to come");
  }
  assertEquals((await page(server, { offset: `life1:${digits(2)}` })).entries.map(({ seq }) => seq), [3]);
  await eventually(() => server.manager.stats.sockets === 0, "the end of all that were refused");
});

Deno.test("below where every change is kept a reader is sent the messages as they are, and then every event", async () => {
  const store = new MemoryStore("life1");
  const commit = (events: object[]) =>
    store.commit(events.map((event) => ({ room: "lobby", event: { name: "Ada", ...event } as NewEvent })), {
      ts: 1,
      day: 0,
    });
  const count = PAGE_MESSAGES + 20;
  await commit(range(1, count).map((n) => ({ id: "k-ada", text: `text ${n}` })));
  // Some more than are kept, of all of which the effect stays.
  const surplus = 30;
  const react = (from: number, to: number) =>
    commit(range(from, to).map((n) => ({ id: `k-${n}`, kind: "react", target: 1, emoji: "👍", on: true })));
  for (let made = 0; made < CHANGES_KEPT; made += 1_000) await react(made + 1, made + 1_000);
  await react(CHANGES_KEPT + 1, CHANGES_KEPT + surplus);
  const head = count + CHANGES_KEPT + surplus;
  while (await store.trim(Number.MAX_SAFE_INTEGER, 0));
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(store, clock) });
  const first = await page(server, { offset: "-1" });
  assertEquals(first.entries.map(({ seq }) => seq), range(1, PAGE_MESSAGES));
  assertEquals(first.entries[0], {
    ...first.entries[0]!,
    rev: head,
    reactions: [{ emoji: "👍", count: CHANGES_KEPT + surplus }],
  });
  const second = await page(server, { offset: first.next });
  assertEquals(second.entries.map(({ seq }) => seq), range(PAGE_MESSAGES + 1, count));
  assertLess(first.next, second.next);
  const third = await page(server, { offset: second.next });
  assertEquals(third.entries[0]!.seq, count + surplus + 1);
  assertEquals([first, second, third].map(({ isUpToDate }) => isUpToDate), [false, false, false]);
  assertEquals(await refusal(server, { offset: `life1:${String(count).padStart(16, "0")}` }), [410, "gone"]);

  await using reader = await StreamReader.open(server, "lobby", "-1");
  await reader.untilSeq(count + surplus + 2 * PAGE_MESSAGES);
  await reader.close();
  const due = [...range(1, count), ...range(count + surplus + 1, head)];
  assertEquals(reader.seqs, due.slice(0, reader.seqs.length));
  const [place] = reader.places;
  await using again = await StreamReader.open(server, "lobby", place!.streamNextOffset);
  await again.untilSeq(count + surplus + 1);
  await again.close();
  const [begins] = again.seqs;
  assertLess(begins!, count);
  assertEquals(again.seqs, due.slice(begins! - 1, begins! - 1 + again.seqs.length));

  // What was kept when it began is kept no more.
  await react(CHANGES_KEPT + surplus + 1, CHANGES_KEPT + surplus + 5);
  while (await store.trim(Number.MAX_SAFE_INTEGER, 0));
  assertEquals(await refusal(server, { offset: place!.streamNextOffset }), [410, "gone"]);
});

Deno.test("a reader is told that entries are missing before it is sent any behind them", async () => {
  let isDamaged = false;
  class Damaged extends MemoryStore {
    override async read(room: string, range: Range): Promise<LogPage> {
      const page = await super.read(room, range);
      return isDamaged ? { ...page, events: page.events.filter(({ seq }) => seq !== 150) } : page;
    }
  }
  await using server = startServer({ log: openLog(new Damaged()) });
  await say(server, 200);
  isDamaged = true;
  await using reader = await StreamReader.open(server, "lobby", "-1");
  await reader.ended;
  assertEquals(reader.seqs, range(1, PAGE_MESSAGES));
  assertEquals(await refusal(server, { offset: reader.lastId! }), [410, "gone"]);
});

Deno.test("a stopping server tells its readers when to come again, and ends their streams", async () => {
  const server = startServer();
  await using reader = await StreamReader.open(server, "lobby", "now");
  const waiting = fetch(streamUrl(server, "lobby", { live: "long-poll", offset: "now" }))
    .then(({ status }) => status, () => undefined);
  await eventually(() => server.manager.stats.connections === 2, "the readers");
  await Promise.all([server.stop(), reader.ended]);
  assertMatch(reader.asides.join("\n"), /^retry: \d+\nretry: \d+$/);
  // It was in the room already, or on the way there; or its connection ended first.
  assert([204, 503, undefined].includes(await waiting));
});
