/** A store's answer for each message of a commit: its place, new or earlier. One rule for all stores. @module */

import type { Appended, Entry, Moment, Refused } from "../log/message_log.ts";
import { timeAfter } from "../log/time_stamp.ts";

/** Where a room ends: the number and the time of its newest message. */
export interface RoomEnd {
  head: number;
  ts: number;
}

/** The next place in a room. A store that puts a message there moves the room's end there as well. */
export function placeAfter({ head, ts: newest }: RoomEnd, entry: Entry, at: Moment, epoch: string): Appended {
  const ts = entry.ts ?? timeAfter(newest, at.ts);
  const appended: Appended = { epoch, seq: head + 1, ts, duplicate: false };
  return ts < newest ? { ...appended, fellMs: newest - ts } : appended;
}

/** Answers a message whose nonce was used before, for the same content or for another. */
export function repeated({ seq, ts }: { seq: number; ts: number }, isSame: boolean, epoch: string): Appended | Refused {
  return isSame ? { epoch, seq, ts, duplicate: true } : { refused: "nonce_used" };
}
