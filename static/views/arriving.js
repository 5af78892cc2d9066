/**
 * What a link to `/i` brings: `/i#KIND.SECRET`, or `/i#ROOM.SECRET` for an invitation into a room. It stands in the fragment, which no server, log or other site gets to see; `takeBrought` of
 * `address.js` has taken it out of the address.
 *
 * @module
 */

import { isRoomName } from "../room_names.js";
import { word } from "../words.js";
import { later } from "./later.js";

/** @import { PageState } from "../page_state.js" */
/**
 * Takes one in, and asks first where that changes anything. It calls `done` once the secret is not needed any more: until then a reload begins
 * with it again.
 * @typedef {(page: PageState, secret: string, done: () => void) => void} Take
 */

/** An invitation into a room. @param {PageState} page @param {string} room @param {string} secret @param {() => void} done */
function takeInvitation(page, room, secret, done) {
  later(page, "redeem", ({ redeem }) => redeem(page, room, secret, done));
}

/** By kind: a new kind is a line, and a part of `later.js`. @type {Record<string, Take>} */
const KINDS = {
  claim: (page, secret, done) => later(page, "claim", ({ claim }) => claim(page, secret, done)),
  key: (page, secret, done) => later(page, "takeKey", ({ takeKey }) => takeKey(page, secret, done)),
};

/** @param {PageState} page */
export function takeIn(page) {
  const brought = page.storage.get("brought");
  if (brought === null) return;
  const done = () => {
    page.storage.set("brought", null);
    if (page.rooms.get(page.room.name) === undefined) page.go(page.room.name);
  };
  const [kind = "", secret = ""] = brought.split(/\.(.*)/s);
  // A room may be called as a kind is: invitations have secrets of another form.
  const take = /^[\da-f]{32}$/.test(secret) && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (take !== undefined) return take(page, secret, done);
  if (/^[a-z2-7]{26}$/.test(secret) && kind !== "" && isRoomName(kind)) return takeInvitation(page, kind, secret, done);
  done();
  page.tell("notice", word("linkNotKnown"));
}
