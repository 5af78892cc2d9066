/**
 * The log on the screen: one row for each message of the shown room. Keeps the
 * newest message in view while the reader follows, and every row where it is while the reader does not.
 *
 * @module
 */

import { itemOf } from "../acts.js";
import { RECENT_MESSAGES } from "../client/limits.js";
import { byId, make, soon } from "../dom.js";
import * as limits from "../limits.js";
import { word } from "../words.js";
import { showStrays } from "./message.js";
import { RowList } from "./row_list.js";
import { explainTime, gapMark } from "./rows.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Place } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

export class LogView {
  #page;
  #log = byId("log");
  #rows = byId("rows");
  #pending = byId("pending");
  #jump = byId("jump");
  /** Those that the server has, by place. */
  #stored;
  /** Those on their way, by nonce. */
  #sending;
  /** Whether marks that hang on the rows have changed. */
  #restyle = false;
  /** @type {Place | undefined} */
  #divider;
  #may = "";
  /** The messages may have changed: brings the log up to date. */
  #changed = soon(() => this.#flush());
  #loading = false;
  #inputMs = -Infinity;
  #held = false;
  /** @type {{ row: Element, offset: number } | undefined} */
  #anchor;
  #newer = 0;

  /** @param {PageState} page */
  constructor(page) {
    this.#page = page;
    this.#stored = new RowList(page, this.#rows, (item, done) => this.#load(item, done));
    this.#sending = new RowList(page, this.#pending, (item, done) => this.#load(item, done));
    page.on("room", () => this.#show());
    page.on("messages", this.#changed);
    page.on("sent", () => this.#toBottom());
    for (const type of /** @type {const} */ (["prints", "settings"])) {
      page.on(type, () => {
        this.#restyle = true;
        this.#changed();
      });
    }
    page.on("show", (seq) => this.#showAt(seq));
    page.on("news", () => {
      if (!page.timeline.follow) this.#newer++;
    });
    this.#listen();
    this.#relabelAtMidnight();
  }

  #show() {
    this.#loading = false;
    this.#newer = 0;
    this.#anchor = undefined;
    this.#stored.clear();
    this.#sending.clear();
    this.#flush();
  }

  #toBottom() {
    this.#newer = 0;
    this.#page.jump();
    this.#flush();
  }

  /** While one writes, these keys scroll the log. @param {KeyboardEvent} event */
  #pressedInField(event) {
    if (event.isComposing || (event.key !== "PageUp" && event.key !== "PageDown")) return;
    event.preventDefault();
    this.#inputMs = performance.now();
    this.#log.scrollBy({ top: (event.key === "PageUp" ? -0.85 : 0.85) * this.#log.clientHeight });
  }

  #flush() {
    this.#showTop();
    const { room, reading, timeline, unsent } = this.#page;
    this.#restyle ||= this.#divider !== reading.of(room).divider;
    this.#divider = reading.of(room).divider;
    const may = [...room.may].join();
    this.#restyle ||= this.#may !== may;
    this.#may = may;
    const changes = unsent.of(room.name);
    const items = timeline.items.map((item) => /** @type {const} */ ([keyOf(item), item]));
    this.#stored.show(new Map(items), changes, this.#restyle);
    this.#showPending(changes);
    this.#restyle = false;
    this.#settle();
    this.#jump.hidden = timeline.follow;
    this.#jump.textContent = word(this.#newer > 0 ? "jumpToNewer" : "jumpToNewest", { count: this.#newer });
    this.#fetch();
    this.#page.tell("shown");
  }

  /** Puts the scroll position right after a change: at the end, or so that the rows in view stay where they are. */
  #settle() {
    if (this.#page.timeline.follow) {
      this.#log.scrollTop = 1e9;
    } else if (this.#anchor?.row.isConnected) {
      // By how much the content has moved, not the view: the reader may be scrolling at this very moment.
      const offset = this.#offsetOf(this.#anchor.row);
      const moved = offset - this.#anchor.offset;
      this.#anchor.offset = offset;
      if (Math.abs(moved) >= 0.5) this.#log.scrollTop += moved;
    }
  }

  /** How far below the beginning of the log's content something is. @param {Element} row */
  #offsetOf(row) {
    return row.getBoundingClientRect().top - this.#log.getBoundingClientRect().top + this.#log.scrollTop;
  }

  /** Remembers where the first row in view is. */
  #drop() {
    const top = this.#log.getBoundingClientRect().top;
    const rows = this.#rows.children;
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
      else low = middle + 1;
    }
    const row = rows[low]?.querySelector(":scope > .text");
    this.#anchor = row ? { row, offset: this.#offsetOf(row) } : undefined;
  }

  #listen() {
    const log = this.#log;
    const input = () => this.#inputMs = performance.now();
    log.addEventListener("wheel", input, { passive: true });
    log.addEventListener("touchmove", input, { passive: true });
    log.addEventListener("keydown", input);
    log.addEventListener("focusin", input);
    log.addEventListener("click", input, true);
    log.addEventListener("pointerdown", () => this.#held = true);
    addEventListener("pointerup", () => this.#held = false);
    addEventListener("pointermove", (event) => this.#held &&= event.buttons > 0);
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => {
      this.#toBottom();
      log.focus({ preventScroll: true });
    });
    byId("field").addEventListener("keydown", (event) => this.#pressedInField(event));
    log.addEventListener("pointerover", explainTime);
    const resized = new ResizeObserver(() => this.#settle());
    for (const element of [log, this.#rows, this.#pending]) resized.observe(element);
  }

  #scrolled() {
    const { timeline } = this.#page;
    const log = this.#log;
    const nowMs = performance.now();
    const bottom = log.scrollHeight - log.scrollTop - log.clientHeight < limits.BOTTOM_PX && timeline.tail;
    // A bare scroll event never ends following: the browser sends those for its own reasons.
    const reader = this.#held || nowMs - this.#inputMs < limits.SCROLL_INPUT_MS;
    if (bottom !== timeline.follow && (bottom || reader)) {
      if (bottom) this.#newer = 0;
      this.#changed();
      this.#page.follow(bottom);
    }
    if (timeline.follow) return;
    // A finger's swing goes on after the last touch.
    if (reader) this.#inputMs = nowMs;
    this.#drop();
    this.#fetch();
  }

  /** Fetches more where the reader is near an end of what is shown. */
  #fetch() {
    const { timeline } = this.#page;
    if (this.#loading || !timeline.room.joined) return;
    const log = this.#log;
    // A reader who follows has no use for older messages, unless they would fill the screen.
    if (timeline.follow && timeline.items.length >= RECENT_MESSAGES) return;
    const done = () => void (this.#loading = false);
    if (!timeline.start && log.scrollTop < (timeline.follow ? 1 : limits.FETCH_PX)) {
      this.#loading = true;
      timeline.load(timeline.items[0] ?? timeline.room.end, done);
    } else if (!timeline.tail && log.scrollHeight - log.scrollTop - log.clientHeight < limits.FETCH_PX) {
      this.#loading = true;
      timeline.loadNewer(done);
    }
  }

  #showTop() {
    const { room, start } = this.#page.timeline;
    byId("earlier").hidden = room.epoch === "" || start;
    byId("beginning").hidden = room.epoch === "" || !start;
    byId("beginning-name").textContent = room.name;
  }

  /** @param {Entry[]} entries */
  #showPending(entries) {
    const { timeline } = this.#page;
    const messages = entries.filter(({ type }) => type === undefined);
    const items = messages.map((entry) => /** @type {const} */ ([entry.nonce, itemOf(this.#page, entry)]));
    this.#sending.show(new Map(items), entries, this.#restyle, timeline.items.at(-1));
    this.#showFoot();
    showStrays(this.#page, entries);
    this.#pending.querySelector(".foot + .row")?.classList.remove("more");
  }

  /** A gap after the last row, before a message has come to hang the mark on. */
  #showFoot() {
    const { room, items, tail } = this.#page.timeline;
    const gap = tail ? room.gap(items.at(-1), room.end) : undefined;
    const foot = this.#pending.querySelector(".foot");
    const look = gap === undefined ? undefined : `${room.era} ${gap.count} ${gap.loadable}`;
    if (foot instanceof HTMLElement && foot.dataset.look === look) return;
    foot?.remove();
    if (gap === undefined || look === undefined) return;
    const mark = gapMark(gap, (done) => this.#load(room.end, done));
    this.#pending.prepend(make("li", { class: "foot", "data-look": look }, mark));
  }

  /** Fetches the missing messages before a place, because the reader asked for them. @param {Place} place @param {() => void} done */
  #load(place, done) {
    this.#drop();
    this.#page.follow(false);
    this.#page.timeline.load(place, done);
  }

  /** Brings a message into view that others answer, wherever it is. @param {number} seq */
  #showAt(seq) {
    const { room, timeline } = this.#page;
    this.#page.follow(false);
    timeline.show({ seq }, () => {
      if (this.#page.timeline !== timeline) return;
      this.#flush();
      const row = this.#stored.row(keyOf({ era: room.era, seq }));
      if (row === undefined) return this.#page.tell("notice", word("noSuchMessage"));
      row.scrollIntoView({ block: "center" });
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
      this.#scrolled();
      this.#drop();
    });
  }

  #relabelAtMidnight() {
    const midnight = new Date().setHours(24, 0, 0, 50);
    setTimeout(() => {
      this.#restyle = true;
      this.#changed();
      this.#relabelAtMidnight();
    }, midnight - Date.now());
  }
}

/** @param {Place} place */
function keyOf({ era, seq }) {
  return `${era} ${seq}`;
}
