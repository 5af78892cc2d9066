/**
 * What a link to `/i` brings: `/i#KIND.SECRET` with `.NAME` behind a key, or `/i#ROOM.SECRET` for an invitation into a room. It stands in the fragment, which no server, log or other site gets to see; `takeBrought` of
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
 * @typedef {(page: PageState, secret: string, done: () => void, name: string) => void} Take
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
  // A room may be called as a kind is: invitations have secrets of another form.
  const [, kind = "", secret = "", name = ""] = /^(\w+)\.([\da-f]{32})(?:\.(.*))?$/.exec(brought) ?? [];
  // It throws for no name, whatever somebody has made of the link.
  const called = new URLSearchParams(`=${name}`).get("") ?? "";
  if (Object.hasOwn(KINDS, kind)) return KINDS[kind]?.(page, secret, done, called);
  done();
  page.tell("notice", word("linkNotKnown"));
}
