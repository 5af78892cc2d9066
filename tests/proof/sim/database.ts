/**
 * The simulated store's data: what survives the simulated processes. It commits, reads and trims at once and without
 * fail; the way there and back is what goes wrong (`sim_store.ts`).
 *
 * @module
 */

import type { StoredMessage } from "../../../chat/event/event.ts";
import type { Appended, Entry, Moment, Page, Range, Refused, StoreTime } from "../../../chat/log/message_log.ts";
import { onlyMessage } from "../../../chat/stores/answers.ts";
import { timeAfter } from "../../../chat/log/time_stamp.ts";

interface DatabaseRoom {
  first: number;
  head: number;
  ts: number;
  messages: StoredMessage[];
  /** The day of each message, by its number. */
  days: Map<number, number>;
  nonces: Map<string, StoredMessage>;
}

/** What is needed to put a database back to a moment. */
export type Snapshot = ReadonlyMap<string, DatabaseRoom>;
export class Database {
  #rooms = new Map<string, DatabaseRoom>();
  #lives = 1;
  /** As `Store.readTime` and `Store.writeTime`. */
  time: StoreTime | undefined;

  /** The day that the store is known to have reached. */
  get day(): number {
    return Math.floor((this.time?.livedMs ?? 0) / (24 * 60 * 60 * 1000));
  }

  /** Names this life of the data. */
  get epoch(): string {
    return `life-${this.#lives}`;
  }

  /** The rooms there are. */
  get rooms(): string[] {
    return [...this.#rooms.keys()];
  }

  /** As `Store.commit`. */
  commit(entries: readonly Entry[], at: Moment): (Appended | Refused)[] {
    return entries.map(({ room: name, event }) => {
      const message = onlyMessage(event);
      const room = this.#room(name);
      const nonce = message.nonce === undefined ? undefined : nonceKey(message.id, message.nonce);
      const earlier = nonce === undefined ? undefined : room.nonces.get(nonce);
      if (earlier !== undefined && earlier.text !== message.text) return { refused: "nonce_used" as const };
      if (earlier !== undefined) return { epoch: this.epoch, seq: earlier.seq, ts: earlier.ts, duplicate: true };
      const { id, name: author, text } = message;
      const before = room.ts;
      room.ts = timeAfter(before, at.ts);
      const stored: StoredMessage = { seq: ++room.head, id, name: author, text, ts: room.ts };
      if (message.nonce !== undefined) stored.nonce = message.nonce;
      room.messages.push(stored);
      if (nonce !== undefined) room.nonces.set(nonce, stored);
      room.days.set(stored.seq, at.day);
      const appended: Appended = { epoch: this.epoch, seq: stored.seq, ts: stored.ts, duplicate: false, event: stored };
      return room.ts < before ? { ...appended, fellMs: before - room.ts } : appended;
    });
  }

  /** As `Store.read`. */
  read(name: string, { after, before, limit }: Range): Page {
    const { first, head, messages } = this.#rooms.get(name) ?? { first: 1, head: 0, messages: [] };
    const end = after !== undefined ? messages.length : indexOf(messages, before ?? head + 1);
    const begin = after !== undefined ? indexOf(messages, after + 1) : Math.max(end - limit, 0);
    const page = messages.slice(begin, Math.min(end, begin + limit));
    const events = page.map((message) => ({ ...message, ordinal: message.seq }));
    const passed = after !== undefined
      ? Math.min(Math.max(after, first - 1), head)
      : (page[0]?.seq ?? Math.min(before ?? Infinity, head + 1)) - 1;
    return { epoch: this.epoch, first, head, floor: first - 1, messageCount: head, events, passed };
  }

  /** Removes the oldest messages of a room, those from `seq` on excepted. */
  trim(name: string, seq: number): void {
    const room = this.#rooms.get(name);
    if (room === undefined) return;
    while (room.messages.length > 0 && room.messages[0]!.seq < seq) {
      const { id, nonce } = room.messages.shift()!;
      if (nonce !== undefined) room.nonces.delete(nonceKey(id, nonce));
    }
    room.first = Math.max(room.first, Math.min(seq, room.head + 1));
  }

  /** The numbers of messages that are of days before this one. */
  olderThan(name: string, day: number): number[] {
    const { days, messages } = this.#rooms.get(name)!;
    return messages.map(({ seq }) => seq).filter((seq) => days.get(seq)! < day);
  }

  /** Loses messages of a room, those from one number to another, and does not know it. @returns what they were */
  lose(name: string, from: number, to: number): StoredMessage[] {
    const { messages } = this.#rooms.get(name)!;
    const at = indexOf(messages, from);
    return messages.splice(at, indexOf(messages, to + 1) - at);
  }

  /** The message at a place; undefined where there is none. */
  at(name: string, seq: number): StoredMessage | undefined {
    const room = this.#rooms.get(name);
    const found = room?.messages[indexOf(room.messages, seq)];
    return found?.seq === seq ? found : undefined;
  }

  /** Everything as it is now. */
  snapshot(): Snapshot {
    return copy(this.#rooms);
  }

  /** Begins a new life with the data of an older moment, or with none. */
  restore(snapshot: Snapshot = new Map()): void {
    this.#rooms = copy(snapshot);
    this.#lives++;
  }

  #room(name: string): DatabaseRoom {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      this.#rooms.set(name, room = { first: 1, head: 0, ts: 0, messages: [], days: new Map(), nonces: new Map() });
    }
    return room;
  }
}

/** Where the first message is whose number is not below `seq`. */
function indexOf(messages: StoredMessage[], seq: number): number {
  let [from, to] = [0, messages.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (messages[middle]!.seq < seq) from = middle + 1;
    else to = middle;
  }
  return from;
}

function copy(rooms: Snapshot): Map<string, DatabaseRoom> {
  return new Map(
    Array.from(
      rooms,
      (
        [name, room],
      ) => [name, { ...room, messages: [...room.messages], days: new Map(room.days), nonces: new Map(room.nonces) }],
    ),
  );
}

function nonceKey(id: string, nonce: string): string {
  return `${id}\0${nonce}`;
}
