/** The time of a message. Only `seq` orders messages; times are for people. @module */

import type { Clock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { span } from "./store_clock.ts";

/**
 * How far, in milliseconds, the room's newest message may be ahead of the clock and be followed by a message of the same time. Clocks
 * of several machines, and clocks being corrected, differ by less; a message from the year 2099 is an error that must not last.
 */
export const AHEAD_MS = 60_000;

/**
 * The time of the next message of a room.
 *
 * @param newest the time of the room's newest message @param now the clock's; both in milliseconds since the epoch
 */
export function timeAfter(newest: number, now: number): number {
  return newest > now && newest - now <= AHEAD_MS ? newest : now;
}

/** After this long the operator is told again that times of messages fall. */
const TELL_AGAIN_MS = 60 * 60 * 1000;

/**
 * Makes a function that tells the operator, not too often, that messages have earlier times than those before them.
 *
 * @returns a function that takes a room, and by how much a message in it is earlier
 */
export function tellOfFalls(clock: Clock, report: ReportTrouble): (room: string, fellMs: number) => void {
  let toldAtMs = -Infinity;
  return (room, fellMs) => {
    const nowMs = clock.elapsed();
    if (nowMs - toldAtMs < TELL_AGAIN_MS) return;
    toldAtMs = nowMs;
    report(
      `The time of new messages is ${span(fellMs)} before that of earlier ones, in the room ${room} and perhaps in ` +
        "others: the clock was wrong when those were stored, or is wrong now",
    );
  };
}
