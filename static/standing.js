/** What somebody is in a room, and who may decide about whom: as the server has it (`chat/policy/permit.ts`). @module */

import { GUEST } from "./client/room_changes.js";

/** @import { Role } from "./client/lines.js" */
/** @import { Room } from "./client/room.js" */

/** @type {Record<Role, number>} */
export const RANKS = { owner: 4, moderator: 3, member: 2, guest: 1, banned: 0 };

/** @param {Room} room @param {string} id @param {number} nowMs @returns {Role} */
export function roleOf({ places }, id, nowMs) {
  const { role, bannedUntilMs } = places.get(id) ?? GUEST;
  return role === "banned" && bannedUntilMs <= nowMs ? "guest" : role;
}

/** Until when somebody must not write, in milliseconds since the epoch; `Infinity`: for ever. @param {Room} room @param {string} id */
export function mutedUntilMs({ places }, id) {
  return (places.get(id) ?? GUEST).mutedUntilMs;
}

/** Whether one may decide about somebody. An operator has no role in the room. @param {Room} room @param {string} me @param {string} id @param {number} nowMs */
export function outranks(room, me, id, nowMs) {
  if (me === id || !room.may.has("moderate")) return false;
  return Math.max(RANKS[roleOf(room, me, nowMs)], RANKS.moderator) > RANKS[roleOf(room, id, nowMs)];
}
