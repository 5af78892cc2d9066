/**
 * The simulated store's data: what survives the simulated processes. It commits, reads and trims at once and without
 * fail; the way there and back is what goes wrong (`sim_store.ts`). What an event does it asks the core, as every store does.
 *
 * @module
 */

import {
  type AnyStoredChange,
  type Facts,
  isMessage,
  isRoomChange,
  type NewEvent,
  type Reactions,
  type StoredEvent,
  type StoredMessage,
  type StoredRoomChange,
} from "../../../chat/event/event.ts";
import { contentOf, decide, forget, forgets, recall, targetOf } from "../../../chat/event/kinds.ts";
import type {
  Appended,
  Page,
  Range,
  ReactorsRange,
  Refused,
  RoomChanges,
  RoomState,
} from "../../../chat/log/message_log.ts";
import type { Entry, Moment, StoreTime } from "../../../chat/log/store.ts";
import { outdated, placeAfter, repeated, unchanged } from "../../../chat/stores/answers.ts";

/** An event that is kept: a message in its present state, without its reactions; or a change, without what it forgets. */
interface Row {
  seq: number;
  event: StoredEvent;
  /** The store's day when it came. */
  day: number;
}

interface DatabaseRoom {
  first: number;
  floor: number;
  head: number;
  ts: number;
  /** How many messages it has had. */
  count: number;
  /** The changes of the room itself. */
  changes: StoredRoomChange[];
  /** By rising number. A message is in both. */
  rows: Row[];
  messages: Row[];
  /** When each author wrote last. */
  last: Map<string, number>;
  nonces: Map<string, { seq: number; ts: number; content: string }>;
  /** The ids whose reaction stands, by message and emoji. */
  reactors: Map<number, Map<string, Set<string>>>;
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
    return entries.map((entry) => this.#append(entry, at));
  }

  /** As `Store.read`. */
  read(name: string, range: Range): Page {
    const room = this.#rooms.get(name) ?? emptyRoom();
    const { rows, passed } = select(room, range);
    const events = rows.map(({ event }) => whole(room, event, range.reader));
    return { ...this.#stateOf(room), events, passed };
  }

  /** As `Store.roomChanges`. */
  roomChanges(name: string, after = 0): RoomChanges {
    const room = this.#rooms.get(name) ?? emptyRoom();
    return { ...this.#stateOf(room), changes: room.changes.filter(({ seq }) => seq > after) };
  }

  #stateOf({ first, floor, head, count: messageCount, changes }: DatabaseRoom): RoomState {
    const policy = changes.at(-1)?.seq;
    return { epoch: this.epoch, first, head, floor, messageCount, ...policy === undefined ? {} : { policy } };
  }

  /** As `Store.reactors`. */
  reactors(name: string, { target, emoji, after = "", limit }: ReactorsRange): string[] {
    const ids = this.#rooms.get(name)?.reactors.get(target)?.get(emoji) ?? [];
    return [...ids].sort().filter((id) => id > after).slice(0, limit);
  }

  /** The whole of what is kept of a room: the dense run above its floor, and the messages below it. */
  all(name: string): StoredEvent[] {
    const room = this.#rooms.get(name) ?? emptyRoom();
    return room.rows.map(({ event }) => whole(room, event));
  }

  /** Removes the messages of a room before `seq`. @returns what was removed */
  trim(name: string, seq: number): StoredEvent[] {
    return this.#remove(name, seq, (row) => row.seq < seq);
  }

  /** Removes the changes of a room before `seq`. @returns what was removed */
  trimChanges(name: string, seq: number): StoredEvent[] {
    return this.#remove(name, seq, (row) => row.seq < seq && !isMessage(row.event));
  }

  /** The numbers of messages that are of days before this one. */
  olderThan(name: string, day: number): number[] {
    return this.#rooms.get(name)!.messages.filter((row) => row.day < day).map(({ seq }) => seq);
  }

  /** Loses events of a room, those from one number to another, and does not know it. @returns what they were */
  lose(name: string, from: number, to: number): StoredEvent[] {
    const room = this.#rooms.get(name)!;
    const isLost = ({ seq }: Row) => seq >= from && seq <= to;
    const lost = room.rows.filter(isLost).map(({ event }) => whole(room, event));
    room.rows = room.rows.filter((row) => !isLost(row));
    room.messages = room.messages.filter((row) => !isLost(row));
    return lost;
  }

  /** Everything as it is now. */
  snapshot(): Snapshot {
    return structuredClone(this.#rooms);
  }

  /** Begins a new life with the data of an older moment, or with none. */
  restore(snapshot: Snapshot = new Map()): void {
    this.#rooms = new Map(structuredClone(snapshot));
    this.#lives++;
  }

  #append(entry: Entry, at: Moment): Appended | Refused {
    const { event } = entry;
    const room = this.#room(entry.room);
    const nonce = nonceKey(event);
    const content = JSON.stringify(contentOf(event));
    const earlier = nonce === undefined ? undefined : room.nonces.get(nonce);
    if (earlier !== undefined) return repeated(earlier, earlier.content === content, this.epoch);
    const stale = outdated(entry, { head: room.head, policy: room.changes.at(-1)?.seq }, this.epoch);
    if (stale !== undefined) return stale;
    const target = findTarget(room, event);
    const place = placeAfter(room, entry, at, this.epoch);
    const facts = factsOf(room, event, target && whole(room, target.event) as StoredMessage);
    const decision = decide(event, { ...facts, ...entry.condition?.terms, lastMs: room.last.get(event.id) }, place);
    if ("refused" in decision) return decision;
    if ("unchanged" in decision) return unchanged(decision.unchanged, at, this.epoch);
    const stored = decision.event;
    room.head = place.seq;
    room.ts = place.ts;
    if (isMessage(stored)) {
      const row = { seq: place.seq, event: { ...stored, ordinal: ++room.count }, day: at.day };
      room.rows.push(row);
      room.messages.push(row);
      room.last.set(stored.id, place.ts);
    } else {
      room.rows.push({ seq: place.seq, event: forget(stored), day: at.day });
      if (isRoomChange(stored)) room.changes.push(stored);
      else noteReaction(room, stored);
    }
    if (decision.target !== undefined) {
      const { reactions: _, ...message } = decision.target;
      target!.event = message;
    }
    if (nonce !== undefined) room.nonces.set(nonce, { seq: place.seq, ts: place.ts, content });
    return { ...place, event: stored };
  }

  #remove(name: string, seq: number, isDue: (row: Row) => boolean): StoredEvent[] {
    const room = this.#rooms.get(name);
    const due = room?.rows.filter(isDue) ?? [];
    if (room === undefined || due.length === 0) return [];
    const gone = due.map(({ event }) => whole(room, event));
    for (const { seq, event } of due) {
      room.nonces.delete(nonceKey(event) ?? "");
      room.reactors.delete(seq);
    }
    room.rows = room.rows.filter((row) => !isDue(row));
    room.messages = room.messages.filter((row) => !isDue(row));
    room.floor = Math.max(room.floor, Math.min(seq, room.head + 1) - 1);
    room.first = room.messages[0]?.seq ?? room.head + 1;
    return gone;
  }

  #room(name: string): DatabaseRoom {
    let room = this.#rooms.get(name);
    if (room === undefined) this.#rooms.set(name, room = emptyRoom());
    return room;
  }
}

function emptyRoom(): DatabaseRoom {
  const nothing = { first: 1, floor: 0, head: 0, ts: 0, count: 0 };
  return { ...nothing, changes: [], rows: [], messages: [], nonces: new Map(), reactors: new Map(), last: new Map() };
}

function select(room: DatabaseRoom, range: Range): { rows: Row[]; passed: number } {
  const { after, before = Infinity, limit, messagesOnly, thread, only } = range;
  const { messages, count } = room;
  const countUpTo = (seq: number) => ordinalOf(messages[indexOf(messages, seq + 1) - 1]) ?? count - messages.length;
  if (limit === 0) return { rows: [], passed: count };
  if (after !== undefined) {
    const from = messagesOnly ? messages : room.rows;
    const begin = indexOf(from, (messagesOnly ? after : Math.max(after, room.floor)) + 1);
    return { rows: from.slice(begin, begin + limit), passed: countUpTo(after) };
  }
  const isAsked = ({ seq, event }: Row) =>
    (thread === undefined || seq === thread || (event as StoredMessage).reply === thread) &&
    (only === undefined || only.includes(seq));
  const upTo = messages.slice(0, indexOf(messages, before));
  const rows = (thread ?? only) === undefined ? upTo.slice(-limit) : upTo.filter(isAsked).slice(-limit);
  return { rows, passed: rows.length === 0 ? countUpTo(before - 1) : ordinalOf(rows[0])! - 1 };
}

function ordinalOf(row: Row | undefined): number | undefined {
  return (row?.event as StoredMessage | undefined)?.ordinal;
}

/** Where the first row is whose number is not below `seq`. */
function indexOf(rows: readonly Row[], seq: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rows[middle]!.seq < seq) from = middle + 1;
    else to = middle;
  }
  return from;
}

function findMessage({ messages }: DatabaseRoom, seq: number): Row | undefined {
  const row = messages[indexOf(messages, seq)];
  return row?.seq === seq ? row : undefined;
}

function findTarget(room: DatabaseRoom, event: NewEvent): Row | undefined {
  const wanted = targetOf(event);
  const seq = typeof wanted === "string" ? room.nonces.get(nonceKey({ id: event.id, nonce: wanted })!)?.seq : wanted;
  return seq === undefined ? undefined : findMessage(room, seq);
}

function factsOf({ reactors }: DatabaseRoom, event: NewEvent, target: StoredMessage | undefined): Facts {
  if (target === undefined || event.kind !== "react") return { target };
  return { target, reacted: reactors.get(target.seq)?.get(event.emoji)?.has(event.id) ?? false };
}

function noteReaction({ reactors }: DatabaseRoom, stored: AnyStoredChange): void {
  if (stored.kind === "delete") reactors.delete(stored.target);
  if (stored.kind !== "react") return;
  const byEmoji = reactors.get(stored.target) ?? new Map<string, Set<string>>();
  const ids = byEmoji.get(stored.emoji) ?? new Set<string>();
  if (stored.on) ids.add(stored.id);
  else ids.delete(stored.id);
  if (ids.size > 0) byEmoji.set(stored.emoji, ids);
  else byEmoji.delete(stored.emoji);
  reactors.set(stored.target, byEmoji);
}

/** An event as it is read. */
function whole(room: DatabaseRoom, event: StoredEvent, reader?: string): StoredEvent {
  if (!isMessage(event)) {
    return forgets(event) ? recall(event, findMessage(room, event.target)?.event as StoredMessage | undefined) : event;
  }
  const reactions = Array.from(room.reactors.get(event.seq) ?? [], ([emoji, ids]): Reactions => {
    const all = { emoji, count: ids.size };
    return reader !== undefined && ids.has(reader) ? { ...all, mine: true } : all;
  });
  return reactions.length === 0 ? event : { ...event, reactions };
}

function nonceKey({ id, nonce }: { id: string; nonce?: string }): string | undefined {
  return nonce === undefined ? undefined : `${id}\0${nonce}`;
}
