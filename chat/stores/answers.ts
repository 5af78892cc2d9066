/** A store's answer for each event of a commit: its place, new or earlier. One rule for all stores. @module */

import { revOf, type StoredMessage } from "../event/event.ts";
import { isOver } from "../log/epoch.ts";
import type { Appended, Refused } from "../log/message_log.ts";
import type { Entry, Moment } from "../log/store.ts";
import { timeAfter } from "../log/time_stamp.ts";

/** Where a room ends: the number and the time of its newest event. */
export interface RoomEnd {
  head: number;
  ts: number;
}

/** The next place in a room. A store that puts an event there moves the room's end there as well. */
export function placeAfter({ head, ts: newest }: RoomEnd, entry: Entry, at: Moment, epoch: string): Appended {
  const ts = entry.ts ?? timeAfter(newest, at.ts);
  const appended: Appended = { epoch, seq: head + 1, ts, duplicate: false };
  return ts < newest ? { ...appended, fellMs: newest - ts } : appended;
}

/** Answers an event that rests on what its room no longer is. @returns nothing if that is so still */
export function outdated(
  { condition }: Entry,
  { head, policy = 0 }: { head: number; policy?: number },
  epoch: string,
): Refused | undefined {
  if (isOver(condition?.epoch, epoch)) return { refused: "no_such_message" };
  if (condition?.first && head > 0) return { refused: "room_exists" };
  return condition !== undefined && condition.policy !== policy ? { refused: "stale" } : undefined;
}

/** Answers an event that has nothing to change in its target. */
export function unchanged(target: StoredMessage, at: Moment, epoch: string): Appended {
  return { epoch, seq: revOf(target), ts: at.ts, duplicate: false, unchanged: true };
}

/** Answers an event whose nonce was used before, for the same content or for another. */
export function repeated({ seq, ts }: { seq: number; ts: number }, isSame: boolean, epoch: string): Appended | Refused {
  return isSame ? { epoch, seq, ts, duplicate: true } : { refused: "nonce_used" };
}
