/** The quiet line in the place of a message of somebody whom one ignores. @module */

import { button } from "../dom.js";
import { word } from "../words.js";

/** @import { Item } from "../client/room.js" */

/** @param {HTMLElement} row @param {Item} item */
export function coverMessage(row, { name }) {
  if (row.querySelector(":scope > .cover") !== null) return;
  const open = button(word("ignoredMessage", { name }), () => {
    row.classList.add("opened");
    row.tabIndex = -1;
    row.focus();
  }, { class: "cover quiet" });
  row.append(open);
}
