/** The words for what somebody is in a room, and for who writes in it. @module */

import { isBot } from "../likeness.js";
import { mutedUntilMs, roleOf } from "../standing.js";
import { word } from "../words.js";

/** @import { RoomSettings } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Record<string, Key>} */
export const ROLE_NAMES = { owner: "owner", moderator: "moderator", member: "member", banned: "isBanned" };
/** @type {Record<RoomSettings["writers"], Key>} */
export const WRITTEN_BY = { all: "writtenByAll", known: "writtenByKnown", members: "writtenByMembers" };

/** What somebody is in the room, in a word. @param {PageState} page @param {string} id @returns {string} nothing for a guest who is no bot */
export function standingOf({ room, world }, id) {
  const kind = isBot(id) ? [word("bot")] : [];
  // Of two nobody is more than the other.
  if (room.between !== undefined) return kind.join();
  const nowMs = world.now();
  const role = ROLE_NAMES[roleOf(room, id, nowMs)];
  const said = role === undefined ? kind : [...kind, word(role)];
  if (mutedUntilMs(room, id) > nowMs) said.push(word("isMuted"));
  return said.join(", ");
}
