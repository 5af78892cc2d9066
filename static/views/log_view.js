/**
 * The log on the screen: one row for each message of the shown room. Keeps the
 * newest message in view while the reader follows, and every row where it is while the reader does not.
 *
 * @module
 */

import { RECENT_MESSAGES } from "../client/limits.js";
import { byId, hide, soon } from "../dom.js";
import * as limits from "../limits.js";
import { Pending } from "./pending.js";
import { keyOf, RowList } from "./row_list.js";

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
  #changed = soon(
    () => this.flush(),
    () => this.#fresh > limits.READABLE_ROWS ? limits.FLUSH_BUSY_MS : limits.FLUSH_MS,
  );
  /** How many rows came the last time. */
  #fresh = 0;
  #loading = false;
  /** Its height, when it was last put right. */
  #height = 0;
  #inputMs = -Infinity;
  #held = false;
  /** @type {{ row: Element, offset: number } | undefined} */
  #anchor;

  /** @param {PageState} page */
  constructor(page) {
    this.#page = page;
    this.#stored = new RowList(page, this.#rows, (item, done) => this.#load(item, done));
    this.#sending = new Pending(page, this.#pending, (place, done) => this.#load(place, done));
    page.on("room", () => this.#show());
    page.on("messages", this.#changed);
    page.on("sent", () => this.#toBottom());
    for (const type of /** @type {const} */ (["prints", "settings"])) page.on(type, () => this.restyle());
    this.#listen();
  }

  #show() {
    this.#loading = false;
    this.#anchor = undefined;
    this.#stored.clear();
    this.#sending.clear();
    this.flush();
    this.#page.tell("jumped");
  }

  #toBottom() {
    this.#page.timeline.jump();
    this.flush();
    this.#page.tell("jumped");
  }

  /** Shows anew what is around the messages, too. */
  restyle() {
    this.#restyle = true;
    this.#changed();
  }

  flush() {
    this.#showTop();
    const { room, reading, timeline, unsent } = this.#page;
    this.#restyle ||= this.#divider !== reading.of(room).divider;
    this.#divider = reading.of(room).divider;
    const may = [...room.may].join();
    this.#restyle ||= this.#may !== may;
    this.#may = may;
    const changes = unsent.of(room.name);
    const items = timeline.items.map((item) => /** @type {const} */ ([keyOf(item), item]));
    this.#fresh = this.#stored.show(new Map(items), changes, this.#restyle);
    this.#sending.show(changes, this.#restyle, timeline);
    this.#restyle = false;
    // It asks for the layout, which an empty log need not wait for.
    if (items.length > 0 || changes.length > 0) this.#settle();
    hide(this.#jump, timeline.follow);
    this.#fetch();
    this.#page.tell("shown");
  }

  /** Puts the scroll position right after a change: at the end, or so that the rows in view stay where they are. */
  #settle() {
    this.#height = this.#log.clientHeight;
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

  /** The first row that ends below a height of the screen. @param {number} y @returns {Element | undefined} */
  rowAt(y) {
    const rows = this.#rows.children;
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > y) high = middle;
      else low = middle + 1;
    }
    return rows[low];
  }

  /** Remembers where the first row in view is. */
  #drop() {
    const { top } = this.#log.getBoundingClientRect();
    const row = this.rowAt(top);
    const text = row?.querySelector(":scope > .text");
    this.#anchor = text ? { row: text, offset: this.#offsetOf(text) } : undefined;
  }

  /** The row of a message. @param {Place} place */
  row(place) {
    return this.#stored.row(keyOf(place));
  }

  /** Scrolls by so much, and stays there. @param {number} px */
  scrollBy(px) {
    // What leads back to the end is shown.
    if (this.#page.timeline.follow) this.#changed();
    this.#page.timeline.follow = false;
    this.#log.scrollTop += px;
    this.#scrolled();
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
    // Nor does a bar that has just taken height from the log.
    if (bottom !== timeline.follow && (bottom || (reader && log.clientHeight === this.#height))) {
      timeline.follow = bottom;
      this.#changed();
    }
    if (timeline.follow) return this.#page.tell("moved");
    // A finger's swing goes on after the last touch.
    if (reader) this.#inputMs = nowMs;
    this.#drop();
    this.#page.tell("moved");
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
      this.#page.browse(({ loadBefore }) => loadBefore(timeline, timeline.items[0] ?? timeline.room.end, done), done);
    } else if (!timeline.tail && log.scrollHeight - log.scrollTop - log.clientHeight < limits.FETCH_PX) {
      this.#loading = true;
      this.#page.browse(({ loadNewer }) => loadNewer(timeline, done), done);
    }
  }

  #showTop() {
    const { room, start } = this.#page.timeline;
    hide(byId("earlier"), room.epoch === "" || start);
    hide(byId("beginning"), room.epoch === "" || !start);
  }

  /** Fetches the missing messages before a place, because the reader asked for them. @param {Place} place @param {() => void} done */
  #load(place, done) {
    this.#drop();
    const { timeline } = this.#page;
    timeline.follow = false;
    this.#page.browse(({ loadBefore }) => loadBefore(timeline, place, done), done);
  }
}
