/**
 * A long random run against a log that is too simple to be wrong: one array a room. `SEED=… deno test` repeats one.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import type { NewMessage, StoredMessage } from "../../chat/event/event.ts";
import type { MessageLog, Page, Range, Store } from "../../chat/log/message_log.ts";
import { Random } from "../lib/random.ts";
import { assertEquals } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import type { Tested } from "./place.ts";

const ROOMS = ["lobby", "other", "third"];
const AUTHORS = ["ada", "bob"];

type Result = { seq: number; ts: number; duplicate: boolean } | { refused: string };

/** The log as it should be. */
class Model {
  readonly #rooms = new Map(ROOMS.map((room) => [room, { first: 1, ts: 0, messages: [] as StoredMessage[] }]));

  append(room: string, message: NewMessage, now: number): Result {
    const { first, ts, messages } = this.#rooms.get(room)!;
    const { id, nonce } = message;
    const before = messages.find((one) =>
      nonce !== undefined && one.id === id && one.nonce === nonce && one.seq >= first
    );
    if (before && before.text !== message.text) return { refused: "nonce_used" };
    if (before) return { seq: before.seq, ts: before.ts, duplicate: true };
    const stored = { ...message, seq: messages.length + 1, ts: ts > now && ts - now <= 60_000 ? ts : now };
    messages.push(stored);
    this.#rooms.get(room)!.ts = stored.ts;
    return { seq: stored.seq, ts: stored.ts, duplicate: false };
  }

  trim(keep: number): void {
    for (const room of this.#rooms.values()) {
      const { messages } = room;
      while (room.first <= messages.length) {
        if (room.first > messages.length - keep) break;
        room.first++;
      }
    }
  }

  read(room: string, { after, before, limit }: Range): Omit<Page, "epoch"> {
    const { first, messages } = this.#rooms.get(room)!;
    const kept = messages.slice(first - 1);
    const asked = after !== undefined
      ? kept.filter(({ seq }) => seq > after).slice(0, limit)
      : kept.filter(({ seq }) => seq < (before ?? Infinity)).toReversed().slice(0, limit).toReversed();
    const head = messages.length;
    const events = asked.map((message) => ({ ...message, ordinal: message.seq }));
    return { first, head, floor: first - 1, messageCount: head, events, passed: (asked[0]?.seq ?? 1) - 1 };
  }

  all(room: string): StoredMessage[] {
    return this.#rooms.get(room)!.messages;
  }
}

/** Does `steps` random things to both and compares. @throws with the seed in the message */
export async function randomRun(tested: Tested, steps: number): Promise<void> {
  const seed = Deno.env.get("SEED") ?? crypto.randomUUID().slice(0, 8);
  try {
    await new Run(tested, new Random(seed)).go(steps);
  } catch (cause) {
    throw new Error(`The random run failed: SEED=${seed} repeats it`, { cause });
  }
}

class Run {
  readonly #tested: Tested;
  readonly #random: Random;
  readonly #model = new Model();
  readonly #listeners = new Map<string, { collector: Collector; from: number }>();
  #log!: MessageLog;
  #store!: Store;
  #now = 1_000_000_000;

  constructor(tested: Tested, random: Random) {
    this.#tested = tested;
    this.#random = random;
  }

  async go(steps: number): Promise<void> {
    await this.#open();
    for (let step = 0; step < steps; step++) {
      this.#now += this.#random.chance(0.02) ? this.#random.int(-200_000, 200_000) : this.#random.int(-50, 100);
      const dice = this.#random.next();
      if (dice < 0.6) await this.#append();
      else if (dice < 0.9) await this.#read();
      else if (dice < 0.96 || !this.#tested.persistent) await this.#trim();
      else await this.#reopen();
    }
    await this.#compareTails();
  }

  async #open(): Promise<void> {
    const { log, store } = await this.#tested.logAndStore({ ...systemClock, now: () => this.#now });
    [this.#log, this.#store] = [log, store];
    for (const room of ROOMS) {
      const collector = new Collector();
      await log.subscribe(room, collector);
      this.#listeners.set(room, { collector, from: collector.began!.head });
    }
  }

  async #append(): Promise<void> {
    const random = this.#random;
    const entries = Array.from({ length: random.int(1, 60) }, () => {
      const message: NewMessage = { id: random.pick(AUTHORS), name: "A name", text: `text ${random.int(1, 3)}` };
      if (random.chance(0.8)) message.nonce = `n${random.int(1, 400)}`;
      return { room: random.pick(ROOMS), event: message };
    });
    const results = await Promise.all(entries.map(({ room, event }) => this.#log.append(room, event)));
    const wanted = entries.map(({ room, event }) => this.#model.append(room, event, this.#now));
    const got = results.map((result) => {
      if ("refused" in result) return result;
      const { seq, ts, duplicate } = result;
      return { seq, ts, duplicate };
    });
    assertEquals(got, wanted);
  }

  async #read(): Promise<void> {
    const room = this.#random.pick(ROOMS);
    const around = this.#random.int(0, this.#model.all(room).length + 5);
    const limit = this.#random.int(0, 120);
    const range = this.#random.pick<Range>([{ limit }, { after: around, limit }, { before: around + 1, limit }]);
    const { epoch: _, ...page } = await this.#log.read(room, range);
    // Of an empty page it says too much where messages are not kept any more.
    if (page.events.length === 0) page.passed = 0;
    assertEquals(page, this.#model.read(room, range), `${room} ${JSON.stringify(range)}`);
  }

  async #trim(): Promise<void> {
    // What is removed before it was handed on is a reset, which has tests of its own.
    await this.#settle();
    const keep = this.#random.int(0, 300);
    while (await this.#store.trim(keep, 0));
    this.#model.trim(keep);
  }

  async #reopen(): Promise<void> {
    await this.#compareTails();
    await this.#log.close();
    await this.#open();
  }

  async #settle(): Promise<void> {
    for (const [room, { collector, from }] of this.#listeners) {
      await collector.untilCount(this.#model.all(room).length - from);
    }
  }

  async #compareTails(): Promise<void> {
    await this.#settle();
    for (const [room, { collector, from }] of this.#listeners) {
      assertEquals(collector.heard, this.#model.all(room).slice(from));
    }
  }
}
