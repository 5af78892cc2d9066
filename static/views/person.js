/** A card for a person: the name, and by what one knows that it is the same person as before. @module */

import { faceOf, hueOf, make, nameLabel } from "../dom.js";
import { isKeyed } from "../likeness.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {string} id */
export function showPerson({ room, me, prints }, id) {
  const name = room.members.get(id) ?? word("somebody");
  const dialog = showDialog(
    name,
    make("div", { class: `person bar ${hueOf(id)}` }, faceOf(name), nameLabel(name, "name")),
    make("p", { class: "quiet" }, word(id === me.id ? "thisIsYou" : room.members.has(id) ? "isHere" : "isGone")),
    make("h3", {}, word("fingerprint")),
    make("p", { dir: "ltr" }, make("code", { class: "fingerprint" }, isKeyed(id) ? fingerprintOf(id) : id)),
    make("p", { class: "quiet" }, word(isKeyed(id) ? "keyed" : "notKeyed")),
  );
  dialog.querySelector("h2")?.setAttribute("dir", "auto");
  if (prints.has(id)) dialog.append(make("p", { class: "problem" }, word("looksAlike")));
}

/** The id of a key in groups, to be read out and compared. @param {string} id */
function fingerprintOf(id) {
  return id.slice(2).match(/.{4}/g)?.join(" ") ?? id;
}
