/**
 * What lies under the keys: the form of a room and of a message, and what an older version wrote there. It stays readable as it is; a
 * room gets the present form when it is next written to, a message when it is next changed.
 *
 * @module
 */

import type { StoredMessage } from "../../event/event.ts";

/** A room, besides its events. */
export interface Room {
  /** The oldest message kept, or the next number. */
  first: number;
  head: number;
  floor: number;
  /** The time of the newest event. */
  ts: number;
  /** The day of the oldest message kept; any, if none is. */
  day: number;
  /** How many messages it has had, and how many of them were removed. */
  messages: number;
  removed: number;
  /** How many changes are kept. */
  changes: number;
  /** The last change of the room itself; absent if there is none. */
  policy?: number;
  /** What its settings say that it keeps; absent or 0: as the server does. */
  keepMessages?: number;
  keepDays?: number;
}

/**
 * A room as it is stored. An older version has messages only, and a number for a `head`. Now it is a bigint, so that a server of that
 * version which is still running stops at it: it would lose the changes.
 */
export interface RoomValue extends Partial<Omit<Room, "head">> {
  first: number;
  head: number | bigint;
  ts: number;
}

const EMPTY_ROOM: Room = { first: 1, head: 0, floor: 0, ts: 0, day: 0, messages: 0, removed: 0, changes: 0 };

export function roomOf(value: RoomValue | null): Room {
  if (value === null) return EMPTY_ROOM;
  const head = Number(value.head);
  const removed = value.first - 1;
  return { floor: removed, day: 0, messages: head, removed, changes: 0, ...value, head };
}

/** Whether any message is kept. */
export function hasMessages({ messages, removed }: Room): boolean {
  return messages > removed;
}

export function valueOfRoom(room: Room): RoomValue {
  return { ...room, head: BigInt(room.head) };
}

/** A message as it is stored, with everything that the log gives to this store and gets back from it. */
export interface MessageValue {
  event: StoredMessage;
  day: number;
}

/** As an older version stored it; its number is in its key. Still older ones have no day. */
type OldMessageValue = [id: string, name: string, text: string, nonce: string | null, ts: number, day?: number];

export type AnyMessageValue = MessageValue | OldMessageValue;

export function messageValueOf(seq: number, value: AnyMessageValue): MessageValue {
  if (!Array.isArray(value)) return value;
  const [id, name, text, nonce, ts, day = 0] = value;
  const event = { seq, id, name, text, ts, ordinal: seq };
  return { event: nonce === null ? event : { ...event, nonce }, day };
}

/** The place of a nonce's event, and its fingerprint, which older ones lack. */
export type NonceValue = [seq: number, ts: number, fingerprint?: Uint8Array];
