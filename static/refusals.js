/** What refusals mean to a person: the messages that come with them are for developers. @module */

import { word } from "./words.js";

/** @import { Key } from "./words/en.js" */

/** Why, by the server's code or one of the page's client; a sentence may go before it. @type {Record<string, Key>} */
const REASONS = {
  archived: "roomIsArchived",
  bad_key: "keyIsOther",
  banned: "youAreBanned",
  bot_exists: "botExists",
  conflict: "editedElsewhere",
  deleted: "wasDeleted",
  expired: "signInExpired",
  kicked: "youWereRemoved",
  last_owner: "isLastOwner",
  link_down: "lineIsDown",
  locked: "roomIsLocked",
  members_only: "onlyMembers",
  muted: "youAreMuted",
  name_taken: "nameIsTaken",
  needs_proof: "cannotProve",
  no_access: "noAccess",
  no_such_message: "isNotKept",
  nonce_used: "wasMistaken",
  not_allowed: "mayNot",
  not_joined: "noAccess",
  other_id: "otherIdentity",
  rate_limited: "tooFast",
  revoked: "idIsRevoked",
  room_exists: "nameIsInUse",
  room_full: "roomIsFull",
  slow: "roomIsSlow",
  slow_mode: "slowMode",
  store_full: "storeIsFull",
  too_big: "isTooBig",
  too_late: "isTooOld",
  too_many_emoji: "tooManyEmoji",
  too_many_invites: "tooManyInvites",
  too_many_members: "tooManyMembers",
  too_new: "tooNew",
  too_many_rooms: "tooManyRooms",
  unavailable: "serverIsBusy",
  unsupported: "notSupported",
};

/** What trying again does not help with. */
const FINAL = new Set([
  "conflict",
  "deleted",
  "needs_proof",
  "no_such_message",
  "not_allowed",
  "too_late",
  "too_many_emoji",
]);

/** Refusals by which one may not even read a room, as opposed to not now. */
const SHUT = new Set(["banned", "no_access"]);

/** Whether somebody may read a room no more, as the server last said. @param {import("./client/room.js").Room} room */
export function isShut({ refused = "" }) {
  return SHUT.has(refused);
}

/** @param {{ code?: string }} refusal */
export function reasonOf({ code = "" }) {
  return word(REASONS[code] ?? "refusedSomehow");
}

/** Says why something was not done. @param {{ code?: string }} refusal */
export function notDone(refusal) {
  return word("notDone", { reason: reasonOf(refusal) });
}

/** Whether something that was refused may be stored the next time. @param {{ code?: string }} refusal */
export function isFinal({ code = "" }) {
  return FINAL.has(code);
}
