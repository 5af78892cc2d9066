/**
 * The time that a message gets. Order is the business of `seq` alone; times are for people.
 *
 * @module
 */

/**
 * How far, in milliseconds, the room's newest message may be ahead of the clock and be followed by a message of the same time. Clocks
 * of several machines, and those that are set right, differ by less; a message from the year 2099 is a mistake that must not last.
 */
export const AHEAD_MS = 60_000;

/**
 * The time of the next message of a room.
 *
 * @param newest that of the room's newest message @param now what the clock says; both in milliseconds since the epoch
 */
export function timeAfter(newest: number, now: number): number {
  return newest > now && newest - now <= AHEAD_MS ? newest : now;
}
