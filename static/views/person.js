/** A card for a person: the name, and by what one knows that it is the same person as before. @module */

import { faceOf, hueOf, make, nameLabel } from "../dom.js";
import { alike } from "../likeness.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {string} id */
export function showPerson({ room, me }, id) {
  const name = room.members.get(id) ?? word("somebody");
  const isKeyed = /^k-[0-9a-f]{32}$/.test(id);
  const dialog = showDialog(
    name,
    make("div", { class: `person bar ${hueOf(id)}` }, faceOf(name), nameLabel(name, "name")),
    make("p", { class: "quiet" }, word(id === me.id ? "thisIsYou" : room.members.has(id) ? "isHere" : "isGone")),
    make("h3", {}, word("fingerprint")),
    make("p", { dir: "ltr" }, make("code", { class: "fingerprint" }, isKeyed ? fingerprintOf(id) : id)),
    make("p", { class: "quiet" }, word(isKeyed ? "keyed" : "notKeyed")),
  );
  dialog.querySelector("h2")?.setAttribute("dir", "auto");
  if (alike(room.members).has(id)) dialog.append(make("p", { class: "problem" }, word("looksAlike")));
}

/** The id of a key in groups, to be read out and compared. @param {string} id */
function fingerprintOf(id) {
  return id.slice(2).match(/.{4}/g)?.join(" ") ?? id;
}
