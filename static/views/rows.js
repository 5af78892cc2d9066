/** The rows of the log: a message with its author and time, and what stands above and below it. @module */

import { byPlace } from "../client/room.js";
import { faceOf, initialOf, make, nameLabel } from "../dom.js";
import { dayLabel, dayOf, timeLabel } from "../formats.js";
import { hueOf } from "../hues.js";
import { word } from "../words.js";
import { extrasNow } from "./message.js";

/** @import { Item, Place } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @type {HTMLElement | undefined} */
let blank;

/**
 * Every row is a copy of one, which costs less than to make its elements. That is made with the first row: the first letter of a name takes a while.
 * Its button is for those who read with a screen reader: the bar of a message comes to a mouse, a finger or the focus only.
 */
function blankRow() {
  blank ??= make(
    "li",
    {},
    faceOf(""),
    make("p", { class: "who" }, nameLabel("", "name"), " ", make("time", {})),
    make("div", { class: "text", dir: "auto" }),
    make("button", {
      class: "unseen",
      type: "button",
      tabindex: "-1",
      "data-act": "menu",
      "aria-haspopup": "menu",
      "aria-label": word("more"),
    }),
  );
  return /** @type {HTMLElement} */ (blank.cloneNode(true));
}

/** A row without its content: `message.js` puts that in. @param {PageState} page @param {Item} item */
export function makeRow(page, item) {
  const row = blankRow();
  row.className = `row ${hueOf(item.id)} ${item.id === page.me.id ? "mine" : ""}`;
  const [face, name, time] = row.querySelectorAll(".face, .name, time");
  face?.replaceChildren(initialOf(item.name));
  name?.replaceChildren(item.name);
  time?.append(timeLabel(item.ts));
  time?.setAttribute("datetime", new Date(item.ts).toISOString());
  if (page.prints.size > 0) extrasNow()?.showPrint(page, row, item);
  return row;
}

/**
 * Shows what stands between a message and the one before: day line, gap, and the line "New".
 *
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item | undefined} before
 * @param {Item} item
 * @param {(done: () => void) => void} load fetches what is missing
 * @returns {boolean} whether there is anything
 */
export function separate({ room, reading }, row, before, item, load) {
  const gap = extrasNow()?.gapMark(room, before, item, load);
  const isNew = isFirstBehind(reading.of(room).divider, before, item);
  const isNextDay = before === undefined || dayOf(before.ts) !== dayOf(item.ts);
  if (row.firstElementChild?.className === "above") row.firstElementChild.remove();
  if (!gap && !isNextDay && !isNew) return false;
  const above = make("div", { class: "above" });
  if (isNew) above.append(make("div", { class: "mark bar quiet new" }, word("newHere")));
  if (gap) above.append(gap);
  if (isNextDay) above.append(make("div", { class: "mark bar quiet day" }, dayLabel(item.ts)));
  row.prepend(above);
  return true;
}

/** Whether a message is the first one behind a place. @param {Place | undefined} place @param {Item | undefined} before @param {Item} item */
function isFirstBehind(place, before, item) {
  if (place === undefined || byPlace(item, place) <= 0) return false;
  return before === undefined ? item.era === place.era && item.from <= place.seq + 1 : byPlace(before, place) <= 0;
}
