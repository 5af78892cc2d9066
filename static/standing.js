/** What somebody is in a room, and who may decide about whom: as the server has it (`chat/policy/permit.ts`). @module */

/** @import { Role, Standing } from "./client/lines.js" */
/** @import { Room } from "./client/room.js" */

/** @type {Record<Role, number>} */
export const RANKS = { owner: 4, moderator: 3, member: 2, guest: 1, banned: 0 };

/** @param {Room} room @param {string} id @param {number} nowMs @returns {Role} */
export function roleOf({ places }, id, nowMs) {
  const { role = "guest", untilMs = Infinity } = places.get(id) ?? {};
  return role === "banned" && untilMs <= nowMs ? "guest" : role;
}

/** @param {Room} room @param {string} id @param {number} nowMs @returns {Standing | undefined} */
export function muteOf({ places }, id, nowMs) {
  const place = places.get(id);
  return place?.mute && (place.untilMs ?? Infinity) > nowMs ? place : undefined;
}

/** Whether one may decide about somebody. An operator has no role in the room. @param {Room} room @param {string} me @param {string} id @param {number} nowMs */
export function outranks(room, me, id, nowMs) {
  if (me === id || !room.may.has("moderate")) return false;
  return Math.max(RANKS[roleOf(room, me, nowMs)], RANKS.moderator) > RANKS[roleOf(room, id, nowMs)];
}
