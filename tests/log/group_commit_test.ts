/** Which events share a commit, and what authors are told when the store gives no answer. @module */

import { APPEND_TIMEOUT_MS, COMMIT_DELAY_MS, SOON_MS, TIMEOUT_CHECK_MS } from "../../chat/log/bounds.ts";
import { GroupCommit } from "../../chat/log/group_commit.ts";
import { type Appended, StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { systemClock } from "../../chat/base/clock.ts";
import type { NewMessage } from "../../chat/event/event.ts";
import type { Entry, Store } from "../../chat/log/store.ts";
import type { StoreClock } from "../../chat/log/store_clock.ts";
import type { Tails } from "../../chat/log/tails.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { by } from "../lib/messages.ts";

/**
 * Commits to a store that answers when the test says so. What became of each append is in `outcomes`, by its text; which were committed
 * together is in `batches`.
 */
function slowStore() {
  const clock = new FakeClock();
  const commits: PromiseWithResolvers<Appended[]>[] = [];
  const batches: string[][] = [];
  const store = {
    commit(entries: Entry[]) {
      batches.push(entries.map(({ event }) => (event as NewMessage).text));
      const answer = Promise.withResolvers<Appended[]>();
      commits.push(answer);
      return answer.promise.then(() => entries.map(() => ({ epoch: "e", seq: 1, ts: 1, duplicate: true })));
    },
  } as Partial<Store> as Store;
  const tails = { saw() {}, look() {} } as Partial<Tails> as Tails;
  const group = new GroupCommit(store, { day: 0 } as Partial<StoreClock> as StoreClock, tails, clock, () => {});
  const outcomes: Record<string, string> = {};
  /** Turns of the event loop, in order: in the first one a commit begins, in the second what came of it is known. */
  const turn = async () => {
    for (let turns = 0; turns < 2; turns++) await new Promise<void>((next) => clock.soon(next));
  };
  const append = async (...texts: string[]) => {
    for (const text of texts) {
      group.append("lobby", by(text, text)).then(() => outcomes[text] = "stored", (error) => {
        assert(error instanceof StoreUnavailableError);
        outcomes[text] = "unknown";
      });
    }
    await turn();
  };
  const answer = async () => {
    commits.shift()!.resolve([]);
    await turn();
  };
  const fail = async () => {
    commits.shift()!.reject(new Error("a test's store that fails"));
    await turn();
  };
  return { clock, group, outcomes, batches, append, answer, fail, turn };
}

Deno.test("after a commit that several shared the next one waits for more, and not for long", async () => {
  const { clock, group, batches, append, answer, turn } = slowStore();
  await append("one", "two");
  clock.advance(COMMIT_DELAY_MS / 2);
  await append("three");
  await answer();
  await append("four");
  assertEquals(batches, [["one", "two"]]);
  clock.advance(COMMIT_DELAY_MS / 2);
  await turn();
  assertEquals(batches, [["one", "two"], ["three", "four"]]);
  await answer();
  await group.close();
  assertEquals(clock.timers, 0);
});

Deno.test("an event that was alone in its commit makes nobody wait, however long that took", async () => {
  const { clock, group, batches, append, answer } = slowStore();
  await append("one");
  clock.advance(COMMIT_DELAY_MS / 4);
  await answer();
  await append("two");
  assertEquals(batches, [["one"], ["two"]]);
  await answer();
  await group.close();
});

Deno.test("once single events come soon after one another they wait for more, until there is a pause", async () => {
  const { clock, group, batches, append, answer, turn } = slowStore();
  await append("one");
  await answer();
  clock.advance(SOON_MS - 1);
  await append("two");
  clock.advance(COMMIT_DELAY_MS / 2);
  await answer();
  await append("three", "four");
  assertEquals(batches, [["one"], ["two"]]);
  clock.advance(COMMIT_DELAY_MS / 2);
  await turn();
  assertEquals(batches, [["one"], ["two"], ["three", "four"]]);
  await answer();
  clock.advance(SOON_MS);
  await append("five");
  clock.advance(COMMIT_DELAY_MS / 2);
  await answer();
  await append("six");
  assertEquals(batches.slice(3), [["five"], ["six"]]);
  await answer();
  await group.close();
});

Deno.test("a commit that fails takes those along that wait for the next, of which none is made", async () => {
  const { clock, group, batches, outcomes, append, fail, turn } = slowStore();
  await append("one", "two");
  await append("three");
  await fail();
  clock.advance(COMMIT_DELAY_MS);
  await turn();
  assertEquals(outcomes, { one: "unknown", two: "unknown", three: "unknown" });
  assertEquals(batches, [["one", "two"]]);
  await group.close();
  assertEquals(clock.timers, 0);
});

Deno.test("an author whose message the store gives no answer for is told so, and those behind it when they are due", async () => {
  const { clock, group, outcomes, append, answer, turn } = slowStore();
  await append("first");
  clock.advance(APPEND_TIMEOUT_MS / 2);
  await append("second");
  clock.advance(APPEND_TIMEOUT_MS / 2 - 1);
  await turn();
  assertEquals(outcomes, {});
  clock.advance(1);
  await turn();
  assertEquals(outcomes, { first: "unknown" });
  clock.advance(APPEND_TIMEOUT_MS / 2);
  await turn();
  assertEquals(outcomes, { first: "unknown", second: "unknown" });
  await answer();
  await group.close();
  assertEquals(clock.timers, 0);
});

Deno.test("the time of a message counts from when it came, whatever was stored before", async () => {
  const { clock, group, outcomes, append, answer, turn } = slowStore();
  await append("first");
  await answer();
  clock.advance(APPEND_TIMEOUT_MS / 2);
  await append("second");
  clock.advance(APPEND_TIMEOUT_MS - 1);
  await turn();
  assertEquals(outcomes, { first: "stored" });
  clock.advance(TIMEOUT_CHECK_MS);
  await turn();
  assertEquals(outcomes, { first: "stored", second: "unknown" });
  await answer();
  await group.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a log in which nothing waits soon has no timer, and one that is closed has none at once", async () => {
  const { clock, group, append, answer } = slowStore();
  await append("first");
  await answer();
  clock.advance(APPEND_TIMEOUT_MS);
  assertEquals(clock.timers, 0);
  await append("second");
  await answer();
  await group.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a bug of one room is told as one, and keeps nothing from the other rooms and from those who wait", async () => {
  const told: string[] = [];
  const got: string[] = [];
  const log = openLog(new MemoryStore(), systemClock, (what, cause) => told.push(`${what}: ${cause}`));
  const rest = { begin() {}, reset() {} };
  let waiting: ReturnType<typeof log.append> | undefined;
  const fails = () => {
    waiting = log.append("lobby", by("three"));
    throw new Error("a test's bug");
  };
  await log.subscribe("attic", { ...rest, batch: fails });
  await log.subscribe("lobby", { ...rest, batch: ([event]) => got.push((event as NewMessage).text) });
  const results = [
    ...await Promise.all([log.append("attic", by("one")), log.append("lobby", by("two"))]),
    await waiting!,
  ];
  assertEquals(results.map((result) => "refused" in result || result.seq), [1, 1, 2]);
  await log.close();
  assertEquals(got, ["two", "three"]);
  assertEquals(told, [
    "A bug kept the room attic from what was stored in it: its members get it when they come back: Error: a test's bug",
  ]);
});
