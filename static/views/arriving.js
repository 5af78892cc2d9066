/**
 * What a link to `/i` brings: `/i#KIND.SECRET`. It stands in the fragment, which no server, log or other site gets to see; `takeBrought` of
 * `address.js` has taken it out of the address.
 *
 * @module
 */

import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */
/**
 * Takes one in, and asks first where that changes anything. It calls `done` once the secret is not needed any more: until then a reload begins
 * with it again.
 * @typedef {(page: PageState, secret: string, done: () => void) => void} Take
 */

/** By kind: a new kind is a line, and a part of `later.js`. @type {Record<string, Take>} */
const KINDS = {};

/** @param {PageState} page */
export function takeIn(page) {
  const brought = page.storage.get("brought");
  if (brought === null) return;
  const done = () => page.storage.set("brought", null);
  const [kind = "", secret = ""] = brought.split(/\.(.*)/s);
  const take = secret !== "" && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (take !== undefined) return take(page, secret, done);
  done();
  page.tell("notice", word("linkNotKnown"));
}
