/** Under any clock, a message is kept for as long as was asked for; and then it is removed. On every store. @module */

import { type Clock, systemClock } from "../../chat/base/clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import { StoreClock } from "../../chat/log/store_clock.ts";
import { timeAfter } from "../../chat/log/time_stamp.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { by, texts } from "../lib/messages.ts";
import { Folder, openKv } from "../stores/in_folder.ts";

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const TO_2099_MS = 73 * 365 * DAY_MS;
const RETENTION = { messages: 0, days: 30 };

/** A store that is opened repeatedly under one clock. */
class Bench {
  readonly clock = new FakeClock();
  readonly reports: string[] = [];
  log!: MessageLog;
  readonly #open: () => Promise<Store>;
  #trims = 0;

  constructor(open: () => Promise<Store>) {
    this.#open = open;
  }

  async restart(): Promise<void> {
    await this.log?.close();
    const store = await this.#open();
    const trim = store.trim.bind(store);
    store.trim = async (...bounds) => {
      const more = await trim(...bounds);
      if (!more) this.#trims++;
      return more;
    };
    this.log = openLog(store, this.clock, (message) => this.reports.push(message), RETENTION);
  }

  /** Lets time pass, and what is past retention be removed. */
  async live(ms: number): Promise<void> {
    // The look that falls into the time, and the first one after it.
    for (const step of [ms, MINUTE_MS]) {
      const before = this.#trims;
      this.clock.advance(step);
      await eventually(() => this.#trims > before, "old messages to be looked for");
      await new Promise((turn) => setTimeout(turn));
    }
  }

  /** Sets the clock wrong for some minutes. */
  async jump(byMs: number): Promise<void> {
    this.clock.wrongByMs += byMs;
    for (let minute = 0; minute < 3; minute++) await this.live(MINUTE_MS);
  }

  async kept(): Promise<string> {
    return texts((await this.log.read("lobby", { limit: 9 })).events);
  }
}

async function inFolder(open: (file: string) => Promise<Store>, work: (bench: Bench) => Promise<void>): Promise<void> {
  await using folder = new Folder();
  const bench = new Bench(() => open(folder.file));
  try {
    await bench.restart();
    await work(bench);
  } finally {
    await bench.log.close();
  }
}

const memory = new MemoryStore();
const STORES: Record<string, (file: string) => Promise<Store>> = {
  memory: () => Promise.resolve(memory),
  sqlite: (file) => openSqliteStore(file),
  kv: openKv,
};

for (const [name, open] of Object.entries(STORES)) {
  Deno.test(`${name}: a clock that jumps while the process runs removes nothing that is younger than was asked for`, () =>
    inFolder(open, async (bench) => {
      await appendTo(bench.log, "lobby", by("one"));
      for (
        const ms of [DAY_MS, -DAY_MS, 31 * DAY_MS, -31 * DAY_MS, -31 * DAY_MS, 31 * DAY_MS, TO_2099_MS, -TO_2099_MS]
      ) {
        await bench.jump(ms);
        assertEquals(await bench.kept(), "one", `after a jump of ${ms / DAY_MS} days`);
      }
      assertEquals(
        bench.reports.filter((report) => report.startsWith("The clock was set ")).map((report) => report.split(".")[0]),
        [
          ...["ahead by 1440 minutes", "back by 1440 minutes"],
          ...["ahead by 31 days", "back by 31 days", "back by 31 days", "ahead by 31 days"],
          ...["ahead by 26645 days", "back by 26645 days"],
        ].map((how) => `The clock was set ${how}`),
      );
    }));

  if (name === "memory") continue;
  Deno.test(`${name}: nor does one that jumps while the process is down, however often`, () =>
    inFolder(open, async (bench) => {
      await appendTo(bench.log, "lobby", by("one"));
      for (
        const ms of [DAY_MS, -DAY_MS, 31 * DAY_MS, -31 * DAY_MS, -31 * DAY_MS, 31 * DAY_MS, TO_2099_MS, -TO_2099_MS]
      ) {
        bench.clock.wrongByMs += ms;
        await bench.restart();
        for (let minute = 0; minute < 3; minute++) await bench.live(MINUTE_MS);
        assertEquals(await bench.kept(), "one", `after a jump of ${ms / DAY_MS} days`);
      }
    }));

  Deno.test(`${name}: nor does one that is ahead and right by turns, start after start`, () =>
    inFolder(open, async (bench) => {
      await appendTo(bench.log, "lobby", by("one"));
      for (let start = 0; start < 70; start++) {
        bench.clock.wrongByMs = start % 2 === 0 ? 2 * DAY_MS : 0;
        await bench.restart();
        await bench.live(MINUTE_MS);
      }
      assertEquals(await bench.kept(), "one");
    }));
}

for (const [name, open] of Object.entries({ ...STORES, memory: () => Promise.resolve(new MemoryStore()) })) {
  Deno.test(`${name}: what has been kept for as long as was asked for is removed within two days more`, () =>
    inFolder(open, async (bench) => {
      // Near the end of the store's first day.
      await bench.live(MINUTE_MS);
      await bench.live(0.9 * DAY_MS);
      await appendTo(bench.log, "lobby", by("one"));
      await bench.live(10 * DAY_MS);
      await appendTo(bench.log, "lobby", by("two"));
      await bench.live(20 * DAY_MS - HOUR_MS);
      assertEquals(await bench.kept(), "one two");
      await bench.live(2 * DAY_MS + HOUR_MS);
      assertEquals(await bench.kept(), "two");
      await bench.live(10 * DAY_MS);
      assertEquals(await bench.kept(), "");
    }));
}

Deno.test("sqlite: a stop counts as a day at most, and is told if it was longer", () =>
  inFolder(STORES.sqlite!, async (bench) => {
    await appendTo(bench.log, "lobby", by("one"));
    await bench.log.close();
    for (let stop = 0; stop < 31; stop++) {
      bench.clock.advance(3 * DAY_MS);
      await bench.restart();
      await bench.live(MINUTE_MS);
      assertEquals(await bench.kept(), "one");
      await bench.log.close();
    }
    bench.clock.advance(3 * DAY_MS);
    await bench.restart();
    await bench.live(MINUTE_MS);
    assertEquals(await bench.kept(), "");
    assertEquals(
      bench.reports[0],
      "By the clock, the store was last in use 3 days ago. Times of messages follow the clock; what is kept for days counts the " +
        "time that the server has seen pass",
    );
  }));

/** A store that several processes share, each with a clock of its own. */
class Shared extends MemoryStore {
  readonly clock = new FakeClock();

  watch(): void {}

  /** A process that begins now. @param wrongByMs by how much its clock is wrong */
  begin(wrongByMs = 0): StoreClock {
    const clock: Clock = {
      ...systemClock,
      now: () => this.clock.now() + wrongByMs,
      elapsed: () => this.clock.elapsed(),
    };
    return new StoreClock(this, clock, () => {});
  }

  async pass(ms: number, ...counting: StoreClock[]): Promise<void> {
    for (const end = this.clock.elapsed() + ms; this.clock.elapsed() < end;) {
      for (const each of counting) await each.count();
      this.clock.advance(MINUTE_MS);
    }
    for (const each of counting) await each.count();
  }
}

Deno.test("several processes count the same time once, whichever of them are there", async () => {
  const store = new Shared();
  const [one, other] = [store.begin(), store.begin()];
  await store.pass(10 * DAY_MS, one, other);
  assertEquals([one.day, other.day], [10, 10]);
  await store.pass(5 * DAY_MS, other);
  // It had only been cut off: it must not add what the other has counted.
  await store.pass(5 * DAY_MS, one, other);
  assertEquals([one.day, other.day], [20, 20]);
});

for (const [name, store] of [["one process", new MemoryStore()], ["several", new Shared()]] as const) {
  for (const minutes of [1, 7, 90]) {
    Deno.test(`the time of a store of ${name} goes on though none lives for longer than ${minutes} minutes`, async () => {
      const clock = store instanceof Shared ? store.clock : new FakeClock();
      await store.writeTime({ livedMs: 0, wallMs: clock.now() });
      const lived = async () => (await store.readTime())!.livedMs;
      const began = clock.elapsed();
      while (clock.elapsed() - began < 3 * DAY_MS) {
        const process = new StoreClock(store, clock, () => {});
        await process.count();
        for (let minute = 0; minute < minutes; minute++) {
          clock.advance(MINUTE_MS);
          await process.count();
        }
        // None closes anything, as if each were killed.
      }
      const passed = clock.elapsed() - began;
      const behind = passed - await lived();
      assertEquals(behind >= 0 && behind <= 20 * MINUTE_MS, true, `behind by ${behind / MINUTE_MS} minutes`);
    });
  }
}

Deno.test("processes whose clocks differ, and that come and go in turn, gain a day at most for each wrong clock", async () => {
  const store = new Shared();
  const steady = store.begin();
  const passedMs = 30 * DAY_MS;
  for (let round = 0; store.clock.elapsed() < passedMs; round++) {
    const wrongByMs = [-400 * DAY_MS, DAY_MS, 0, HOUR_MS, 400 * DAY_MS][round % 5]!;
    await store.pass(20 * MINUTE_MS, store.begin(wrongByMs), ...round % 3 === 0 ? [steady] : []);
    store.clock.advance(HOUR_MS);
  }
  const { livedMs } = (await store.readTime())!;
  assert(livedMs <= store.clock.elapsed() + 3 * DAY_MS, `${livedMs / DAY_MS} days`);
  // And the time that they ran counts, whatever their clocks say.
  assert(livedMs >= passedMs / 5, `${livedMs / DAY_MS} days`);
});

Deno.test("a stop of all processes of a store counts, and as a day at most", async () => {
  const store = new Shared();
  await store.pass(HOUR_MS, store.begin());
  for (const [stopMs, wantedMs] of [[10 * HOUR_MS, 10 * HOUR_MS], [50 * DAY_MS, DAY_MS]] as const) {
    const before = (await store.readTime())!.livedMs;
    store.clock.advance(stopMs);
    await store.pass(HOUR_MS, store.begin(), store.begin());
    const gained = (await store.readTime())!.livedMs - before - HOUR_MS;
    assert(Math.abs(gained - wantedMs) <= 20 * MINUTE_MS, `${gained / HOUR_MS} hours`);
  }
});

Deno.test("the time of a message is the clock's, or the newest one's if that is up to a minute later", () => {
  for (
    const [newest, now, wanted] of [[0, 5, 5], [5, 5, 5], [60_005, 5, 60_005], [60_006, 5, 5], [4e12, 5, 5]] as const
  ) {
    assertEquals(timeAfter(newest, now), wanted);
  }
});
