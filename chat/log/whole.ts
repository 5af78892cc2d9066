/**
 * Whether a store returned every event that it must have. A store can lose part of a room: a damaged page of a file, a range of keys
 * that somebody deleted. A replay is checked here first, so that a client is told of the gap and never gets one unnoticed.
 *
 * @module
 */

import { isMessage, type StoredEvent, type StoredMessage } from "../event/event.ts";
import type { Page } from "./message_log.ts";

/** Whether a page that was read with `after` and `limit`, changes included, is the whole run that follows. */
export function isWhole({ head, events }: Page, after: number, limit: number): boolean {
  const due = Math.max(Math.min(head - after, limit), 0);
  return events.length === due && events.every(({ seq }, index) => seq === after + 1 + index);
}

/**
 * Whether a page of messages that was read with `before` and `limit`, or without a position, is the whole run that ends there. A loss right
 * before `before` is not found: nothing says how many messages there must be.
 */
export function isWholeBefore({ first, head, events, messageCount }: Page, before: number, limit: number): boolean {
  const [oldest] = events;
  if (oldest === undefined) return limit === 0 || Math.min(before - 1, head) < first;
  const messages = messagesOf(events);
  const begins = events.length === limit || oldest.seq <= first;
  const ends = before <= head || messages.at(-1)!.ordinal === messageCount;
  return begins && ends && messages.every(({ ordinal }, index) => ordinal === messages[0]!.ordinal! + index);
}

/**
 * Of a page of the newest, the run without gaps that ends with the newest: all of them, if nothing was lost.
 *
 * @param hasChanges whether changes are in it; otherwise it has only messages
 */
export function newestRun({ head, messageCount, events }: Page, hasChanges = false): StoredEvent[] {
  const behind = (event: StoredEvent) =>
    hasChanges || !isMessage(event) ? head - event.seq : messageCount - event.ordinal!;
  const skipped = events.findLastIndex((event, index) => behind(event) !== events.length - 1 - index);
  return events.slice(skipped + 1);
}

export function messagesOf(events: StoredEvent[]): StoredMessage[] {
  return events.filter(isMessage);
}
