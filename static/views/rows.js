/** The rows of the log: a message with its author and time, and what stands above and below it. @module */

import { button, faceOf, hueOf, make, nameLabel } from "../dom.js";
import { dayLabel, dayOf, exactLabel, timeLabel } from "../formats.js";
import * as limits from "../limits.js";
import { word } from "../words.js";
import { printLabel } from "./person_label.js";

/** @import { Gap, Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** The full date of a row's time, made only when somebody points at it. @param {Event} event */
export function explainTime({ target }) {
  if (target instanceof HTMLTimeElement && target.title === "") {
    target.title = exactLabel(Date.parse(target.dateTime));
  }
}

/** A row without its content: `message.js` puts that in. @param {PageState} page @param {Item} item */
export function makeRow(page, item) {
  const time = make("time", { datetime: new Date(item.ts).toISOString() }, timeLabel(item.ts));
  const row = make(
    "li",
    { class: `row ${hueOf(item.id)} ${item.id === page.me.id ? "mine" : ""}` },
    faceOf(item.name),
    make("p", { class: "who" }, nameLabel(item.name, "name"), " ", time),
    make("div", { class: "text", dir: "auto" }),
  );
  if (page.prints.size > 0) showPrint(page, row, item);
  return row;
}

/** Tells the author from others whose names look like this one. @param {PageState} page @param {Element} row @param {Item} item */
export function showPrint(page, row, { id }) {
  row.querySelector(":scope > .who > .print")?.remove();
  const print = printLabel(page, id);
  if (print !== undefined) row.querySelector(":scope > .who > time")?.before(print);
}

/**
 * Shows what depends on the row before: day line, gap, the line "New", and whether the author is named again.
 *
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item | undefined} before
 * @param {Item} item
 * @param {(done: () => void) => void} load fetches what is missing
 */
export function decorate({ room, reading }, row, before, item, load) {
  const gap = room.gap(before, item);
  const { divider } = reading.of(room);
  const day = before === undefined || dayOf(before.ts) !== dayOf(item.ts);
  const fresh = divider?.seq === item.seq && divider.era === item.era;
  const near = before !== undefined && before.id === item.id && before.name === item.name &&
    item.ts - before.ts < limits.GROUP_MS;
  row.classList.toggle("more", near && !gap && !day && !fresh);
  if (row.firstElementChild?.className === "above") row.firstElementChild.remove();
  if (!gap && !day && !fresh) return;
  const above = make("div", { class: "above" });
  if (gap) above.append(gapMark(gap, load));
  if (day) above.append(make("div", { class: "mark bar quiet day" }, dayLabel(item.ts)));
  if (fresh) above.append(make("div", { class: "mark bar quiet new" }, word("newHere")));
  row.prepend(above);
}

/** @param {Gap} gap @param {(done: () => void) => void} load */
export function gapMark({ count, isBreak, loadable }, load) {
  const what = count === undefined ? word("messages") : word("messageCount", { count });
  const said = isBreak ? "historyRestarts" : loadable ? "notShown" : "notKept";
  const mark = make("div", { class: "mark bar quiet gap" }, word(said, { what }));
  if (!loadable) return mark;
  const press = button(word("load"), () => {
    press.disabled = true;
    load(() => press.disabled = false);
  });
  mark.append(press);
  return mark;
}
