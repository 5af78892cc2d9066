/** Which fields of an event have a column in tables, and which lie there as JSON. One rule for all stores that are tables. @module */

import type { AnyStoredChange, StoredEvent, StoredMessage } from "../event/event.ts";
import { only } from "../event/fields.ts";

/** What may change in a message and does not say what its author wrote. */
const STATE = ["rev", "version", "deleted", "replies", "reactions"] as const;
/** The fields of a message and of a change that have a column, or are in {@linkcode STATE}. */
const OF_MESSAGE: ReadonlySet<string> = new Set(
  ["seq", "kind", "id", "name", "nonce", "ts", "ordinal", "reply", "text", ...STATE],
);
const OF_CHANGE: ReadonlySet<string> = new Set(["seq", "kind", "id", "name", "nonce", "ts", "target"]);

export function stateOf(message: StoredMessage): string | null {
  if (message.rev === undefined && message.version === undefined) return null;
  return JSON.stringify(only(message, STATE));
}

/** What its author wrote: the text, and all that this version does not know of. It is erased with the message. */
export function contentOfMessage(message: StoredMessage): { text: string; more: string | null } {
  return { text: message.text, more: restOf(message, OF_MESSAGE) };
}

/** What is special about a change: all that has no column. */
export function bodyOf(change: AnyStoredChange): string | null {
  return restOf(change, OF_CHANGE);
}

/** All other fields. */
function restOf(event: StoredEvent, known: ReadonlySet<string>): string | null {
  let rest: Record<string, unknown> | undefined;
  for (const [field, value] of Object.entries(event)) {
    if (value !== undefined && !known.has(field)) (rest ??= {})[field] = value;
  }
  return rest === undefined ? null : JSON.stringify(rest);
}
