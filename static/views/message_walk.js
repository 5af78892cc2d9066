/** The keyboard among the messages: one of them is in the order of Tab, and arrows lead to the others. @module */

import { byId } from "../dom.js";
import { timeLabel } from "../formats.js";
import { word } from "../words.js";
import { messageAt } from "./message.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** The one in the order of Tab. @type {HTMLElement | undefined} */
let current;
/** @type {Item | undefined} */
let currentItem;

/** @param {PageState} page */
export function walkRows(page) {
  const log = byId("log");
  addEventListener("keydown", ({ key }) => key === "Tab" && enter(log), { capture: true });
  log.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = rowBy(event);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });
  // What was sent has another row once it is stored; and what is gone must not leave the focus nowhere.
  page.on("shown", () => {
    if (current === undefined || current.isConnected || document.activeElement !== document.body) return;
    const nonce = currentItem?.nonce;
    const next = nonce === undefined ? undefined : allRows().findLast((row) => messageAt(row)?.nonce === nonce);
    current = undefined;
    if (next === undefined) return log.focus({ preventScroll: true });
    next.tabIndex = 0;
    next.focus({ preventScroll: true });
  });
}

/** Makes a row the one in the order of Tab, and says what it is. @param {HTMLElement} row */
export function nameRow(row) {
  const item = messageAt(row);
  if (item === undefined) return;
  currentItem = item;
  const { name, ts, text } = item;
  row.ariaLabel = `${word("messageOf", { name, time: timeLabel(ts) })}: ${text || word("deletedMessage")}`;
  if (item.unknown !== undefined) row.ariaLabel = row.querySelector(":scope > .text")?.textContent ?? "";
  if (current === row) return;
  current?.removeAttribute("tabindex");
  current?.removeAttribute("aria-label");
  current = row;
  row.tabIndex = 0;
}

/** @returns {HTMLElement[]} */
function allRows() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#log .row"))];
}

/** Before Tab is carried out: it shall come to the last message in view, or to the one where it was. @param {HTMLElement} log */
function enter(log) {
  const { top, bottom } = log.getBoundingClientRect();
  const isInView = (/** @type {Element} */ row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  };
  if (current?.isConnected && (isInView(current) || current.contains(document.activeElement))) return;
  const row = allRows().findLast(isInView);
  if (row !== undefined) nameRow(row);
}

/** @param {KeyboardEvent} event */
function rowBy({ key, target }) {
  const rows = allRows();
  if (key === "Escape" && target !== current && current?.contains(/** @type {Node} */ (target))) return current;
  const at = rows.findIndex((row) => row.contains(/** @type {Node} */ (target)));
  if (at < 0) return undefined;
  const next = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1], Home: rows[0], End: rows.at(-1) }[key];
  if (next !== undefined) next.tabIndex = 0;
  return next;
}
