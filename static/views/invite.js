/** Bringing somebody into the shown room: by its address, and by links that make members. In a dialog, and in a room that is empty. @module */

import { pathOf } from "../address.js";
import { button, make } from "../dom.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { invitations } from "./invitations.js";
import { invitedRoles } from "./invited_roles.js";
import { waysToGive } from "./ways_to_give.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showInvite(page) {
  const { room } = page;
  const roles = invitedRoles(page, room);
  const made = roles.length === 0 ? [] : invitations(page, room, roles);
  // The address of such a room lets nobody in.
  const ways = isPrivate(page) && made.length > 0 ? [] : addressOf(page);
  const heading = ways.length > 0 && made.length > 0 ? [make("h3", {}, word("inviteAsMember"))] : [];
  showDialog(word("inviteTo", { room: labelOf(page, room.name) }), ...ways, ...heading, ...made);
}

/** For the card in an empty room. @param {PageState} page @returns {HTMLElement[]} */
export function inviteTo(page) {
  if (!isPrivate(page) || invitedRoles(page, page.room).length === 0) return addressOf(page);
  return [button(word("makeInvite"), () => showInvite(page), { class: "primary filled", "aria-haspopup": "dialog" })];
}

/** @param {PageState} page */
function isPrivate({ room }) {
  return room.settings?.visibility === "private";
}

/** @param {PageState} page @returns {HTMLElement[]} */
function addressOf(page) {
  const { name } = page.room;
  const ways = waysToGive(page, new URL(pathOf(name), location.href).href, labelOf(page, name));
  if (!isPrivate(page)) return ways;
  return [make("p", { class: "quiet" }, word("membersOnlyLink")), ...ways];
}
