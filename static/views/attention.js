/** What the reader has seen: that is read. @module */

import { byPlace, firstBehind, indexOf } from "../client/room.js";
import { byId } from "../dom.js";
import { dayOf } from "../formats.js";
import { keepRead, leaveUnread, lookAtEnd, reach, skip } from "../read_marks.js";
import { messageAt } from "./message.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { LogView } from "./log_view.js" */

/** @param {PageState} page @param {LogView} log */
export function watchAttention(page, log) {
  const { reading } = page;
  const look = (hasJumped = false) => {
    const { room, timeline } = page;
    const looks = timeline.landed && document.visibilityState === "visible" && document.hasFocus();
    const read = reading.of(room);
    if (looks && read.unread > 0) {
      if (isAhead(page, log)) skip(reading, room, false);
      else if (timeline.follow && (hasJumped || lastWhole(page) !== timeline.items.at(-1))) skip(reading, room, true);
    }
    lookAtEnd(reading, room, looks && timeline.follow);
    if (!looks || timeline.follow || read.skipped || read.unread === 0) return;
    const [seen, whole] = [lastInView(log), lastWhole(page)];
    if (seen === undefined || whole === undefined || seen.era !== room.era) return;
    reach(reading, room, byPlace(seen, whole) < 0 ? seen : whole);
  };
  page.on("moved", () => look());
  page.on("jumped", () => look(true));
  page.on("left", (room) => leaveUnread(reading, room));
  // What was missing has come, perhaps.
  page.on("shown", () => !page.timeline.follow && look());
  page.on("link", () => {
    if (page.link.online) return;
    page.timeline.interrupt();
    look();
  });
  for (const type of ["focus", "blur", "visibilitychange"]) {
    addEventListener(type, () => {
      // What has just come has no row yet, and would be taken for passed over.
      log.flush();
      look(true);
    });
  }
  const keep = () => keepRead(reading, page.room);
  addEventListener("pagehide", keep);
  let day = dayOf(Date.now());
  // From time to time, not with each message: it goes to the disk.
  setInterval(() => {
    keep();
    if (day === dayOf(Date.now())) return;
    // Timers stand still while the computer sleeps: so the day is looked at, not waited for.
    day = dayOf(Date.now());
    log.restyle();
  }, 1000);
}

/**
 * Whether the first message that is unread is in view, or still to come as one reads on. One who is at the newest message reads on no more:
 * then nothing may be missing in between, either.
 *
 * @param {PageState} page
 * @param {LogView} log
 */
export function isAhead(page, log) {
  const { room, reading, timeline: { follow, items } } = page;
  const { to } = reading.of(room);
  const first = firstBehind(items, { era: room.era, seq: to.seq });
  if (first === undefined) return true;
  if (first === items[0] && first.from > to.seq + 1) return false;
  if (follow && lastWhole(page) !== items.at(-1)) return false;
  return topOf(log, first) >= 0;
}

/** How far below the top of the log a message begins, with what is above it. @param {LogView} log @param {Item} item */
export function topOf(log, item) {
  return (log.row(item)?.getBoundingClientRect().top ?? -Infinity) - byId("log").getBoundingClientRect().top;
}

/** The last message of which the reader sees the end. @param {LogView} log */
function lastInView(log) {
  const { bottom } = byId("log").getBoundingClientRect();
  const row = log.rowAt(bottom);
  const isWhole = row && row.getBoundingClientRect().bottom <= bottom;
  return messageAt((isWhole ? row : row?.previousElementSibling) ?? null);
}

/** The last message up to which none is missing that is unread and can be had. @param {PageState} page */
function lastWhole({ room, reading, timeline: { items } }) {
  let { seq } = reading.of(room).to;
  let last;
  for (let i = indexOf(items, { era: room.era, seq: seq + 1 }); i < items.length; i++) {
    const item = /** @type {Item} */ (items[i]);
    if (item.from > Math.max(seq + 1, room.keptFrom)) break;
    last = item;
    seq = item.seq;
  }
  return last;
}
