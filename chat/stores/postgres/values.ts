/** How an event becomes a row and a row an event, and how lists of values are passed. The tables are in `schema.ts`. @module */

import type { AnyStoredChange, StoredMessage } from "../../event/event.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";

/** Numbers as Postgres reads an array. */
export function numbers(values: (number | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join()}}`;
}

/** Texts as Postgres reads an array. */
export function texts(values: (string | null)[]): string {
  return `{${values.map((value) => value === null ? "NULL" : `"${value.replace(/["\\]/g, "\\$&")}"`).join()}}`;
}

/** The same of texts that may have a U+0000, as ids, names and what people write may. */
export function escaped(values: (string | null | undefined)[]): string {
  return escapeNul(texts(values.map((value) => value ?? null)));
}

/** Bytes as Postgres reads an array. */
export function byteses(values: Uint8Array[]): string {
  return `{${values.map((value) => `"\\\\x${value.toHex()}"`).join()}}`;
}

export interface MessageRow {
  seq: number;
  ts: number;
  author: string;
  name: string;
  nonce: string | null;
  ordinal: number;
  reply: number | null;
  state: Partial<StoredMessage> | null;
  text: string | null;
  more: object | null;
}

export function messageOf(
  { seq, ts, author, name, nonce, ordinal, reply, state, text, more }: MessageRow,
): StoredMessage {
  const message: StoredMessage = {
    seq,
    id: unescapeNul(author),
    name: unescapeNul(name),
    text: unescapeNul(text ?? ""),
    ts,
    ordinal,
  };
  if (nonce !== null) message.nonce = unescapeNul(nonce);
  if (reply !== null) message.reply = reply;
  return Object.assign(message, more, state);
}

export interface ChangeRow {
  seq: number;
  ts: number;
  author: string;
  name: string;
  nonce: string | null;
  kind: AnyStoredChange["kind"];
  target: number | null;
  body: object | null;
}

export function changeOf({ seq, ts, author, name, nonce, kind, target, body }: ChangeRow): AnyStoredChange {
  const change = { seq, id: unescapeNul(author), name: unescapeNul(name), ts, kind, ...body } as AnyStoredChange;
  if (nonce !== null) change.nonce = unescapeNul(nonce);
  // One of a kind that this version does not know may have none.
  return target === null ? change : Object.assign(change, { target });
}
