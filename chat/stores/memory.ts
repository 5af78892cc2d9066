/** The log in memory: for tests and for rooms that may vanish with the process. @module */

import type { Cancel } from "../base/clock.ts";
import { MEMORY_ROOMS, MEMORY_STORE_BYTES } from "./bounds.ts";
import type {
  Appended,
  Durability,
  Entry,
  Moment,
  NewMessage,
  Page,
  Range,
  Refused,
  Store,
  StoredMessage,
  StoreTime,
} from "../log/message_log.ts";
import { placeAfter, repeated } from "./answers.ts";
import { Space } from "./space.ts";

/** The messages of one room that are kept, and the place of each nonce. */
interface MemoryRoom {
  head: number;
  /** The newest message's time, kept when the message is not. */
  ts: number;
  messages: StoredMessage[];
  /** The day of each of them. */
  days: number[];
  nonces: Map<string, StoredMessage>;
}

/** Bytes counted for a message besides its characters, which are two bytes each at most. */
const MESSAGE_BYTES = 400;

/**
 * A {@linkcode Store} in this process's memory. Rooms that nobody follows are forgotten if there are more than
 * {@linkcode MEMORY_ROOMS}, or too many bytes: the one that was longest without a message first.
 */
export class MemoryStore implements Store {
  readonly durability: Durability = "memory";
  readonly #epoch: string;
  readonly #rooms = new Map<string, MemoryRoom>();
  /** The highest number and time in any forgotten room. New rooms go on from it, so that no `seq` is given twice. */
  #floor = { head: 0, ts: 0 };
  #time: StoreTime | undefined;

  readonly #space: Space;
  readonly #followed = new Set<string>();
  #bytes = 0;

  constructor(epoch: string = crypto.randomUUID(), space: Space = new Space(MEMORY_STORE_BYTES, () => {})) {
    this.#epoch = epoch;
    this.#space = space;
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return Promise.resolve(entries.map((entry) => this.#append(entry, at)));
  }

  read(room: string, range: Range): Promise<Page> {
    const { head, messages } = this.#rooms.get(room) ?? { ...this.#floor, messages: [] };
    const first = head - messages.length + 1;
    const start = range.after !== undefined
      ? Math.max(range.after + 1 - first, 0)
      : Math.max(Math.min((range.before ?? head + 1) - first, messages.length) - range.limit, 0);
    const end = range.after !== undefined ? start + range.limit : Math.max((range.before ?? head + 1) - first, 0);
    return Promise.resolve({
      epoch: this.#epoch,
      first,
      head,
      messages: range.limit === 0 ? [] : messages.slice(start, end),
    });
  }

  trim(keep: number, day: number): Promise<boolean> {
    for (const room of this.#rooms.values()) {
      const stays = room.days.findIndex((of) => of >= day);
      this.#drop(room, Math.max(stays === -1 ? room.messages.length : stays, room.messages.length - keep));
    }
    return Promise.resolve(false);
  }

  follow(room: string): Cancel {
    this.#followed.add(room);
    return () => void this.#followed.delete(room);
  }

  readTime(): Promise<StoreTime | undefined> {
    return Promise.resolve(this.#time);
  }

  writeTime(time: StoreTime): Promise<void> {
    this.#time = time;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #append(entry: Entry, at: Moment): Appended | Refused {
    const { room: name, message } = entry;
    const room = this.#touch(name);
    const nonce = nonceKey(message);
    const earlier = nonce === undefined ? undefined : room.nonces.get(nonce);
    // Here a text is never overwritten, so it serves as its own fingerprint.
    if (earlier) return repeated(earlier, earlier.text === message.text, this.#epoch);
    if (!this.#makeRoom(name)) return { refused: "store_full" };
    this.#bytes += bytesOf(message);
    const place = placeAfter(room, entry, at, this.#epoch);
    const stored = { seq: room.head = place.seq, ...message, ts: room.ts = place.ts };
    room.messages.push(stored);
    room.days.push(at.day);
    if (nonce !== undefined) room.nonces.set(nonce, stored);
    return place;
  }

  /** The room, now the most recently used one. */
  #touch(name: string): MemoryRoom {
    const room = this.#rooms.get(name) ?? { ...this.#floor, messages: [], days: [], nonces: new Map() };
    this.#rooms.delete(name);
    this.#rooms.set(name, room);
    if (this.#rooms.size > MEMORY_ROOMS) this.#forgetOne(name);
    return room;
  }

  /** Forgets rooms for as long as the store is full. @returns whether there is room now */
  #makeRoom(name: string): boolean {
    while (!this.#space.hasRoom(this.#bytes)) if (!this.#forgetOne(name)) return false;
    return true;
  }

  /** Forgets the room that was longest without a message, if nobody follows it and it has any. */
  #forgetOne(except: string): boolean {
    for (const [name, { head, ts, messages }] of this.#rooms) {
      if (name === except || this.#followed.has(name)) continue;
      this.#rooms.delete(name);
      for (const message of messages) this.#bytes -= bytesOf(message);
      this.#floor = { head: Math.max(this.#floor.head, head), ts: Math.max(this.#floor.ts, ts) };
      return true;
    }
    return false;
  }

  #drop(room: MemoryRoom, count: number): void {
    room.days.splice(0, Math.max(count, 0));
    for (const message of room.messages.splice(0, Math.max(count, 0))) {
      this.#bytes -= bytesOf(message);
      room.nonces.delete(nonceKey(message) ?? "");
    }
  }
}

function nonceKey({ id, nonce }: NewMessage): string | undefined {
  return nonce === undefined ? undefined : `${id}\0${nonce}`;
}

function bytesOf({ id, name, text, nonce = "" }: NewMessage): number {
  return MESSAGE_BYTES + 2 * (id.length + name.length + text.length + nonce.length);
}
