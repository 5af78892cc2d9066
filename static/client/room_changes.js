/** What a room is by now: its settings, and who is more or less than a guest in it, as its own changes say. @module */

import { isMember, isObject, isString } from "./lines.js";

/** @import { RoomChange, RoomEvent, Standing } from "./lines.js" */
/** @import { Room } from "./room.js" */

/** Whether an event changes the room itself. @param {RoomEvent} event @returns {event is RoomChange} */
export function isRoomChange(event) {
  const { kind, set, member } = /** @type {Record<string, unknown>} */ (event);
  return isMember(event) && (kind === "settings" ? isObject(set) : kind === "member" && isString(member));
}

/** @param {Room} room @param {RoomChange} change */
export function changeRoom(room, change) {
  if (change.kind === "member") setPlace(room, change);
  else if (room.settings !== undefined) room.settings = { ...room.settings, ...change.set };
}

/** What is absent stays as it is. As many are kept as the server lets a room have. @param {Room} room @param {Standing & { member: string }} place */
export function setPlace({ places }, { member, role, mute, untilMs }) {
  const before = places.get(member);
  // A kick changes nothing that lasts.
  if (role === undefined && mute === undefined) return;
  const place = { role: role ?? before?.role, mute: mute ?? before?.mute, untilMs };
  if ((place.role ?? "guest") === "guest" && !place.mute) places.delete(member);
  else places.set(member, place);
}
