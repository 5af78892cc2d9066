/** The log's keys and values in Deno KV. @module */

import type { NewMessage, StoredMessage } from "../../event/event.ts";

/** A room's value, besides its messages. */
export interface RoomValue {
  first: number;
  head: number;
  /** The time of the newest message. */
  ts: number;
  /** The day of the oldest kept message; any, if none is kept. Absent from older rooms. */
  day?: number;
}

/** A message as it is stored; its number is in its key. Older ones have no day. Only this file knows its form. */
export type MessageValue = [id: string, name: string, text: string, nonce: string | null, ts: number, day?: number];

export function valueOf({ id, name, text, nonce }: NewMessage, ts: number, day: number): MessageValue {
  return [id, name, text, nonce ?? null, ts, day];
}

export function messageOf(seq: number, [id, name, text, nonce, ts]: MessageValue): StoredMessage {
  const message = { seq, id, name, text, ts, ordinal: seq };
  return nonce === null ? message : { ...message, nonce };
}

export function dayOf([, , , , , day = 0]: MessageValue): number {
  return day;
}

/** The place of a nonce's message, and its fingerprint, which older ones lack. */
export type NonceValue = [seq: number, ts: number, fingerprint?: Uint8Array];

/** The keys: those without a name are whole, `rooms` is the beginning of all rooms' keys. */
export const KvKey = {
  /** The epoch, a string. */
  epoch: ["switchboard", "epoch"],
  /** The key to the fingerprints, bytes. */
  fingerprintKey: ["switchboard", "fingerprint key"],
  /** A `StoreTime`. */
  time: ["switchboard", "time"],
  /** A counter, raised by every commit. */
  commits: ["switchboard", "commits"],
  /** How many of them one process made; it expires when the process is long gone. */
  process: (id: string): Deno.KvKey => ["switchboard", "process", id],
  rooms: ["switchboard", "room"],
  /** A {@linkcode RoomValue}. */
  room: (name: string): Deno.KvKey => ["switchboard", "room", name],
  /** A {@linkcode MessageValue}. */
  message: (name: string, seq: number): Deno.KvKey => ["switchboard", "log", name, seq],
  /** A {@linkcode NonceValue}. */
  nonce: (name: string, id: string, nonce: string): Deno.KvKey => ["switchboard", "nonce", name, id, nonce],
} as const;

export const EMPTY_ROOM: RoomValue = { first: 1, head: 0, ts: 0, day: 0 };
