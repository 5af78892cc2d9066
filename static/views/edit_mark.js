/** Marks in the log the message that is being edited, for eyes and for a screen reader. @module */

import { byId, make } from "../dom.js";
import { word } from "../words.js";
import { messageAt } from "./message.js";

/** @import { Item } from "../client/room.js" */

/** @param {import("../page_state.js").PageState} page */
export function markEdited(page) {
  /** @type {HTMLElement | undefined} */
  let marked;
  // For those who read on in the log: a row that has the focus is described.
  const mark = make("span", { class: "unseen editing-here" }, word("editing"));
  const show = () => {
    const message = page.writing.edit?.message;
    const rows = message && /** @type {NodeListOf<HTMLElement>} */ (byId("log").querySelectorAll(".row"));
    const row = rows && [...rows].find((each) => isSame(message, messageAt(each)));
    if (row === marked) return;
    marked?.classList.remove("editing");
    marked?.removeAttribute("aria-description");
    mark.remove();
    marked = row;
    if (row === undefined) return;
    row.classList.add("editing");
    row.ariaDescription = word("editing");
    row.append(mark);
  };
  for (const type of /** @type {const} */ (["shown", "writing"])) page.on(type, show);
  show();
}

/** Its row may have been made before it had a number, or in an earlier visit. @param {Item} message @param {Item | undefined} shown */
function isSame({ id, nonce, seq }, shown) {
  if (shown === undefined || shown.id !== id) return false;
  return nonce === undefined ? shown.seq === seq : shown.nonce === nonce;
}
