/**
 * Changes for clients that know only messages. Such a client takes a `seq` that it was not sent for a loss: so it is sent a message for each
 * change, which says in words what happened.
 *
 * @module
 */

import { isMessage, type StoredEvent, type StoredMessage } from "../event/event.ts";
import { fallback } from "../event/kinds.ts";
import type { Push, Reply } from "../wire/lines.ts";

/** An event as a message; a message that says what it said is the same one. */
export function asMessage(event: StoredEvent): StoredMessage {
  const text = fallback(event);
  if (isMessage(event)) return event.deleted ? { ...event, text } : event;
  const { seq, id, name, ts } = event;
  return { seq, id, name, text, ts };
}

/** A line without changes in it. */
export function messagesOnly(line: Reply | Push): Reply | Push {
  if (line.type === "joined" || line.type === "history") return { ...line, messages: line.messages.map(asMessage) };
  if (line.type === "change") return { type: "message", room: line.room, ...asMessage(line) };
  return line;
}
