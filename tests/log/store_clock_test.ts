/** Whatever the clock does, a message is kept for as long as was asked for; and then it is removed. On every store. @module */

import { openKvStore } from "../../chat/log/kv.ts";
import { MemoryStore } from "../../chat/log/memory.ts";
import type { MessageLog, Store } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openSqliteStore } from "../../chat/log/sqlite.ts";
import { StoreClock } from "../../chat/log/store_clock.ts";
import { timeAfter } from "../../chat/log/time_stamp.ts";
import { appendTo } from "../lib/append_to.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { by, texts } from "./contract.ts";

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const TO_2099_MS = 73 * 365 * DAY_MS;
const RETENTION = { messages: 0, days: 30 };

/** A store that is opened again and again under one clock. */
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
    return texts((await this.log.read("lobby", { limit: 9 })).messages);
  }
}

async function inFolder(
  open: (folder: string) => Promise<Store>,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const bench = new Bench(() => open(folder));
  try {
    await bench.restart();
    await work(bench);
  } finally {
    await bench.log.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const memory = new MemoryStore();
const STORES: Record<string, (folder: string) => Promise<Store>> = {
  memory: () => Promise.resolve(memory),
  sqlite: (folder) => openSqliteStore(`${folder}/chat.db`),
  kv: (folder) => openKvStore(`${folder}/chat.kv`, false),
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

Deno.test("of several processes one counts, and when it has gone another one goes on", async () => {
  class Shared extends MemoryStore {
    watch(): void {}
  }
  const [store, clock] = [new Shared(), new FakeClock()];
  const [one, other] = [new StoreClock(store, clock, () => {}), new StoreClock(store, clock, () => {})];
  const pass = async (ms: number, ...counting: StoreClock[]) => {
    for (let passed = 0; passed < ms; passed += HOUR_MS / 2) {
      clock.advance(HOUR_MS / 2);
      for (const each of counting) await each.count();
    }
  };
  await one.count();
  await other.count();
  await pass(10 * DAY_MS, one, other);
  assertEquals([one.day, other.day], [10, 10]);
  await pass(5 * DAY_MS, other);
  assertEquals(other.day, 15);
  // It had only been cut off: it must not count what the other has counted.
  await pass(5 * DAY_MS, one, other);
  assertEquals([one.day, other.day], [19, 20]);
});

Deno.test("the time of a message is the clock's, or the newest one's if that is up to a minute later", () => {
  for (
    const [newest, now, wanted] of [[0, 5, 5], [5, 5, 5], [60_005, 5, 60_005], [60_006, 5, 5], [4e12, 5, 5]] as const
  ) {
    assertEquals(timeAfter(newest, now), wanted);
  }
});
