/**
 * What every store must do, through the log that is made of it. Written once; `memory_test.ts` and its neighbours run it.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import {
  type MessageLog,
  type NewMessage,
  type Range,
  type Refused,
  StoreUnavailableError,
} from "../../chat/log/message_log.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import { Bench, type Place } from "./bench.ts";
import { randomRun } from "./random_run.ts";

/** A kind of store. */
export interface Kind {
  /** Begins the tests' names. */
  name: string;
  /** What it needs of the machine. */
  needs?: ToolName;
  /** Whether data outlive the store object. */
  persistent: boolean;
  /** Whether several may be open on the same data at once. */
  shared: boolean;
  /** Whether messages are kept by days as well. Default: they are. */
  days?: boolean;
  /** Makes room for a store with nothing in it. */
  begin(): Promise<Place>;
}

/** Registers the tests for a kind of store. */
export function testContract(kind: Kind): void {
  for (const [name, run, needed = ""] of CASES) {
    const needs = needed.split(" ").filter((need) => need !== "") as Need[];
    const has = { persistent: kind.persistent, shared: kind.shared, days: kind.days ?? true };
    if (!needs.every((need) => has[need])) continue;
    testWith(kind.needs ?? [], {
      name: `${kind.name}: ${name}`,
      async fn() {
        await using place = await kind.begin();
        await using bench = new Bench(place, kind.persistent);
        await run(bench);
      },
    });
  }
}

/** What a kind of store must be capable of for a test to make sense. */
type Need = "persistent" | "shared" | "days";
type Case = [name: string, run: (bench: Bench) => Promise<void>, needs?: Need | "days persistent"];

/** A message by `ada`. */
export function by(text: string, nonce?: string, id = "ada"): NewMessage {
  return nonce === undefined ? { id, name: "Ada", text } : { id, name: "Ada", text, nonce };
}

/** What a page or a batch says, in short. */
export function texts(messages: { text: string }[]): string {
  return messages.map(({ text }) => text).join(" ");
}

function seqs(messages: { seq: number }[]): number[] {
  return messages.map(({ seq }) => seq);
}

async function fill(log: MessageLog, room: string, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => appendTo(log, room, by(`m${index + 1}`, `n${index + 1}`))),
  );
}

const NONCE_USED: Refused = { refused: "nonce_used" };

const CASES: Case[] = [
  ["an empty room begins at 1", async (bench) => {
    const log = await bench.log();
    const { epoch, ...page } = await log.read("lobby", { limit: 10 });
    assertEquals(page, { first: 1, head: 0, messages: [] });
    assert(epoch.length > 0 && epoch.length <= 64);
  }],

  ["what is appended is read back as it was, with its number and time", async (bench) => {
    const log = await bench.log();
    const before = Date.now();
    const appended = await appendTo(log, "lobby", by("hello", "n1"));
    const bare = await appendTo(log, "lobby", by("no nonce"));
    const { messages, ...state } = await log.read("lobby", { limit: 10 });
    assert(appended.ts >= before && appended.ts <= Date.now() + 1_000);
    assertEquals(appended, { epoch: state.epoch, seq: 1, ts: appended.ts, duplicate: false });
    assertEquals(state, { epoch: appended.epoch, first: 1, head: 2 });
    assertEquals(messages, [
      { seq: 1, id: "ada", name: "Ada", text: "hello", nonce: "n1", ts: appended.ts },
      { seq: 2, id: "ada", name: "Ada", text: "no nonce", ts: bare.ts },
    ]);
  }],

  ["appends made at once are numbered in their order, without a gap", async (bench) => {
    const log = await bench.log();
    const appended = await Promise.all(
      Array.from({ length: 2_500 }, (_, index) => appendTo(log, "lobby", by(`${index}`))),
    );
    assertEquals(seqs(appended), appended.map((_, index) => index + 1));
    const { messages } = await log.read("lobby", { after: 0, limit: 2_500 });
    assertEquals(
      messages.map(({ seq, text }) => `${seq}:${text}`),
      messages.map((_, index) => `${index + 1}:${index}`),
    );
    assertEquals(messages.length, 2_500);
  }],

  ["rooms are numbered apart from each other", async (bench) => {
    const log = await bench.log();
    const rooms = Array.from({ length: 300 }, (_, index) => `room-${index}`);
    const appended = await Promise.all(
      [...rooms, ...rooms].map((room) => appendTo(log, room, by(room, crypto.randomUUID()))),
    );
    assertEquals(seqs(appended), [...rooms.map(() => 1), ...rooms.map(() => 2)]);
    for (const room of rooms) {
      assertEquals(texts((await log.read(room, { limit: 9 })).messages), `${room} ${room}`);
    }
  }],

  ["the same nonce gives the first one's number: one after the other, at once, and among others", async (bench) => {
    const log = await bench.log();
    const first = await appendTo(log, "lobby", by("once", "n"));
    assertEquals(await appendTo(log, "lobby", by("once", "n")), { ...first, duplicate: true });
    const many = await Promise.all([
      appendTo(log, "lobby", by("before")),
      ...Array.from({ length: 50 }, () => appendTo(log, "lobby", by("twice", "m"))),
      appendTo(log, "lobby", by("after")),
      appendTo(log, "lobby", by("once", "n")),
    ]);
    assertEquals(seqs(many), [2, ...Array(50).fill(3), 4, 1]);
    assertEquals(many.filter(({ duplicate }) => duplicate).length, 50);
    assertEquals(texts((await log.read("lobby", { limit: 9 })).messages), "once before twice after");
  }],

  [
    "another text under a nonce that was used is refused and not stored: later, at once, and among others",
    async (bench) => {
      const log = await bench.log();
      const first = await appendTo(log, "lobby", by("Monday: done", "1"));
      assertEquals(await log.append("lobby", by("Tuesday: failed", "1")), NONCE_USED);
      const results = await Promise.all([
        log.append("lobby", by("Monday: done", "1")),
        log.append("lobby", by("one", "2")),
        log.append("lobby", by("two", "2")),
        log.append("lobby", by("one", "2")),
        log.append("lobby", by("Wednesday: failed", "1")),
        log.append("lobby", by("one ", "2")),
        log.append("lobby", by("last", "3")),
        log.append("other", by("two", "2")),
        log.append("lobby", by("two", "2", "bob")),
      ]);
      const seqs = results.map((result) => "refused" in result ? result.refused : result.seq);
      assertEquals(seqs, [1, 2, "nonce_used", 2, "nonce_used", "nonce_used", 3, 1, 4]);
      assertEquals(texts((await log.read("lobby", { limit: 9 })).messages), "Monday: done one last two");
      assertEquals(await log.append("lobby", { ...by("Monday: done", "1"), name: "Countess" }), {
        ...first,
        duplicate: true,
      });
    },
  ],

  ["a nonce stands for its text after the data is opened again", async (bench) => {
    const log = await bench.log();
    const first = await appendTo(log, "lobby", by("once", "n"));
    await log.close();
    const again = await bench.log();
    assertEquals(await again.append("lobby", by("another", "n")), NONCE_USED);
    assertEquals(await again.append("lobby", by("once", "n")), { ...first, duplicate: true });
    assertEquals((await again.read("lobby", { limit: 0 })).head, 1);
  }, "persistent"],

  ["of two openers who append two texts under one nonce at once, one is refused", async (bench) => {
    const logs = [await bench.log(), await bench.log()];
    const results = await Promise.all(
      Array.from(
        { length: 100 },
        (_, index) => logs[index % 2]!.append("lobby", by(`text ${index % 2}`, `n${index >> 1}`)),
      ),
    );
    const refused = results.filter((result) => "refused" in result);
    assertEquals(refused, Array(50).fill(NONCE_USED));
    for (let index = 0; index < 100; index += 2) {
      assertEquals(results.slice(index, index + 2).filter((result) => "refused" in result).length, 1);
    }
    const { head, messages } = await logs[0]!.read("lobby", { limit: 100 });
    assertEquals([head, new Set(messages.map(({ nonce }) => nonce)).size], [50, 50]);
  }, "shared"],

  ["a nonce counts for its author and its room only", async (bench) => {
    const log = await bench.log();
    const appended = await Promise.all([
      appendTo(log, "lobby", by("a", "n", "ada")),
      appendTo(log, "lobby", by("b", "n", "bob")),
      appendTo(log, "other", by("c", "n", "ada")),
      appendTo(log, "lobby", by("d", "N", "ada")),
      appendTo(log, "lobby", by("e", "", "ad")),
      appendTo(log, "lobby", by("f", "an", "ad")),
    ]);
    assertEquals(appended.map(({ seq, duplicate }) => duplicate ? 0 : seq), [1, 2, 1, 3, 4, 5]);
  }],

  ["a nonce is known after the data is opened again", async (bench) => {
    const log = await bench.log();
    const first = await appendTo(log, "lobby", by("once", "n"));
    await log.close();
    const again = await bench.log();
    assertEquals(await appendTo(again, "lobby", by("once", "n")), { ...first, duplicate: true });
    assertEquals((await appendTo(again, "lobby", by("next", "o"))).seq, 2);
  }, "persistent"],

  ["messages, numbers and epoch are the same after opening again", async (bench) => {
    const log = await bench.log();
    await fill(log, "lobby", 250);
    const page = await log.read("lobby", { after: 0, limit: 1_000 });
    await log.close();
    assertEquals(await (await bench.log()).read("lobby", { after: 0, limit: 1_000 }), page);
  }, "persistent"],

  ["a range gives what was asked for", async (bench) => {
    const log = await bench.log();
    await fill(log, "lobby", 25);
    const cases: [Range, number, number][] = [
      [{ limit: 10 }, 16, 25],
      [{ limit: 100 }, 1, 25],
      [{ after: 0, limit: 10 }, 1, 10],
      [{ after: 10, limit: 10 }, 11, 20],
      [{ after: 20, limit: 10 }, 21, 25],
      [{ after: 24, limit: 1 }, 25, 25],
      [{ before: 25, limit: 10 }, 15, 24],
      [{ before: 5, limit: 10 }, 1, 4],
      [{ before: 1_000, limit: 2 }, 24, 25],
    ];
    for (const [range, from, to] of cases) {
      const { messages, first, head } = await log.read("lobby", range);
      const wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      assertEquals(seqs(messages), wanted, JSON.stringify(range));
      assertEquals([first, head], [1, 25]);
    }
    for (const range of [{ limit: 0 }, { after: 25, limit: 9 }, { after: 99, limit: 9 }, { before: 1, limit: 9 }]) {
      const { messages, head } = await log.read("lobby", range);
      assertEquals([messages, head], [[], 25], JSON.stringify(range));
    }
  }],

  ["any text comes back to the letter", async (bench) => {
    const log = await bench.log();
    const strange = [
      "👩‍👩‍👧‍👦 naïve Ω שלום 漢字",
      "nul \0 inside and at the end \0",
      "\r\n\t\u2028\u2029\u0085 \u007f \u001b[0m",
      `"quotes" 'and' \\ %s {} [] $1 ' OR 1=1; --`,
      "\u{10FFFF}\uFFFD\uFEFF",
      "1",
      " null ",
      "😀".repeat(4_000),
      "x".repeat(16_000),
    ];
    for (const [index, text] of strange.entries()) {
      const message = { id: `i\0${index}`, name: `n\0${text.slice(0, 20)}`, text, nonce: `\0${index}` };
      const { seq, ts } = await appendTo(log, "lobby", message);
      assertEquals((await appendTo(log, "lobby", message)).seq, seq);
      assertEquals((await log.read("lobby", { after: seq - 1, limit: 1 })).messages, [{ seq, ...message, ts }]);
    }
  }],

  [
    "a time repeats the newest one of its room while the clock is up to a minute behind, and falls beyond that",
    async (bench) => {
      let now = 0;
      const reports: string[] = [];
      const { log } = await bench.logAndStore({ ...systemClock, now: () => now }, (message) => reports.push(message));
      const ts: number[] = [];
      const at = [
        5_000_000,
        6_000_000,
        5_940_000,
        5_999_999,
        5_939_999,
        5_000_000,
        4_070_908_800_000,
        5_000_001,
        5_000_002,
      ];
      for (now of at) ts.push((await appendTo(log, "lobby", by(`${now}`))).ts);
      const wanted = [
        5_000_000,
        6_000_000,
        6_000_000,
        6_000_000,
        5_939_999,
        5_000_000,
        4_070_908_800_000,
        5_000_001,
        5_000_002,
      ];
      assertEquals(ts, wanted);
      const { messages } = await log.read("lobby", { limit: 9 });
      assertEquals(messages.map(({ seq, ts }) => [seq, ts]), wanted.map((time, index) => [index + 1, time]));
      now = 5_000_001;
      assertEquals((await appendTo(log, "other", by("another room's"))).ts, now);
      assert(reports.filter((report) => report.startsWith("The time of new messages is ")).length <= 1);
    },
  ],

  ["a trimmed room keeps its newest messages and counts on", async (bench) => {
    const { log, store } = await bench.logAndStore();
    await fill(log, "lobby", 1_500);
    await fill(log, "small", 5);
    while (await store.trim(100, 0));
    const { messages, first, head } = await log.read("lobby", { after: 0, limit: 1_000 });
    assertEquals([first, head, messages.length, messages[0]?.seq], [1_401, 1_500, 100, 1_401]);
    assertEquals(seqs((await log.read("lobby", { before: 1_403, limit: 10 })).messages), [1_401, 1_402]);
    assertEquals((await log.read("lobby", { before: 1_401, limit: 10 })).messages, []);
    assertEquals((await log.read("small", { limit: 9 })).first, 1);
    assertEquals((await appendTo(log, "lobby", by("m1500", "n1500"))).seq, 1_500);
    // It is forgotten together with its message.
    assertEquals((await appendTo(log, "lobby", by("forgotten", "n1"))).seq, 1_501);
  }],

  ["messages of days before the one asked for are removed, and an emptied room keeps its number", async (bench) => {
    const { log, store } = await bench.logAndStore();
    // Their times have nothing to do with it.
    for (const [day, ts] of [[1, 9_000], [2, 3_000], [4, 1_000]] as const) {
      await store.commit([{ room: "lobby", message: by(`of day ${day}`, `${day}`) }], { ts, day });
    }
    const kept = async () => texts((await log.read("lobby", { limit: 9 })).messages);
    for (
      const [day, wanted] of [[1, "of day 1 of day 2 of day 4"], [2, "of day 2 of day 4"], [4, "of day 4"]] as const
    ) {
      while (await store.trim(100, day));
      assertEquals(await kept(), wanted);
    }
    while (await store.trim(100, 5));
    const { epoch: _, ...page } = await log.read("lobby", { limit: 9 });
    assertEquals(page, { first: 4, head: 3, messages: [] });
    assertEquals((await appendTo(log, "lobby", by("later", "4"))).seq, 4);
    const { messages, first } = await log.read("lobby", { after: 0, limit: 9 });
    assertEquals([first, texts(messages)], [4, "later"]);
  }, "days"],

  ["the time that a store has lived through is there when it is opened next", async (bench) => {
    const time = { livedMs: 90_000_000, wallMs: 1_767_225_600_000 };
    const { log, store } = await bench.logAndStore();
    assertEquals(await store.readTime(), undefined);
    await store.writeTime(time);
    await store.writeTime({ ...time, livedMs: 91_000_000 });
    await log.close();
    assertEquals(await (await bench.logAndStore()).store.readTime(), { ...time, livedMs: 91_000_000 });
  }, "days persistent"],

  ["a room keeps exactly as many messages as it is told to", async (bench) => {
    const { log, store } = await bench.logAndStore();
    await fill(log, "lobby", 11);
    for (const [keep, first] of [[11, 1], [10, 2], [9, 3], [0, 12]] as const) {
      while (await store.trim(keep, 0));
      assertEquals((await log.read("lobby", { limit: 0 })).first, first);
    }
  }],

  ["a page that is read while messages are removed fits what it says of the room", async (bench) => {
    const { log, store } = await bench.logAndStore();
    await fill(log, "lobby", 2_000);
    let isTrimming = true;
    const trimming = (async () => {
      for (let keep = 1_990; keep >= 0; keep -= 10) while (await store.trim(keep, 0));
      isTrimming = false;
    })();
    while (isTrimming) {
      const { messages, first, head } = await log.read("lobby", { after: 0, limit: 50 });
      assertEquals(seqs(messages), Array.from({ length: Math.min(50, head - first + 1) }, (_, index) => first + index));
      await new Promise((resolve) => setTimeout(resolve));
    }
    await trimming;
  }],

  ["a room is trimmed while it is written to without a pause", async (bench) => {
    const { log, store } = await bench.logAndStore();
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

  ["trimming does a bounded part at a time and says whether there is more", async (bench) => {
    const { log, store } = await bench.logAndStore();
    await fill(log, "lobby", 2_000);
    let steps = 1;
    while (await store.trim(0, 0)) steps++;
    assert(steps < 100, `${steps} steps`);
    assertEquals((await log.read("lobby", { limit: 9 })).first, 2_001);
    assertEquals(await store.trim(0, 0), false);
  }],

  ["a subscriber hears what comes after its state: each once, in order", async (bench) => {
    const log = await bench.log();
    await fill(log, "lobby", 5);
    const collector = new Collector();
    const early = Array.from({ length: 500 }, (_, index) => appendTo(log, "lobby", by(`early ${index}`)));
    const subscription = await log.subscribe("lobby", collector);
    const late = Array.from({ length: 500 }, (_, index) => appendTo(log, "lobby", by(`late ${index}`)));
    await Promise.all([...early, ...late]);
    const { head } = subscription.state;
    await collector.until(({ messages }) => messages.at(-1)?.seq === 1_005);
    assertEquals(collector.heard, (await log.read("lobby", { after: head, limit: 2_000 })).messages);
    assertEquals(collector.messages.length, 1_005 - head);
  }],

  ["a subscriber hears nothing of other rooms, of repeats, or after it cancelled", async (bench) => {
    const log = await bench.log();
    const [early, late] = [new Collector(), new Collector()];
    const { cancel } = await log.subscribe("lobby", early);
    await appendTo(log, "other", by("elsewhere"));
    await appendTo(log, "lobby", by("one", "n"));
    await appendTo(log, "lobby", by("one", "n"));
    await appendTo(log, "lobby", by("two"));
    await early.untilCount(2);
    cancel();
    cancel();
    await log.subscribe("lobby", late);
    await appendTo(log, "lobby", by("three"));
    await late.untilCount(1);
    assertEquals([texts(early.messages), texts(late.messages)], ["one two", "three"]);
  }],

  [
    "a subscriber that pauses hears nothing, and what came meanwhile once it goes on: each once, in order",
    async (bench) => {
      const log = await bench.log();
      const collector = new Collector();
      const { pause, resume } = await log.subscribe("lobby", collector);
      await appendTo(log, "lobby", by("before"));
      await collector.untilCount(1);
      pause();
      pause();
      for (let index = 0; index < 250; index++) await appendTo(log, "lobby", by(`meanwhile ${index}`));
      assertEquals(collector.messages.length, 1);
      resume();
      resume();
      await appendTo(log, "lobby", by("after"));
      await collector.untilCount(252);
      assertEquals(collector.heard, (await log.read("lobby", { after: 0, limit: 300 })).messages);
    },
  ],

  ["a subscriber that pauses whenever it hears something hears everything, once, in order", async (bench) => {
    const log = await bench.log();
    const collector = new Collector();
    const batches: number[] = [];
    const subscription = await log.subscribe("lobby", {
      batch(messages) {
        collector.batch(messages);
        batches.push(messages.length);
        subscription.pause();
        setTimeout(() => subscription.resume());
      },
      reset: (state) => collector.reset(state),
    });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => appendTo(log, "lobby", by(`${round}-${index}`))));
    }
    await collector.untilCount(500);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(collector.heard, (await log.read("lobby", { after: 0, limit: 600 })).messages);
    assert(batches.length >= 5, `${batches.length} batches`);
  }],

  ["a subscriber that has paused and cancels holds up nobody who comes after it", async (bench) => {
    const log = await bench.log();
    const [early, late] = [new Collector(), new Collector()];
    const left = await log.subscribe("lobby", early);
    left.pause();
    await appendTo(log, "lobby", by("one"));
    left.cancel();
    await log.subscribe("lobby", late);
    left.pause();
    await appendTo(log, "lobby", by("two"));
    await late.untilCount(1);
    left.resume();
    await appendTo(log, "lobby", by("three"));
    await late.untilCount(2);
    assertEquals([texts(early.messages), texts(late.messages)], ["", "two three"]);
  }],

  ["two openers of the same data share one order and hear each other", async (bench) => {
    const [one, two] = [await bench.log(), await bench.log()];
    const heard = [new Collector(), new Collector()];
    await one.subscribe("lobby", heard[0]!);
    await two.subscribe("lobby", heard[1]!);
    await Promise.all(
      Array.from({ length: 400 }, (_, index) => appendTo(index % 2 ? one : two, "lobby", by(`${index}`))),
    );
    for (const collector of heard) await collector.untilCount(400);
    assertEquals(heard[0]!.heard, heard[1]!.heard);
    assertEquals(seqs(heard[0]!.messages), Array.from({ length: 400 }, (_, index) => index + 1));
    assertEquals(heard[0]!.heard, (await two.read("lobby", { limit: 400 })).messages);
  }, "shared"],

  ["two openers who append the same nonce at once store it once", async (bench) => {
    const logs = [await bench.log(), await bench.log()];
    const appended = await Promise.all(
      Array.from({ length: 100 }, (_, index) => appendTo(logs[index % 2]!, "lobby", by("same", `n${index >> 1}`))),
    );
    assertEquals(appended.filter(({ duplicate }) => duplicate).length, 50);
    for (let index = 0; index < 100; index += 2) assertEquals(appended[index]!.seq, appended[index + 1]!.seq);
    assertEquals((await logs[0]!.read("lobby", { limit: 0 })).head, 50);
  }, "shared"],

  ["what one opener acknowledged the other reads at once", async (bench) => {
    const [one, two] = [await bench.log(), await bench.log()];
    for (let seq = 1; seq <= 50; seq++) {
      await appendTo(one, "lobby", by(`${seq}`));
      assertEquals((await two.read("lobby", { limit: 1 })).messages[0]?.seq, seq);
    }
  }, "shared"],

  ["two hundred random steps give what a trivially right log gives", (bench) => randomRun(bench, 200)],

  ["closing lets appends finish, and afterwards nothing is taken", async (bench) => {
    const log = await bench.log();
    const pending = Array.from({ length: 1_200 }, (_, index) => appendTo(log, "lobby", by(`${index}`)));
    const closing = log.close();
    assertEquals(seqs(await Promise.all(pending)).at(-1), 1_200);
    await closing;
    await log.close();
    await assertRejects(() => appendTo(log, "lobby", by("late")), StoreUnavailableError);
    await assertRejects(() => log.read("lobby", { limit: 1 }), StoreUnavailableError);
    await assertRejects(() => log.subscribe("lobby", new Collector()), StoreUnavailableError);
  }],
];
