/** What is missing between messages that are shown. @module */

/** @import { End, Item, Room } from "./client/room.js" */

/** Missing messages; with `isBreak`, those of another life of the store. @typedef {{ count: number | undefined, isBreak: boolean, loadable: boolean }} Gap */

/**
 * What is missing before a place: nothing; or messages, how many (where that can be known), and whether they are still
 * to be had.
 *
 * @param {Room} room
 * @param {Item | undefined} before the message before it, of those that are there
 * @param {Item | End} place
 * @returns {Gap | undefined}
 */
export function gapBefore(room, before, place) {
  const isBreak = before !== undefined && before.era < place.era;
  if (before === undefined || (!isBreak && before.seq + 1 >= place.from)) return undefined;
  const isKnown = !isBreak && before.ordinal !== undefined && place.ordinal !== undefined;
  const count = isKnown ? Number(place.ordinal) - Number(before.ordinal) - 1 : undefined;
  return { count, isBreak, loadable: place.era === room.era && place.from > room.keptFrom };
}
