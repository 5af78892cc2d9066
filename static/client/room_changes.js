/** What a room is by now: its settings, and who is more or less than a guest in it, as its own changes say. @module */

import { isMember, isObject, isString } from "./lines.js";

/** @import { RoomChange, RoomEvent, Standing } from "./lines.js" */
/** @import { Held, Room } from "./room.js" */

/** What everybody is who has no place of its own. @type {Readonly<Held>} */
export const GUEST = { role: "guest", bannedUntilMs: 0, mutedUntilMs: 0 };

/** Whether an event changes the room itself. @param {RoomEvent} event @returns {event is RoomChange} */
export function isRoomChange(event) {
  const { kind, set, member } = /** @type {Record<string, unknown>} */ (event);
  return isMember(event) && (kind === "settings" ? isObject(set) : kind === "member" && isString(member));
}

/** @param {Room} room @param {RoomChange} change */
export function changeRoom(room, change) {
  if (change.kind === "member") setPlace(room, change);
  else room.settings = { ...room.settings, ...change.set };
}

/** What is absent stays as it is. As many are kept as the server lets a room have. @param {Room} room @param {Standing & { member: string }} place */
export function setPlace({ places }, { member, role, mute, untilMs = Infinity }) {
  const place = { ...places.get(member) ?? GUEST };
  if (role !== undefined) Object.assign(place, { role, bannedUntilMs: untilMs });
  if (mute !== undefined) place.mutedUntilMs = mute ? untilMs : 0;
  // Of a kick nothing lasts.
  if (place.role === "guest" && place.mutedUntilMs === 0) places.delete(member);
  else places.set(member, place);
}
