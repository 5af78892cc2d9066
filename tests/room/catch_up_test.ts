/** Members that are served from the log, many at once. @module */

import { Batch } from "../../chat/dialect/batch.ts";
import { CatchUp } from "../../chat/room/catch_up.ts";
import { PageCache } from "../../chat/room/page_cache.ts";
import { type Clock, systemClock } from "../../chat/base/clock.ts";
import * as bounds from "../../chat/base/bounds.ts";
import * as limits from "../../chat/limits.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import { assertEquals, assertLess } from "../lib/assert.ts";
import { Turns } from "../../chat/base/turns.ts";
import { membershipOf, Reader } from "../lib/reader.ts";

function partsOf(log: MessageLog, clock: Clock) {
  const presence = { list: { memberCount: 1 } };
  const access = { meet: () => Promise.resolve(), hiddenFrom: () => 0 };
  return {
    name: "lobby",
    log,
    clock,
    turns: new Turns(systemClock),
    report: () => {},
    presence,
    access,
    onEnded: () => {},
  };
}

Deno.test("while many catch up at once the event loop has its turns, and each gets everything", async () => {
  const log = openLog(new MemoryStore());
  const count = 5 * limits.PAGE_MESSAGES;
  await Promise.all(
    Array.from({ length: count }, () => log.append("lobby", { id: "ada", name: "Ada", text: "hi" })),
  );
  const { epoch } = await log.read("lobby", { limit: 0 });
  let inTurn = 0;
  let most = 0;
  const readers = Array.from({ length: 200 }, () => new Reader());
  for (const reader of readers) reader.onFrame = () => most = Math.max(most, ++inTurn);
  const memberships = readers.map((reader, n) => membershipOf(reader, `m${n}`, systemClock, { epoch, seq: 0 }));
  const catchUp = new CatchUp({ ...partsOf(log, systemClock), fanOut: { epoch, takenUp: count } });
  let done = false;
  const serving = Promise.all(memberships.map((membership) => catchUp.serve(membership))).then(() => done = true);
  while (!done) {
    inTurn = 0;
    await new Promise((turn) => setImmediate(turn));
  }
  await serving;
  const all = Array.from({ length: count }, (_, index) => index + 1);
  for (const { frames } of readers) assertEquals(frames.flat(), all);
  assertLess(most, 3 * bounds.READS_PER_TURN);
  await log.close();
});

Deno.test("a member that catches up from the same position within a second shares what was read, and nobody gets an old page", async () => {
  const log = openLog(new MemoryStore());
  const { epoch } = await log.read("lobby", { limit: 0 });
  const append = () => log.append("lobby", { id: "ada", name: "Ada", text: "hi" });
  for (let count = 0; count < 3; count++) await append();
  const clock = new FakeClock();
  let reads = 0;
  const read = log.read.bind(log);
  log.read = (...args) => (reads++, read(...args));
  const fanOut = { epoch, takenUp: 3 };
  const catchUp = new CatchUp({ ...partsOf(log, clock), fanOut });
  const served = async (seq = 0) => {
    const reader = new Reader();
    await catchUp.serve(membershipOf(reader, "m", clock, { epoch: fanOut.epoch, seq }));
    return reader.frames.flat();
  };
  assertEquals([await served(), await served(), reads], [[1, 2, 3], [1, 2, 3], 1]);
  // One more has come: the page that is kept ends before it, and the rest is read.
  await append();
  fanOut.takenUp = 4;
  assertEquals([await served(), reads], [[1, 2, 3, 4], 2]);
  clock.advance(limits.PAGES_CACHED_MS);
  assertEquals([await served(), reads], [[1, 2, 3, 4], 3]);
  fanOut.epoch = "another life";
  assertEquals(await served(0), [], "what is kept is of the life before");
  await log.close();
});

Deno.test("a member that leaves while it catches up is not told of presence afterwards", async () => {
  const log = openLog(new MemoryStore());
  await log.append("lobby", { id: "ada", name: "Ada", text: "hi" });
  const { epoch } = await log.read("lobby", { limit: 0 });
  const reader = new Reader();
  const membership = membershipOf(reader, "m", systemClock, { epoch, seq: 0 });
  membership.missedPresence = true;
  const read = log.read.bind(log);
  log.read = (...args) => {
    membership.over = true;
    return read(...args);
  };
  await new CatchUp({ ...partsOf(log, systemClock), fanOut: { epoch, takenUp: 1 } }).serve(membership);
  await new Promise((turn) => setImmediate(turn));
  assertEquals(reader.frames, []);
  await log.close();
});

Deno.test("a page that was being read while a text went is not kept for others", async () => {
  const log = openLog(new MemoryStore());
  const { epoch } = await log.read("lobby", { limit: 0 });
  for (let count = 0; count < 3; count++) await log.append("lobby", { id: "ada", name: "Ada", text: "hi" });
  let reads = 0;
  const read = log.read.bind(log);
  let meanwhile = () => {};
  log.read = async (...args) => {
    reads++;
    const page = await read(...args);
    meanwhile();
    return page;
  };
  const catchUp = new CatchUp({ ...partsOf(log, new FakeClock()), fanOut: { epoch, takenUp: 3 } });
  const serve = () => catchUp.serve(membershipOf(new Reader(), "m", systemClock, { epoch, seq: 0 }));
  meanwhile = () => catchUp.forgetPages();
  await serve();
  meanwhile = () => {};
  await serve();
  assertEquals(reads, 2, "it was read again");
  await serve();
  assertEquals(reads, 2, "and then kept");
  catchUp.forgetPages();
  await serve();
  assertEquals(reads, 3);
  await log.close();
});

Deno.test("the pages that are kept have a bound in characters, too", () => {
  const pages = new PageCache(new FakeClock());
  const batch = new Batch("e", [], []);
  const share = limits.PAGES_CACHED_CHARACTERS / 4;
  const kept = () => [1, 2, 3, 4, 5, 6].filter((after) => pages.get("e", after) !== undefined);
  for (const after of [1, 2, 3, 4]) pages.put(after, batch, share, pages.generation);
  assertEquals(kept(), [1, 2, 3, 4]);
  pages.put(5, batch, 2 * share, pages.generation);
  assertEquals(kept(), [3, 4, 5]);
  pages.put(3, batch, share, pages.generation);
  pages.put(6, batch, share, pages.generation);
  assertEquals(kept(), [3, 5, 6], "what was put last stays, and nothing is counted twice");
  pages.forget();
  for (const after of [1, 2, 3, 4]) pages.put(after, batch, share, pages.generation);
  assertEquals(kept(), [1, 2, 3, 4]);
});

Deno.test("a newcomer is never served what was before its place, however it came to be behind", async () => {
  const log = openLog(new MemoryStore());
  const { epoch } = await log.read("lobby", { limit: 0 });
  for (let count = 0; count < 4; count++) await log.append("lobby", { id: "ada", name: "Ada", text: "hi" });
  const parts = partsOf(log, systemClock);
  const access = { ...parts.access, hiddenFrom: ({ id }: { id: string }) => id === "newcomer" ? 2 : 0 };
  const catchUp = new CatchUp({ ...parts, access, fanOut: { epoch, takenUp: 4 } });
  const served = async (id: string, seq: number) => {
    const reader = new Reader();
    const membership = membershipOf(reader, id, systemClock, { epoch, seq });
    await catchUp.serve(membership);
    // The reset goes with the turn.
    await new Promise((turn) => setImmediate(turn));
    return [reader.frames.flat(), membership.cursor];
  };
  // The others' page is at hand, and is not for it: a reset, which has no number, takes its place.
  assertEquals(await served("member", 0), [[1, 2, 3, 4], 4]);
  assertEquals<unknown>(await served("newcomer", 0), [[undefined], 4]);
  assertEquals(await served("newcomer", 2), [[3, 4], 4]);
  await log.close();
});
