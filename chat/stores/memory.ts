/** The log in memory: for tests and for rooms that may vanish with the process. @module */

import type { Cancel } from "../base/clock.ts";
import {
  type Facts,
  isMessage,
  type NewEvent,
  type Reactions,
  type StoredEvent,
  type StoredMessage,
} from "../event/event.ts";
import { contentOf, decide, forget, forgets, recall, targetOf } from "../event/kinds.ts";
import { CHANGES_KEPT } from "../log/bounds.ts";
import type {
  Appended,
  Durability,
  Entry,
  Moment,
  Page,
  Range,
  ReactorsRange,
  Refused,
  RoomState,
  Store,
  StoreTime,
} from "../log/message_log.ts";
import { placeAfter, repeated, unchanged } from "./answers.ts";
import { MEMORY_ROOMS, MEMORY_STORE_BYTES } from "./bounds.ts";
import { Space } from "./space.ts";

/** The events of one room that are kept, and the place of each nonce. */
interface MemoryRoom {
  head: number;
  /** The newest event's time, kept when the event is not. */
  ts: number;
  floor: number;
  /** How many messages it has had. */
  count: number;
  /** The messages in their current state, with their days; and the changes, without what they forget. */
  messages: { message: StoredMessage; day: number }[];
  changes: StoredEvent[];
  nonces: Map<string, { seq: number; ts: number; content: string }>;
  /** The reactions that stand: message, emoji and id. */
  reactors: Map<number, Map<string, Set<string>>>;
}

/** Bytes counted for an event besides its characters, which are two bytes each at most. */
const EVENT_BYTES = 400;

/**
 * A {@linkcode Store} in this process's memory. Rooms that nobody follows are forgotten if there are more than
 * {@linkcode MEMORY_ROOMS}, or too many bytes: the one that was longest without an event first.
 */
export class MemoryStore implements Store {
  readonly durability: Durability = "memory";
  readonly #epoch: string;
  readonly #rooms = new Map<string, MemoryRoom>();
  /** The highest numbers and time in any forgotten room. New rooms go on from it, so that no `seq` is given twice. */
  #end = { head: 0, ts: 0, floor: 0, count: 0 };
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

  read(name: string, range: Range): Promise<Page> {
    const room = this.#rooms.get(name) ?? emptyRoom(this.#end);
    const { after, before = Infinity, limit, messagesOnly, thread, only, reader } = range;
    const state = this.#stateOf(room);
    const messages = room.messages.map(({ message }) => message);
    const counted = (upTo: number) =>
      messages.findLast(({ seq }) => seq <= upTo)?.ordinal ?? room.count - messages.length;
    const finish = (events: StoredEvent[], passed: number): Page => ({
      ...state,
      events: events.map((event) => isMessage(event) ? withReactions(room, event, reader) : this.#recall(room, event)),
      passed,
    });
    if (limit === 0) return Promise.resolve(finish([], room.count));
    if (after !== undefined) {
      const from = messagesOnly ? after : Math.max(after, room.floor);
      const events = [...messages, ...messagesOnly ? [] : room.changes].filter(({ seq }) => seq > from)
        .sort((a, b) => a.seq - b.seq).slice(0, limit);
      return Promise.resolve(finish(events, counted(after)));
    }
    const asked = messages.filter(({ seq, reply }) =>
      seq < before && (thread === undefined || seq === thread || reply === thread) &&
      (only === undefined || only.includes(seq))
    ).slice(-limit);
    return Promise.resolve(finish(asked, asked.length === 0 ? counted(before - 1) : asked[0]!.ordinal! - 1));
  }

  reactors(name: string, { target, emoji, after, limit }: ReactorsRange): Promise<string[]> {
    const ids = [...this.#rooms.get(name)?.reactors.get(target)?.get(emoji) ?? []].sort();
    return Promise.resolve(ids.filter((id) => after === undefined || id > after).slice(0, limit));
  }

  trim(keep: number, day: number): Promise<boolean> {
    for (const room of this.#rooms.values()) {
      const stays = room.messages.findIndex((one) => one.day >= day);
      const { messages } = room;
      this.#drop(room, Math.max(stays === -1 ? messages.length : stays, messages.length - keep));
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
    const { room: name, event } = entry;
    const room = this.#touch(name);
    const nonce = nonceKey(event);
    const content = JSON.stringify(contentOf(event));
    const earlier = nonce === undefined ? undefined : room.nonces.get(nonce);
    if (earlier) return repeated(earlier, earlier.content === content, this.#epoch);
    const target = this.#find(room, event);
    const place = placeAfter(room, entry, at, this.#epoch);
    const decision = decide(event, factsOf(room, event, target?.message), place);
    if ("refused" in decision) return decision;
    if ("unchanged" in decision) return unchanged(decision.unchanged, at, this.#epoch);
    if (!this.#makeRoom(name)) return { refused: "store_full" };
    const stored = decision.event;
    room.head = place.seq;
    room.ts = place.ts;
    this.#bytes += bytesOf(stored);
    if (isMessage(stored)) {
      room.messages.push({ message: { ...stored, ordinal: ++room.count }, day: at.day });
    } else {
      room.changes.push(forget(stored));
      noteReaction(room, stored);
    }
    if (decision.target) {
      const { reactions: _, ...message } = decision.target;
      target!.message = message;
    }
    if (nonce !== undefined) room.nonces.set(nonce, { seq: place.seq, ts: place.ts, content });
    return { ...place, event: stored };
  }

  #find(room: MemoryRoom, event: NewEvent): MemoryRoom["messages"][number] | undefined {
    const wanted = targetOf(event);
    const seq = typeof wanted === "string" ? room.nonces.get(`${event.id}\0${wanted}`)?.seq : wanted;
    return room.messages.find(({ message }) => message.seq === seq);
  }

  #recall(room: MemoryRoom, event: StoredEvent): StoredEvent {
    if (isMessage(event) || !forgets(event)) return event;
    return recall(event, room.messages.find(({ message }) => message.seq === event.target)?.message);
  }

  #stateOf({ head, floor, count, messages }: MemoryRoom): RoomState {
    return { epoch: this.#epoch, first: messages[0]?.message.seq ?? head + 1, head, floor, messageCount: count };
  }

  /** The room, now the most recently used one. */
  #touch(name: string): MemoryRoom {
    const room = this.#rooms.get(name) ?? emptyRoom(this.#end);
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

  /** Forgets the room that was longest without an event, if nobody follows it and it has any. */
  #forgetOne(except: string): boolean {
    for (const [name, { head, ts, count, messages, changes }] of this.#rooms) {
      if (name === except || this.#followed.has(name)) continue;
      this.#rooms.delete(name);
      for (const event of [...messages.map(({ message }) => message), ...changes]) this.#bytes -= bytesOf(event);
      const most = Math.max(this.#end.head, head);
      this.#end = { head: most, floor: most, ts: Math.max(this.#end.ts, ts), count: Math.max(this.#end.count, count) };
      return true;
    }
    return false;
  }

  #drop(room: MemoryRoom, count: number): void {
    const gone: StoredEvent[] = room.messages.splice(0, Math.max(count, 0)).map(({ message }) => message);
    const upTo = Math.max(room.changes.at(-CHANGES_KEPT - 1)?.seq ?? 0, gone.at(-1)?.seq ?? 0);
    const stays = room.changes.findIndex(({ seq }) => seq > upTo);
    gone.push(...room.changes.splice(0, stays === -1 ? room.changes.length : stays));
    for (const event of gone) {
      this.#bytes -= bytesOf(event);
      room.floor = Math.max(room.floor, event.seq);
      room.reactors.delete(event.seq);
      room.nonces.delete(nonceKey(event) ?? "");
    }
  }
}

function emptyRoom(end: { head: number; ts: number; floor: number; count: number }): MemoryRoom {
  return { ...end, messages: [], changes: [], nonces: new Map(), reactors: new Map() };
}

function factsOf({ reactors }: MemoryRoom, event: NewEvent, target: StoredMessage | undefined): Facts {
  if (target === undefined || event.kind !== "react") return { target };
  const byEmoji = reactors.get(target.seq);
  const otherEmoji = (byEmoji?.size ?? 0) - (byEmoji?.has(event.emoji) ? 1 : 0);
  return { target, reacted: byEmoji?.get(event.emoji)?.has(event.id) ?? false, otherEmoji };
}

function noteReaction({ reactors }: MemoryRoom, change: StoredEvent): void {
  if (change.kind === "delete") reactors.delete(change.target);
  if (change.kind !== "react") return;
  const byEmoji = reactors.get(change.target) ?? new Map<string, Set<string>>();
  const ids = byEmoji.get(change.emoji) ?? new Set<string>();
  if (change.on) ids.add(change.id);
  else ids.delete(change.id);
  if (ids.size > 0) byEmoji.set(change.emoji, ids);
  else byEmoji.delete(change.emoji);
  reactors.set(change.target, byEmoji);
}

function withReactions({ reactors }: MemoryRoom, message: StoredMessage, reader?: string): StoredMessage {
  const reactions = Array.from(reactors.get(message.seq) ?? [], ([emoji, ids]): Reactions => {
    const all = { emoji, count: ids.size };
    return reader !== undefined && ids.has(reader) ? { ...all, mine: true } : all;
  });
  return reactions.length === 0 ? message : { ...message, reactions };
}

function nonceKey({ id, nonce }: { id: string; nonce?: string }): string | undefined {
  return nonce === undefined ? undefined : `${id}\0${nonce}`;
}

function bytesOf({ id, name, nonce = "", ...rest }: StoredEvent): number {
  const text = "text" in rest ? rest.text : "";
  return EVENT_BYTES + 2 * (id.length + name.length + text.length + nonce.length);
}
