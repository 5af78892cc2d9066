/**
 * Whether a store returned every message that it must have. A store can lose part of a room: a damaged page of a file, a range of keys
 * that somebody deleted. A replay is checked here first, so that a client is told of the gap and never gets one unnoticed.
 *
 * @module
 */

import type { Page, StoredMessage } from "./message_log.ts";

/** Whether a page that was read with `after` and `limit` is the whole run that follows. */
export function isWhole({ head, messages }: Page, after: number, limit: number): boolean {
  const due = Math.max(Math.min(head - after, limit), 0);
  return messages.length === due && messages.every(({ seq }, index) => seq === after + 1 + index);
}

/** Whether a page that was read with `before` and `limit`, or without a position, is the whole run that ends there. */
export function isWholeBefore({ first, head, messages }: Page, before: number, limit: number): boolean {
  const last = Math.min(before - 1, head);
  const due = Math.max(Math.min(last - first + 1, limit), 0);
  return messages.length === due && messages.every(({ seq }, index) => seq === last - due + 1 + index);
}

/** Of a page of the newest messages, the run without gaps that ends with the newest: all of them, if nothing was lost. */
export function newestRun({ head, messages }: Page): StoredMessage[] {
  const skipped = messages.findLastIndex(({ seq }, index) => head - seq !== messages.length - 1 - index);
  return messages.slice(skipped + 1);
}
