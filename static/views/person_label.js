/** Somebody's name, told from those that could be taken for it. @module */

import { make, nameLabel } from "../dom.js";

/** @import { PageState } from "../page_state.js" */

/** A name with what tells it apart, if anything has to. @param {PageState} page @param {string} id @param {string} name */
export function personLabel(page, id, name) {
  const print = printLabel(page, id);
  const label = nameLabel(name, "");
  return print === undefined ? label : make("span", {}, label, " ", print);
}

/** What tells somebody from others whose names look like this one's. @param {PageState} page @param {string} id */
export function printLabel({ prints }, id) {
  const print = prints.get(id);
  return print === undefined ? undefined : make("code", { class: "print", dir: "ltr" }, print);
}
