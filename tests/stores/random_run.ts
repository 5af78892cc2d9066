/**
 * A long random run against a log that is too simple to be wrong. `SEED=… deno test` repeats one.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import { isMessage, type NewEvent } from "../../chat/event/event.ts";
import type { Appended, MessageLog, Range, Refused } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { Random } from "../lib/random.ts";
import { assertEquals } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import { ModelRoom, type Outcome } from "./model.ts";
import type { Tested } from "./place.ts";

const ROOMS = ["lobby", "other", "third"];
const AUTHORS = ["ada", "bob"];
const EMOJI = ["👍", "🎉", "😂"];

/**
 * Does `steps` random things to both and compares.
 *
 * @param openers so many are open on the data at once: each step is that of one of them
 * @throws with the seed in the message
 */
export async function randomRun(tested: Tested, steps: number, openers = 1): Promise<void> {
  const seed = Deno.env.get("SEED") ?? crypto.randomUUID().slice(0, 8);
  try {
    await new Run(tested, new Random(seed), openers).go(steps);
  } catch (cause) {
    throw new Error(`The random run failed: SEED=${seed} repeats it`, { cause });
  }
}

class Run {
  readonly #tested: Tested;
  readonly #random: Random;
  readonly #rooms = new Map(ROOMS.map((room) => [room, new ModelRoom()]));
  readonly #openers: number;
  #opened: { log: MessageLog; store: Store }[] = [];
  #listeners: { room: string; collector: Collector; from: number }[] = [];
  #now = 1_000_000_000;

  constructor(tested: Tested, random: Random, openers: number) {
    this.#tested = tested;
    this.#random = random;
    this.#openers = openers;
  }

  get #log(): MessageLog {
    return this.#random.pick(this.#opened).log;
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
    for (const room of ROOMS) await this.#compare(room, { after: 0, limit: 100_000 });
  }

  async #open(): Promise<void> {
    [this.#opened, this.#listeners] = [[], []];
    for (let opener = 0; opener < this.#openers; opener++) {
      const opened = await this.#tested.logAndStore({ ...systemClock, now: () => this.#now });
      this.#opened.push(opened);
      for (const room of ROOMS) {
        const collector = new Collector();
        await opened.log.subscribe(room, collector);
        this.#listeners.push({ room, collector, from: collector.began!.head });
      }
    }
  }

  async #append(): Promise<void> {
    const entries = Array.from({ length: this.#random.int(1, 60) }, () => {
      const room = this.#random.pick(ROOMS);
      return { room, event: this.#someEvent(this.#rooms.get(room)!.events.length) };
    });
    const log = this.#log;
    const results = await Promise.all(entries.map(({ room, event }) => log.append(room, event)));
    const wanted = entries.map(({ room, event }) => this.#rooms.get(room)!.append(event, this.#now));
    assertEquals(results.map(outcomeOf), wanted);
  }

  #someEvent(head: number): NewEvent {
    const random = this.#random;
    const nonce = random.chance(0.8) ? { nonce: `n${random.int(1, 600)}` } : {};
    const author = { id: random.pick(AUTHORS), name: "A name", ...nonce };
    // Often a message of the same commit, sometimes one that is not kept any more.
    const seq = random.int(Math.max(1, head - 60), head + 20);
    const target = random.chance(0.2) ? { targetNonce: `n${random.int(1, 600)}` } : { target: seq };
    const mentions = random.chance(0.2) ? { mentions: [random.pick(AUTHORS)] } : {};
    const text = `text ${random.int(1, 3)}`;
    const roll = random.next();
    if (roll < 0.4) return { ...author, text, ...mentions };
    // Many answer the same message.
    if (roll < 0.5) return { ...author, text, reply: random.chance(0.5) ? seq : Math.max(1, head - head % 50) };
    if (roll < 0.65) return { kind: "edit", ...author, ...target, text, version: random.int(0, 2), ...mentions };
    if (roll < 0.7) return { kind: "delete", ...author, ...target };
    return { kind: "react", ...author, ...target, emoji: random.pick(EMOJI), on: random.chance(0.65) };
  }

  async #read(): Promise<void> {
    const random = this.#random;
    const room = random.pick(ROOMS);
    const around = random.int(0, this.#rooms.get(room)!.events.length + 5);
    const limit = random.int(0, 120);
    const answers = this.#rooms.get(room)!.events.flatMap((event) => isMessage(event) && event.reply || []);
    const thread = random.pick([around, ...answers.slice(-20)]);
    const reader = random.chance(0.5) ? { reader: random.pick(AUTHORS) } : {};
    await this.#compare(
      room,
      random.pick<Range>([
        { limit, ...reader },
        { after: around, limit, ...reader },
        { after: around, limit, messagesOnly: true, ...reader },
        { before: around + 1, limit, ...reader },
        { thread, limit: limit + 1, ...reader },
        { thread, limit: random.int(1, 3), before: thread + random.int(1, 60) },
        { only: [around, around + 1, around + 3], limit: 3, ...reader },
      ]),
    );
    const [target, emoji] = [around, random.pick(EMOJI)];
    assertEquals(
      await this.#log.reactors(room, { target, emoji, limit: 9 }),
      this.#rooms.get(room)!.reactors(target, emoji),
    );
  }

  async #compare(room: string, range: Range): Promise<void> {
    const { epoch: _, passed, ...page } = await this.#log.read(room, range);
    const { passed: wantedPassed = passed, ...wanted } = this.#rooms.get(room)!.read(range);
    assertEquals({ ...page, passed }, { ...wanted, passed: wantedPassed }, `${room} ${JSON.stringify(range)}`);
  }

  async #trim(): Promise<void> {
    // What is removed before it was handed on is a reset, which has tests of its own.
    await this.#settle();
    const keep = this.#random.int(0, 200);
    const { store } = this.#random.pick(this.#opened);
    while (await store.trim(keep, 0));
    for (const room of this.#rooms.values()) room.trim(keep);
  }

  async #reopen(): Promise<void> {
    await this.#compareTails();
    for (const { log } of this.#opened) await log.close();
    await this.#open();
  }

  async #settle(): Promise<void> {
    for (const { room, collector, from } of this.#listeners) {
      await collector.untilCount(this.#rooms.get(room)!.events.length - from);
    }
  }

  /** Each event was heard once, in order. What is in it may have changed before a tail could read it. */
  async #compareTails(): Promise<void> {
    await this.#settle();
    const inShort = (
      { seq, ts, kind, id, nonce }: { seq: number; ts: number; kind?: string; id: string; nonce?: string },
    ) => [seq, ts, kind, id, nonce];
    for (const { room, collector, from } of this.#listeners) {
      assertEquals([collector.events.map(inShort), collector.resets], [
        this.#rooms.get(room)!.events.slice(from).map(inShort),
        [],
      ]);
    }
  }
}

function outcomeOf(result: Appended | Refused): Outcome {
  if ("refused" in result) return result;
  const { seq, ts, duplicate, unchanged } = result;
  return unchanged ? { unchanged: seq } : { seq, ts, duplicate };
}
