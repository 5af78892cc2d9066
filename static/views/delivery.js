/** How far a message on its way has got, and the changes of one. @module */

import { button, make } from "../dom.js";
import { word } from "../words.js";
import { later } from "./later.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Item } from "../client/room.js" */
/** @import { Key } from "../words/en.js" */
/** @import { PageState } from "../page_state.js" */

/** What is said while it takes long. A reaction is at its button, and a deletion in the place of the text. @type {Record<string, Key>} */
const WORDS = { publish: "sending", edit: "saving" };

/**
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Entry[]} entries
 * @param {Item} [item] the message that they change, as far as it is there
 */
export function showDelivery(page, row, entries, item) {
  if (entries.length === 0 && row.dataset.look === undefined) return;
  const failed = entries.filter(({ state }) => state === "failed");
  const pending = entries.flatMap(({ type = "publish", state }) => state === "pending" ? WORDS[type] ?? [] : []);
  const isHeld = entries.some(({ state }) => state === "held");
  const look = JSON.stringify([pending, isHeld, failed, failed.length > 0 && item?.version]);
  if (row.dataset.look === look) return;
  row.dataset.look = look;
  row.classList.toggle("failed", failed.some(({ type }) => type === undefined));
  row.classList.toggle("sending", entries.some(({ type, state }) => type === undefined && state === "pending"));
  row.querySelectorAll(":scope > .state").forEach((each) => each.remove());
  row.append(...pending.map((said) => make("div", { class: "state waiting quiet" }, word(said))));
  if (isHeld) row.append(make("div", { class: "state bar" }, button(word("undo"), () => {}, { "data-act": "undo" })));
  if (failed.length === 0) return;
  later(page, "refusals", ({ showRefusal }) => {
    if (row.dataset.look === look) row.append(...failed.map((entry) => showRefusal(page, entry, item)));
  });
}
