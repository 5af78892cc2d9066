/** A dialog with a list that the server gives page after page. @module */

import { button, make } from "../dom.js";
import { notDone } from "../refusals.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { Of } from "../client/lines.js" */
/** `last`: what the items behind them are asked for by. @typedef {{ items: HTMLElement[], last?: number, more?: boolean }} Part */

/**
 * @param {string} title
 * @param {string} className of the list
 * @param {string} none what is said where there is nothing to list
 * @param {(before: number | undefined, reply: (part: Part | Of<"error">) => void) => void} fetch
 */
export function showPages(title, className, none, fetch) {
  const list = make("ul", { class: className });
  const status = make("p", { class: "quiet", role: "status" });
  /** @type {number | undefined} */
  let last;
  const load = () => {
    more.disabled = true;
    fetch(last, (part) => {
      more.disabled = false;
      if ("code" in part) return void (status.textContent = notDone(part));
      list.append(...part.items);
      last = part.last;
      more.hidden = part.more !== true;
      count();
    });
  };
  const more = button(word("more"), load, { hidden: "" });
  const count = () => status.textContent = list.childElementCount === 0 && more.hidden ? none : "";
  const dialog = showDialog(title, status, list, more);
  load();
  return {
    close: () => dialog.close(),
    /** Takes an item out, and leads to the next. @param {HTMLElement} item */
    drop(item) {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      (next?.querySelector("button") ?? more).focus();
      count();
    },
  };
}
