/**
 * Readers of a room that changes: whatever reaches them late, twice or not at all, they show in the end what the room holds.
 * `SEED=… deno test -A tests/event/random_test.ts` repeats one run.
 *
 * @module
 */

import { isMessage, type NewEvent, type StoredEvent, type StoredMessage } from "../../chat/event/event.ts";
import { decide, forget, recall, shown, targetOf } from "../../chat/event/kinds.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { Random } from "../lib/random.ts";
import { Reader } from "./reader.ts";

const IDS = ["1", "2", "3"];
const EMOJI = ["👍", "🎉", "😂"];
const SEEDS = 150;
const STEPS = 300;

/** A room that keeps everything, as a store does: texts in the messages, reactions as sets of ids. */
class Room {
  readonly #messages = new Map<number, StoredMessage>();
  readonly #reactors = new Map<string, Set<string>>();
  readonly #events: StoredEvent[] = [];
  readonly #nonces = new Map<string, number>();

  get head(): number {
    return this.#events.length;
  }

  /** @returns the event as it goes to everybody now */
  append(event: NewEvent): StoredEvent[] {
    const wanted = targetOf(event);
    const target = this.#messages.get((typeof wanted === "string" ? this.#nonces.get(wanted) : wanted) ?? 0);
    const key = `${target?.seq} ${event.kind === "react" ? event.emoji : ""}`;
    const reacted = this.#reactors.get(key)?.has(event.id) ?? false;
    const decision = decide(event, { target, reacted }, { seq: this.head + 1, ts: this.head });
    if (!("event" in decision)) return [];
    const { event: stored, target: changed } = decision;
    if (changed) this.#messages.set(changed.seq, changed);
    if (isMessage(stored)) this.#messages.set(stored.seq, stored);
    if (stored.kind === "react") {
      const ids = this.#reactors.get(key) ?? new Set();
      this.#reactors.set(key, ids);
      ids[stored.on ? "add" : "delete"](stored.id);
    }
    if (event.nonce !== undefined) this.#nonces.set(event.nonce, stored.seq);
    this.#events.push(isMessage(stored) ? stored : forget(stored));
    return [shown(stored)];
  }

  /** What follows a position, as it is read now. */
  run(after: number, upTo: number): StoredEvent[] {
    return this.#events.slice(after, upTo).map((event) =>
      isMessage(event) ? this.#current(event.seq) : shown(recall(event, this.#messages.get(event.target!)))
    );
  }

  /** Messages as they are now. */
  page(from: number, upTo: number, reader?: string): StoredMessage[] {
    return Array.from(this.#messages.keys()).filter((seq) => seq >= from && seq <= upTo)
      .map((seq) => this.#current(seq, reader));
  }

  #current(seq: number, reader?: string): StoredMessage {
    const { reactions = [], ...message } = this.#messages.get(seq)!;
    if (reactions.length === 0) return message;
    return {
      ...message,
      reactions: reactions.map((one) =>
        reader !== undefined && this.#reactors.get(`${seq} ${one.emoji}`)!.has(reader) ? { ...one, mine: true } : one
      ),
    };
  }

  /** The number of different ids that react to each message with each emoji, by the ids themselves. */
  countOf(seq: number, emoji: string): number {
    return this.#reactors.get(`${seq} ${emoji}`)?.size ?? 0;
  }
}

function someEvent(random: Random, head: number, step: number): NewEvent {
  const id = random.pick(IDS);
  const author = { id, name: id, nonce: `${id}-${step}` };
  const target = random.int(1, Math.max(head, 1));
  const mentions = random.chance(0.2) ? { mentions: [random.pick(IDS)] } : {};
  const roll = random.next();
  if (roll < 0.3) return { ...author, text: `text ${step}`, ...mentions };
  if (roll < 0.4) return { ...author, text: `answer ${step}`, reply: target };
  if (roll < 0.65) {
    return {
      kind: "edit",
      ...author,
      target,
      text: `text ${random.int(1, 5)}`,
      version: random.int(0, 2),
      ...mentions,
    };
  }
  if (roll < 0.7) return { kind: "delete", ...author, target, reason: "secret" };
  const byNonce = random.chance(0.2) ? { targetNonce: `${id}-${random.int(0, step)}` } : { target };
  return { kind: "react", ...author, ...byNonce, emoji: random.pick(EMOJI), on: random.chance(0.65) };
}

/** A reader on a bad line: pages and parts of the run that it has asked for come whenever they come. */
function play(seed: string): { room: Room; readers: [id: string, reader: Reader][] } {
  const random = new Random(seed);
  const room = new Room();
  const readers = IDS.map((id): [string, Reader] => [id, new Reader(id, 0)]);
  const late: (() => void)[] = [];
  for (let step = 0; step < STEPS; step++) {
    const pushed = room.append(someEvent(random, room.head, step));
    for (const [id, reader] of readers) {
      // Connected to the end, most of the time; otherwise it comes back later.
      if (random.chance(0.7) && reader.position === room.head - pushed.length) reader.run(pushed);
      if (random.chance(0.1)) {
        const from = random.int(1, room.head + 1);
        const page = room.page(from, from + random.int(0, 30), id);
        late.push(() => reader.page(page));
      }
      if (random.chance(0.1)) {
        const after = Math.max(reader.position - random.int(0, 5), 0);
        const run = room.run(after, after + random.int(1, 20));
        if (random.chance(0.5)) reader.run(run);
        late.push(() => reader.run(run.filter(({ seq }) => seq <= reader.position)));
      }
    }
    while (late.length > 0 && random.chance(0.4)) late.splice(random.int(0, late.length - 1), 1)[0]!();
  }
  for (const arrive of late) arrive();
  for (const [, reader] of readers) reader.run(room.run(reader.position, room.head));
  return { room, readers };
}

const SEED = Deno.env.get("SEED");
const seeds = SEED ? [SEED] : Array.from({ length: SEEDS }, (_, index) => `${Date.now()}-${index}`);

Deno.test("a reader that follows the rule of rev ends with what the room holds", () => {
  for (const seed of seeds) {
    const { room, readers } = play(seed);
    for (const [id, { messages }] of readers) {
      const held = Array.from(messages.values()).sort((a, b) => a.seq - b.seq);
      assertEquals(held, room.page(1, room.head, id), `SEED=${seed} reader=${id}`);
    }
  }
});

Deno.test("counts are the numbers of different ids, and what was overwritten is never read again", () => {
  for (const seed of seeds) {
    const { room } = play(seed);
    const page = room.page(1, room.head);
    const texts = new Map(page.map(({ seq, text }) => [seq, text]));
    for (const { seq, deleted, reactions = [] } of page) {
      for (const emoji of deleted ? [] : EMOJI) {
        const count = reactions.find((one) => one.emoji === emoji)?.count ?? 0;
        assertEquals(count, room.countOf(seq, emoji), `SEED=${seed} seq=${seq} ${emoji}`);
      }
      assertEquals(deleted === true, texts.get(seq) === "", `SEED=${seed} seq=${seq}`);
    }
    for (const event of room.run(0, room.head)) {
      if (event.kind === "edit") assertEquals(event.text, texts.get(event.target), `SEED=${seed} seq=${event.seq}`);
      assert(!JSON.stringify(event).includes("secret"), `SEED=${seed} seq=${event.seq}`);
    }
  }
});
