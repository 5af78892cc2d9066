/** Where one comes to in a room: at what is unread, else where one was; and the way there and back. @module */

import { loadAfter, loadBefore, showAt } from "../browsing.js";
import { firstBehind, indexOf } from "../client/room.js";
import { button, byId, make, soon } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import { dayLabel, dayOf, timeLabel } from "../formats.js";
import { CALLED_CHARACTERS, FETCH_PX } from "../limits.js";
import { markRead, skip } from "../read_marks.js";
import { number, word } from "../words.js";
import { isAhead, topOf } from "./attention.js";
import { messageAt } from "./message.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Timeline } from "../timeline.js" */
/** @import { LogView } from "./log_view.js" */

/** @param {PageState} page @param {LogView} log */
export function returnTo(page, log) {
  const arrive = () => {
    if (!page.timeline.landed && page.room.joined) land(page, log);
  };
  page.on("shown", arrive);
  page.on("sent", () => page.timeline.written());
  page.on("show", (seq) => show(page, log, seq, () => {}));
  page.on("moved", () => noteSpot(page, log));
  page.on("jumped", () => noteSpot(page, log));
  const fill = filler(page, log);
  for (const type of /** @type {const} */ (["shown", "moved"])) page.on(type, fill);
  const pills = soon(() => showPills(page, log));
  for (const type of /** @type {const} */ (["shown", "moved", "jumped", "rooms"])) page.on(type, pills);
  arrive();
}

/** Notes where the reader is, unless at the newest message. @param {PageState} page @param {LogView} log */
function noteSpot({ room, reading, timeline }, log) {
  if (!timeline.landed) return;
  const first = timeline.follow ? undefined : messageAt(log.rowAt(byId("log").getBoundingClientRect().top) ?? null);
  reading.of(room).spot = first && { seq: first.seq, px: topOf(log, first) };
}

/**
 * Makes what fetches messages that are missing near what the reader sees, from the side on which the reader is: once the reader is there.
 *
 * @param {PageState} page
 * @param {LogView} log
 */
function filler(page, log) {
  /** Where a page of them is under way. @type {Timeline | undefined} */
  let filling;
  return () => {
    const { room, timeline } = page;
    if (filling === timeline || timeline.follow || !room.joined) return;
    const { top, bottom } = byId("log").getBoundingClientRect();
    const isNear = (/** @type {Element} */ mark) => {
      const at = mark.getBoundingClientRect();
      return at.bottom > top - FETCH_PX && at.top < bottom + FETCH_PX;
    };
    const mark = [...byId("log").querySelectorAll(".gap:has(button)")].find(isNear);
    if (mark === undefined) return;
    const place = messageAt(mark) ?? room.end;
    const before = timeline.items[indexOf(timeline.items, place) - 1];
    const isBelow = mark.getBoundingClientRect().top > Number(log.rowAt(top)?.getBoundingClientRect().top);
    const done = () => void (filling = undefined);
    filling = timeline;
    if (before?.era === room.era && isBelow) loadAfter(timeline, before, done);
    else loadBefore(timeline, place, done);
  };
}

/** @param {PageState} page @param {LogView} log */
function land(page, log) {
  const { room, reading, timeline } = page;
  const { wanted, wrote } = timeline.land();
  if (wanted !== undefined) {
    return show(page, log, wanted, () => {
      timeline.jump();
      reading.of(room).spot = undefined;
      land(page, log);
    });
  }
  const { unread, skipped, spot } = reading.of(room);
  if (wrote) {
    // One who wrote meanwhile stays at what was written; below, one who was reading above stays there.
    skip(reading, room, unread > 0);
  } else if (timeline.follow && unread > 0 && !skipped && !isAhead(page, log)) {
    // One who has passed over it before would be taken there again by each break of the line.
    skip(reading, room, true);
    goToUnread(page, log);
  } else if (timeline.follow && unread === 0 && spot !== undefined) {
    bring(page, log, { seq: spot.seq - 1 }, spot.px);
  }
  page.tell("moved");
}

/** Goes to the first message that is unread, with some of those before it. @param {PageState} page @param {LogView} log */
function goToUnread(page, log) {
  bring(page, log, page.reading.of(page.room).to, byId("log").clientHeight / 4);
}

/**
 * Brings the first message behind a place into view, from wherever it is.
 *
 * @param {PageState} page
 * @param {LogView} log
 * @param {{ seq: number, ordinal?: number }} mark
 * @param {number} px how far below the top of the log
 */
function bring(page, log, mark, px) {
  const { room, timeline } = page;
  const place = { era: room.era, seq: mark.seq };
  const put = () => {
    if (page.timeline !== timeline) return;
    const first = firstBehind(timeline.items, place);
    if (first !== undefined) log.scrollBy(topOf(log, first) - px);
    page.tell("moved");
  };
  timeline.follow = false;
  const first = firstBehind(timeline.items, place);
  if (first !== undefined && (first !== timeline.items[0] || first.from <= mark.seq + 1)) return put();
  showAt(timeline, mark, () => {
    if (page.timeline === timeline) log.flush();
    put();
  });
}

/**
 * Shows a message, wherever it is, so that it is noticed.
 *
 * @param {PageState} page
 * @param {LogView} log
 * @param {number} seq
 * @param {() => void} otherwise what to do if it is gone
 */
function show(page, log, seq, otherwise) {
  const { room, timeline } = page;
  const place = { era: room.era, seq };
  showAt(timeline, { seq }, () => {
    if (page.timeline !== timeline) return;
    log.flush();
    const row = log.row(place);
    if (row === undefined) {
      page.tell("notice", word("noSuchMessage"));
      return otherwise();
    }
    const { top } = byId("log").getBoundingClientRect();
    log.scrollBy(row.getBoundingClientRect().top - top - byId("log").clientHeight / 3);
    for (const other of document.querySelectorAll(".found")) other.classList.remove("found");
    row.classList.add("found");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
  });
}

/** What is unread above, and what is new below. @param {PageState} page @param {LogView} log */
function showPills(page, log) {
  const { room, reading, timeline } = page;
  const { unread, skipped, to } = reading.of(room);
  const isPassed = skipped && unread > 0;
  let since = document.getElementById("since");
  if (since !== null || isPassed) {
    since ??= makeSince(page, log);
    since.hidden = !isPassed;
    const time = to.ts === undefined ? "" : dayOf(to.ts) === dayOf(Date.now()) ? timeLabel(to.ts) : dayLabel(to.ts);
    say(since.querySelector("button"), `↑ ${word(time === "" ? "newMessages" : "newSince", { count: unread, time })}`);
  }
  if (timeline.follow) return;
  const last = room.recent.findLast(({ id, deleted, unknown }) => id !== page.me.id && !deleted && !unknown);
  const isBelow = unread > 0 && !skipped && last !== undefined;
  const said = isBelow
    ? `${number(unread)} · ${last.name}: ${excerptOf(last.text, CALLED_CHARACTERS)}`
    : word("jumpToNewest");
  say(byId("jump"), `↓ ${said}`);
}

/** @param {Element | null} element @param {string} text */
function say(element, text) {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** @param {PageState} page @param {LogView} log */
function makeSince(page, log) {
  const go = button("", () => {
    goToUnread(page, log);
    byId("log").focus({ preventScroll: true });
  });
  const mark = button(word("markRead"), () => {
    markRead(page.reading, page.room);
    page.tell("messages");
    byId("field").focus();
  });
  const since = make("div", { id: "since", class: "filled bar", role: "group" }, go, mark);
  byId("jump").before(since);
  return since;
}
