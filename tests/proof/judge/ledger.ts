/**
 * Compares everything that clients and store report of the log: one place must hold one event, in all reports, a message one
 * state after each change, and one nonce must have one place, under every epoch that there was. What it has gathered is what the
 * other checks know of the log.
 *
 * @module
 */

import {
  type Change,
  type ClientEvent,
  type ClientLog,
  type Content,
  type Entry,
  type Evidence,
  type Hole,
  isMessage,
  type Message,
  revOf,
  type Violation,
} from "./evidence.ts";

import { isSameEvent, isSameState, key, markOf, mayBe, pick, shown, stateOf } from "./entries.ts";
import { Life } from "./life.ts";

type Blame = (violation: Violation) => void;
type Acked = Extract<ClientEvent, { type: "acked" }>;

export class Ledger {
  readonly #lives = new Map<string, Life>();
  /** The first client that reported each event, and each state of a message. */
  readonly #first = new Map<string, { entry: Entry; from: string }>();
  /** What each author sent under a nonce. */
  readonly #sent = new Map<string, Map<string, Content>>();
  readonly #claims = new Map<string, number>();
  /** The events that were removed, of any life, and the newest one of the room at that time. */
  readonly #trimmed = new Map<string, number>();
  readonly #holes: readonly Hole[];
  readonly #blame: Blame;

  /** Reads all of it. @param blame called for each disagreement */
  constructor({ store, clients, trims = [], holes = [] }: Evidence, blame: Blame) {
    this.#blame = blame;
    this.#holes = holes;
    for (const { id, events } of clients) {
      for (const event of events) if (event.type === "sent") this.#noteSent(id, event);
    }
    for (const { room, epoch, entries, head } of trims) {
      for (const { seq } of entries) this.#trimmed.set(key(room, epoch, seq), head);
    }
    for (const [room, { epoch, entries }] of Object.entries(store)) this.#add(room, epoch, entries, "the store");
    for (const { room, epoch, entries, at } of trims) this.#add(room, epoch, entries, "the store", at);
    for (const client of clients) this.#read(client);
    for (const life of this.#lives.values()) life.close();
  }

  get lives(): Iterable<Life> {
    return this.#lives.values();
  }

  /** What is known of a room in a life of the store: nothing, if nobody reported it. */
  life(room: string, epoch: string): Life {
    const name = key(room, epoch);
    const life = this.#lives.get(name) ?? new Life(room, epoch);
    this.#lives.set(name, life);
    return life;
  }

  /** Whether the store removed an event on purpose, or has lost it within a room. */
  isGone({ room, epoch }: Life, seq: number): boolean {
    return this.#trimmed.has(key(room, epoch, seq)) || this.hasHole(room, seq, seq);
  }

  /** Whether the store lost some of a room's events between these two. */
  hasHole(room: string, from: number, to: number): boolean {
    return this.#holes.some((hole) => hole.room === room && hole.from <= to && hole.to >= from);
  }

  /** What an author sent under a nonce: one thing, unless the nonce was used for another. */
  contentsOf(room: string, id: string, nonce: string): Content[] {
    return [...this.#sent.get(key(room, id, nonce))?.values() ?? []];
  }

  /** What the author of an event asked for; undefined if that cannot be told. */
  contentOf(life: Life, seq: number): Content | undefined {
    const acked = life.acked.get(seq);
    const entry = life.entries.get(seq);
    if (entry === undefined) return acked?.content;
    if (acked?.id === entry.id && acked.nonce === entry.nonce) return acked.content;
    // Only what has a nonce can be changed.
    if (entry.nonce === undefined) return entry;
    const all = this.contentsOf(life.room, entry.id, entry.nonce).filter((content) => mayBe(content, entry));
    return all.length === 1 ? all[0] : undefined;
  }

  #read({ name, id, dialect, changes = false, events }: ClientLog): void {
    const epochs = new Map<string, string>();
    // A client that is told changes as messages is judged by itself.
    const isWitness = dialect === "chat.v1" && changes;
    for (const event of events) {
      if (event.type === "opened") epochs.clear();
      else if (event.type === "joined" || event.type === "reset") epochs.set(event.room, event.epoch);
      if (event.type === "acked") this.#addAck(event, id, name);
      if (!isWitness) continue;
      if (event.type === "joined" || event.type === "history") {
        this.#add(event.room, event.epoch, event.messages, name, event.at);
      } else if (event.type === "shows") {
        // In a state that the client made of what it was told: that is judged with what is shown.
        for (const { epoch, ...message } of event.messages) {
          this.#add(event.room, epoch, [message], name, event.at, false);
        }
      } else if (event.type === "message" || event.type === "change") {
        const epoch = epochs.get(event.room);
        const entry = event.type === "message" ? event.message : event.change;
        if (epoch !== undefined) this.#add(event.room, epoch, [entry], name, event.at);
      }
    }
  }

  #noteSent(id: string, { room, nonce, ...event }: Extract<ClientEvent, { type: "sent" }>): void {
    if (nonce === undefined) return;
    const content = pick(event);
    const mark = key(room, id, nonce);
    this.#sent.set(mark, (this.#sent.get(mark) ?? new Map()).set(markOf(content), content));
  }

  #add(room: string, epoch: string, entries: Entry[], from: string, at?: number, isTold = true): void {
    const life = this.life(room, epoch);
    for (const entry of entries) {
      const { seq } = entry;
      if (!this.#agree(key(room, epoch, seq), entry, from, isSameEvent)) {
        const known = this.#first.get(key(room, epoch, seq))!;
        const what = `${from} has another event at ${room} ${seq} (epoch ${epoch}) than ${known.from}: ` +
          `${shown(entry)} and ${shown(known.entry)}`;
        this.#blame({ promise: 3, what, room, seq, client: from, at });
        continue;
      }
      if (!life.entries.has(seq)) {
        life.entries.set(seq, entry);
        if (entry.nonce !== undefined) this.#claim(life, seq, { ...entry, nonce: entry.nonce }, from, at);
      }
      if (!isMessage(entry) || !isTold) continue;
      const texts = life.texts.get(seq);
      if (texts === undefined) life.texts.set(seq, new Set([entry.text]));
      else texts.add(entry.text);
      this.#compareStates(life, entry, from, at);
    }
  }

  /** After each change a message has one state. */
  #compareStates({ room, epoch }: Life, message: Message, from: string, at?: number): void {
    const place = key(room, epoch, message.seq, revOf(message));
    if (this.#agree(place, message, from, isSameState)) return;
    const known = this.#first.get(place)!;
    const what = `${from} has another state of ${room} ${message.seq} after ${revOf(message)} (epoch ${epoch}) than ` +
      `${known.from}: ${stateOf(message)} and ${stateOf(known.entry as Message)}`;
    this.#blame({ promise: 3, what, room, seq: message.seq, client: from, at });
  }

  /** Whether it is as the first report of the same has it. */
  #agree<E extends Entry>(place: string, entry: E, from: string, isSame: (one: E, other: E) => boolean): boolean {
    const known = this.#first.get(place);
    if (known === undefined) this.#first.set(place, { entry, from });
    return known === undefined || isSame(known.entry as E, entry);
  }

  /** An acknowledgement says where an event is, even if nobody ever sees it there. */
  #addAck({ room, nonce, epoch, seq, at, unchanged, ...event }: Acked, id: string, from: string): void {
    if (unchanged) return;
    const content = pick(event);
    const life = this.life(room, epoch);
    this.#claim(life, seq, { id, nonce, ...content }, from, at);
    const known = life.acked.get(seq);
    if (known === undefined) life.acked.set(seq, { id, nonce, content });
    else if (known.id !== id || known.nonce !== nonce || markOf(known.content) !== markOf(content)) {
      const what = `${seq} of ${room} (epoch ${epoch}) was acked to ${nonce} of ${id} and to another message`;
      this.#blame({ promise: 1, what, room, seq, nonce, client: from, at });
    }
  }

  #claim(
    life: Life,
    seq: number,
    { id, nonce, ...content }: { id: string; nonce: string; text?: string; kind?: Change["kind"] },
    from: string,
    at?: number,
  ): void {
    const { room, epoch } = life;
    life.nonces.set(key(id, nonce), seq);
    // With its content, where that is known: once an event is trimmed, its nonce is free for another.
    const all = this.contentsOf(room, id, nonce);
    const mark = key(room, epoch, id, nonce, all.length < 2 ? "" : markOf(content));
    const known = this.#claims.get(mark) ?? seq;
    // For the same, too: it was sent again, because its author did not know that it was stored.
    const wasFree = (this.#trimmed.get(key(room, epoch, Math.min(known, seq))) ?? Infinity) < Math.max(known, seq);
    if (known !== seq && !wasFree) {
      const what = `the nonce ${nonce} of ${id} has two places in ${room} (epoch ${epoch}): ${known} and ${seq}`;
      this.#blame({ promise: 2, what, room, seq, nonce, client: from, at });
    }
    this.#claims.set(mark, known);
  }
}
