/**
 * What a link to `/i` brings: `/i#KIND.SECRET`, or `/i#ROOM.SECRET` for an invitation into a room. It stands in the fragment, which no server, log or other site gets to see; `takeBrought` of
 * `address.js` has taken it out of the address.
 *
 * @module
 */

import { invitationIn } from "../room_names.js";
import { word } from "../words.js";
import { claim } from "./claim.js";
import { redeem } from "./redeem.js";
import { takeKey } from "./take_key.js";

/** @import { PageState } from "../page_state.js" */
/**
 * Takes one in, and asks first where that changes anything. It calls `done` once the secret is not needed any more: until then a reload begins
 * with it again.
 * @typedef {(page: PageState, secret: string, done: () => void) => void} Take
 */

/** By kind: a new kind is a line. @type {Record<string, Take>} */
const KINDS = { claim, key: takeKey };

/** @param {PageState} page @param {string} brought */
export function takeIn(page, brought) {
  const done = () => {
    page.storage.set("brought", null);
    if (page.rooms.get(page.room.name) === undefined) page.go(page.room.name);
  };
  const invitation = invitationIn(brought);
  if (invitation !== undefined) return redeem(page, invitation.room, invitation.secret, done);
  const [kind = "", secret = ""] = brought.split(/\.(.*)/s);
  // A room may be called as a kind is: invitations have secrets of another form.
  const take = /^[\da-f]{32}$/.test(secret) && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (take !== undefined) return take(page, secret, done);
  done();
  page.tell("notice", word("linkNotKnown"));
}
