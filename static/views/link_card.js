/** What the page knows of its connection, in numbers, to one who asks. @module */

import { make } from "../dom.js";
import { lasting } from "../exact_formats.js";
import { gapBefore } from "../gaps.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showLink(page) {
  const lines = make("div", { class: "lines" });
  const show = () => lines.replaceChildren(...linesOf(page).map((line) => make("p", {}, line)));
  show();
  const dialog = showDialog(word("connection"), lines);
  const timer = setInterval(show, 1000);
  dialog.addEventListener("close", () => clearInterval(timer));
}

/** @param {PageState} page */
function linesOf(page) {
  const { link, unsent, timeline, world } = page;
  const { phase } = link.state;
  const nowMs = world.elapsed();
  const state = phase === "online"
    ? [
      word("connectedFor", { time: lasting(nowMs - link.enteredMs) }),
      word("lastCheck", { time: lasting(nowMs - link.checkedMs) }),
    ]
    : [word(phase)];
  const waits = unsent.count > 0 ? [word("waitToBeSent", { count: unsent.count })] : [];
  return [...state, missing(labelOf(page, page.room.name), timeline), ...waits];
}

/** What the window of a room lacks. @param {string} room what it is called @param {PageState["timeline"]} timeline */
function missing(room, timeline) {
  const { items } = timeline;
  if (items.length === 0) return word("nothingHere", { room });
  const places = timeline.tail ? [...items, timeline.room.end] : items;
  const gaps = places.flatMap((place, i) => gapBefore(timeline.room, items[i - 1], place) ?? []);
  if (gaps.length === 0) return word("nothingMissing", { room });
  const count = gaps.some((gap) => gap.count === undefined)
    ? undefined
    : gaps.reduce((sum, gap) => sum + (gap.count ?? 0), 0);
  return count === undefined ? word("someMissing", { room }) : word("countMissing", { room, count });
}
