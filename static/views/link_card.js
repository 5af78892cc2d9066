/** What the page knows of its connection, in numbers, to one who asks. @module */

import { make } from "../dom.js";
import { lasting } from "../exact_formats.js";
import { gapBefore } from "../gaps.js";
import { number, word } from "../words.js";
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
function linesOf({ link, unsent, timeline, world }) {
  const { phase } = link.state;
  const nowMs = world.elapsed();
  const state = phase === "online"
    ? [
      word("connectedFor", { time: lasting(nowMs - link.openedMs) }),
      word("lastCheck", { time: lasting(nowMs - link.checkedMs) }),
    ]
    : [word(phase)];
  const waits = unsent.count > 0 ? [word("waitToBeSent", { count: unsent.count })] : [];
  return [...state, missing(timeline), ...waits];
}

/** What the window of the shown room has, and what it lacks. @param {PageState["timeline"]} timeline */
function missing({ room, items, tail }) {
  const first = items[0];
  const last = items.at(-1);
  if (first === undefined || last === undefined) return word("nothingHere", { room: room.name });
  const gaps = items.flatMap((item, i) => gapBefore(room, items[i - 1], item) ?? []);
  const end = tail ? gapBefore(room, last, room.end) : undefined;
  if (end !== undefined) gaps.push(end);
  const place = { room: room.name, from: number(first.seq), to: number(last.seq) };
  if (gaps.length === 0) return word("nothingMissing", place);
  const count = gaps.some((gap) => gap.count === undefined)
    ? undefined
    : gaps.reduce((sum, gap) => sum + (gap.count ?? 0), 0);
  return count === undefined ? word("someMissing", place) : word("countMissing", { ...place, count });
}
