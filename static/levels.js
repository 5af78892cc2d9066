/** Of which messages of each room one wants to be told. @module */

import { ROOMS_REMEMBERED } from "./limits.js";

/** @import { Storage } from "./client/storage.js" */

/** The first is what nobody has chosen. */
export const LEVELS = ["mentions", "all", "none"];

/** @param {{ storage: Storage }} page @param {string} room @returns {string} one of `LEVELS` */
export function levelOf({ storage }, room) {
  const kept = String(storage.getIn("levels", room));
  return LEVELS.includes(kept) ? kept : LEVELS[0] ?? "";
}

/** @param {{ storage: Storage }} page @param {string} room @param {string} level */
export function setLevel({ storage }, room, level) {
  storage.setIn("levels", room, level, ROOMS_REMEMBERED);
}
