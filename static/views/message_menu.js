/** The menu of a message: everything that one may do with it. @module */

import { button, make } from "../dom.js";
import { timeLabel } from "../formats.js";
import { word } from "../words.js";
import { ACTS, mayWith, toggle } from "./message_table.js";
import { openPopup } from "./popup.js";
import { nextByKey } from "./roving.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** @param {PageState} page @param {Item} item @param {HTMLElement} row */
export function openMenu(page, item, row) {
  const may = mayWith(page, item);
  const label = word("messageOf", { name: item.name, time: timeLabel(item.ts) });
  const menu = make("div", { class: "menu", role: "menu", "aria-label": label });
  const entry = (/** @type {string} */ said, /** @type {() => void} */ act, attributes = {}) =>
    button(said, () => (popup.close(), act()), { role: "menuitem", tabindex: "-1", ...attributes });
  const quick = may.react
    ? QUICK.map((emoji) =>
      entry(emoji, () => toggle(page, item, emoji), { "aria-label": word("reactWith", { emoji }) })
    )
    : [];
  if (quick.length > 0) menu.append(make("div", { class: "quick", role: "group" }, ...quick));
  const acts = Object.entries(ACTS).filter(([name, { needs }]) => name !== "like" && may[needs]);
  const entries = acts.map(([name, { said, key, run }]) => {
    const each = entry(word(said), () => run(page, item, row), { "data-do": name });
    if (key === undefined) return each;
    each.ariaKeyShortcuts = key;
    each.append(make("kbd", { "aria-hidden": "true" }, key === "Delete" ? word("keyDelete") : key.toUpperCase()));
    return each;
  });
  menu.append(...entries);
  const lines = [...(quick.length > 0 ? [quick] : []), ...entries.map((each) => [each])];
  menu.addEventListener("keydown", (event) => {
    const next = nextByKey(lines, event);
    // A menu is left as a whole.
    if (event.key === "Tab") popup.close();
    if (next === undefined && event.key !== "Tab") return;
    event.preventDefault();
    next?.focus();
  });
  const quote = make(
    "p",
    { class: "menu-of quiet cut", "aria-hidden": "true" },
    make("bdi", {}, item.name),
    ": ",
    make("bdi", {}, item.text),
  );
  const popup = openPopup(row, label, quote, menu);
  lines[0]?.[0]?.focus();
}
