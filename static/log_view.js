/**
 * The log on the screen: one row for each message of the shown room, brought up to date at most once a frame. Keeps the
 * newest message in view while the reader follows, and every row where it is while the reader does not.
 *
 * @module
 */

import { RECENT_MESSAGES } from "./client/limits.js";
import * as limits from "./limits.js";
import { render } from "./text.js";

/** @typedef {import("./client/room.js").Room} Room */
/** @typedef {import("./client/room.js").Item} Item */
/** @typedef {import("./client/room.js").Place} Place */
/** @typedef {import("./client/unsent.js").Entry} Entry */
/** @typedef {import("./timeline.js").Timeline} Timeline */

/**
 * A row as the page's template makes it: the author's disc, name and time, and the text.
 * @typedef {HTMLElement & { children: [face: HTMLElement, who: Who, text: HTMLElement] }} Row
 */
/** @typedef {HTMLElement & { firstElementChild: HTMLElement, lastElementChild: HTMLTimeElement }} Who */

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const sameYear = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

/** Midnight before a time, both in milliseconds since the epoch. @param {number} ts */
function dayOf(ts) {
  return new Date(ts).setHours(0, 0, 0, 0);
}

/** @param {number} ts */
function dayLabel(ts) {
  const day = dayOf(ts);
  if (day === dayOf(Date.now())) return "Today";
  if (day === dayOf(dayOf(Date.now()) - 1)) return "Yesterday";
  return (new Date(ts).getFullYear() === new Date().getFullYear() ? sameYear : otherYear).format(ts);
}

/** The class of somebody's colour, always the same. @param {string} id */
export function hueOf(id) {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) | 0;
  return `hue${Math.abs(hash) % 12}`;
}

/** The first letter of a name, for its disc. @param {string} name */
export function initialOf(name) {
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0] ?? [...name][0] ?? "?";
  return letter.toUpperCase();
}

/** @param {string} className @param {...(Node | string)} children */
function div(className, ...children) {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} label @param {() => void} press */
function button(label, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", press);
  return element;
}

/** The log. It owns its element's scroll position. */
export class LogView {
  #log;
  #top;
  #rows;
  #pending;
  #jump;
  #template;
  #on;
  /** @type {Timeline | undefined} */
  #timeline;
  /** @type {Map<Item, { row: HTMLElement, before: Item | undefined }>} */
  #shown = new Map();
  /** @type {Map<string, { row: HTMLElement, look: string }>} */
  #shownPending = new Map();
  #restyle = false;
  #due = false;
  #flushedMs = 0;
  #loading = false;
  #inputMs = -Infinity;
  #held = false;
  /** @type {{ row: Element, offset: number } | undefined} */
  #anchor;
  #newer = 0;
  #lastMinute = -1;
  #lastTime = "";

  /**
   * @param {object} elements
   * @param {HTMLElement} elements.log what scrolls
   * @param {HTMLElement} elements.top before the first row
   * @param {HTMLElement} elements.rows
   * @param {HTMLElement} elements.pending rows of what is on its way
   * @param {HTMLButtonElement} elements.jump
   * @param {HTMLTemplateElement} elements.template a row
   * @param {object} on
   * @param {(room: Room) => Entry[]} on.entries what is on its way in a room
   * @param {() => string} on.id the own id
   * @param {(room: Room) => Place | undefined} on.divider before which message the line "New" is
   * @param {() => void} on.moved the reader began or ceased to follow
   * @param {(entry: Entry) => void} on.retry
   * @param {(entry: Entry) => void} on.remove
   */
  constructor({ log, top, rows, pending, jump, template }, on) {
    this.#log = log;
    this.#top = top;
    this.#rows = rows;
    this.#pending = pending;
    this.#jump = jump;
    this.#template = template;
    this.#on = on;
    this.#listen();
    this.#relabelAtMidnight();
  }

  /** Shows another room. @param {Timeline} timeline */
  show(timeline) {
    this.#timeline = timeline;
    this.#loading = false;
    this.#newer = 0;
    this.#anchor = undefined;
    this.#shown.clear();
    this.#shownPending.clear();
    this.#rows.replaceChildren();
    this.#pending.replaceChildren();
    this.#flush();
  }

  /** What is shown may have changed: brings the log up to date, soon. */
  changed() {
    if (this.#due) return;
    this.#due = true;
    const waitMs = this.#flushedMs + limits.FLUSH_MS - performance.now();
    const flush = () => this.#flush();
    if (document.hidden) setTimeout(flush, limits.FLUSH_HIDDEN_MS);
    else if (waitMs <= 0) requestAnimationFrame(flush);
    else setTimeout(() => requestAnimationFrame(flush), waitMs);
  }

  /** A message came that the reader has not written. */
  came() {
    if (this.#timeline?.follow === false) this.#newer++;
  }

  /** Goes to the newest message. */
  toBottom() {
    if (this.#timeline === undefined) return;
    this.#newer = 0;
    this.#timeline.jump();
    this.#flush();
    this.#on.moved();
  }

  /** Scrolls by pages, as the reader asked by a key. @param {number} pages */
  page(pages) {
    this.#inputMs = performance.now();
    this.#log.scrollBy({ top: pages * 0.85 * this.#log.clientHeight });
  }

  #flush() {
    this.#due = false;
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    this.#flushedMs = performance.now();
    this.#showTop(timeline);
    this.#showItems(timeline);
    this.#showPending(timeline);
    this.#restyle = false;
    this.#settle();
    this.#jump.hidden = timeline.follow;
    this.#jump.textContent = this.#newer > 0 ? `Jump to newest (${this.#newer})` : "Jump to newest";
    this.#fetch();
  }

  /** Puts the scroll position right after a change: at the end, or so that the rows in view stay where they are. */
  #settle() {
    if (this.#timeline?.follow) {
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
    const row = rows[low]?.lastElementChild;
    this.#anchor = row ? { row, offset: this.#offsetOf(row) } : undefined;
  }

  #listen() {
    const log = this.#log;
    const input = () => this.#inputMs = performance.now();
    log.addEventListener("wheel", input, { passive: true });
    log.addEventListener("touchmove", input, { passive: true });
    log.addEventListener("keydown", input);
    log.addEventListener("focusin", input);
    log.addEventListener("pointerdown", () => this.#held = true);
    addEventListener("pointerup", () => this.#held = false);
    addEventListener("pointermove", (event) => this.#held &&= event.buttons > 0);
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => {
      this.toBottom();
      log.focus({ preventScroll: true });
    });
    const resized = new ResizeObserver(() => this.#settle());
    for (const element of [log, this.#rows, this.#pending]) resized.observe(element);
  }

  #scrolled() {
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    const log = this.#log;
    const nowMs = performance.now();
    const bottom = log.scrollHeight - log.scrollTop - log.clientHeight < limits.BOTTOM_PX && timeline.tail;
    // A bare scroll event never ends following: the browser sends those for its own reasons.
    const reader = this.#held || nowMs - this.#inputMs < limits.SCROLL_INPUT_MS;
    if (bottom !== timeline.follow && (bottom || reader)) {
      timeline.follow = bottom;
      if (bottom) this.#newer = 0;
      this.changed();
      this.#on.moved();
    }
    if (timeline.follow) return;
    // A finger's swing goes on after the last touch.
    if (reader) this.#inputMs = nowMs;
    this.#drop();
    this.#fetch();
  }

  /** Fetches more where the reader is near an end of what is shown. */
  #fetch() {
    const timeline = this.#timeline;
    if (timeline === undefined || this.#loading || !timeline.room.joined) return;
    const log = this.#log;
    // One who follows has no use for older messages, unless they would fill the screen.
    if (timeline.follow && timeline.items.length >= RECENT_MESSAGES) return;
    const done = () => {
      this.#loading = false;
    };
    if (!timeline.start && log.scrollTop < (timeline.follow ? 1 : limits.FETCH_PX)) {
      this.#loading = true;
      timeline.load(timeline.items[0] ?? timeline.room.end, done);
    } else if (!timeline.tail && log.scrollHeight - log.scrollTop - log.clientHeight < limits.FETCH_PX) {
      this.#loading = true;
      timeline.loadNewer(done);
    }
  }

  /** @param {Timeline} timeline */
  #showTop({ room, start }) {
    const look = room.epoch === "" ? "" : start ? "start" : "more";
    if (this.#top.dataset.look === look + room.name) return;
    this.#top.dataset.look = look + room.name;
    this.#top.replaceChildren();
    if (look === "more") this.#top.append(div("hint", "Loading earlier messages …"));
    if (look !== "start") return;
    const title = document.createElement("h2");
    title.textContent = `This is the beginning of #${room.name}`;
    this.#top.append(
      div(
        "start",
        title,
        "Everybody who opens this page can read along and write. Share its address to invite others.",
      ),
    );
  }

  /** @param {Timeline} timeline */
  #showItems({ room, items: all }) {
    const items = new Set(all);
    for (const [item, { row }] of this.#shown) {
      if (items.has(item)) continue;
      row.remove();
      this.#shown.delete(item);
    }
    const fresh = document.createDocumentFragment();
    let before;
    for (const item of all) {
      let shown = this.#shown.get(item);
      if (shown === undefined) {
        shown = { row: this.#row(item), before: undefined };
        this.#decorate(shown.row, before, item, room);
        this.#shown.set(item, shown);
        fresh.append(shown.row);
      } else {
        if (fresh.firstChild !== null) this.#rows.insertBefore(fresh, shown.row);
        if (shown.before !== before || this.#restyle) this.#decorate(shown.row, before, item, room);
      }
      shown.before = before;
      before = item;
    }
    if (fresh.firstChild !== null) this.#rows.append(fresh);
  }

  /** @param {Timeline} timeline */
  #showPending(timeline) {
    const { room, items } = timeline;
    const entries = this.#on.entries(room);
    const nonces = new Set(entries.map((entry) => entry.nonce));
    for (const [nonce, { row }] of this.#shownPending) {
      if (nonces.has(nonce)) continue;
      row.remove();
      this.#shownPending.delete(nonce);
    }
    let before = items.at(-1);
    for (const entry of entries) {
      const item = { ...(before ?? room.end), id: entry.id, name: entry.name, text: entry.text, ts: entry.ts };
      const look = entry.state + (entry.reason ?? "");
      let shown = this.#shownPending.get(entry.nonce);
      if (shown === undefined) {
        shown = { row: this.#row(item), look: "" };
        this.#shownPending.set(entry.nonce, shown);
        this.#pending.append(shown.row);
      }
      this.#decorate(shown.row, before, item, room);
      if (shown.look !== look) this.#showState(shown.row, entry);
      shown.look = look;
      before = item;
    }
    this.#showFoot(timeline);
    this.#pending.querySelector(".foot + .row")?.classList.remove("more");
  }

  /** What is missing after the last row, where nothing has come yet to hang the mark on. @param {Timeline} timeline */
  #showFoot({ room, items, tail }) {
    const gap = tail ? room.gap(items.at(-1), room.end) : undefined;
    const foot = this.#pending.querySelector(".foot");
    const look = gap === undefined ? undefined : `${room.era} ${gap.count} ${gap.loadable}`;
    if (foot instanceof HTMLElement && foot.dataset.look === look) return;
    foot?.remove();
    if (gap === undefined || look === undefined) return;
    const row = document.createElement("li");
    row.className = "foot";
    row.dataset.look = look;
    row.append(this.#gapMark(gap, room, room.end));
    this.#pending.prepend(row);
  }

  /** @param {Item} item */
  #row(item) {
    const row = /** @type {Row} */ (this.#template.content.firstElementChild?.cloneNode(true));
    const [face, who, text] = row.children;
    row.classList.add(hueOf(item.id));
    face.textContent = initialOf(item.name);
    who.firstElementChild.textContent = item.name;
    const time = who.lastElementChild;
    time.textContent = this.#time(item.ts);
    time.dateTime = new Date(item.ts).toISOString();
    text.append(render(item.text));
    if (item.id === this.#on.id()) row.classList.add("mine");
    return row;
  }

  /** @param {number} ts */
  #time(ts) {
    const minute = Math.floor(ts / 60_000);
    if (minute !== this.#lastMinute) this.#lastTime = clock.format(ts);
    this.#lastMinute = minute;
    return this.#lastTime;
  }

  /**
   * What depends on the row before: day line, gap, the line "New", and whether the author is named again.
   * @param {HTMLElement} row @param {Item | undefined} before @param {Item} item @param {Room} room
   */
  #decorate(row, before, item, room) {
    const gap = room.gap(before, item);
    const day = before === undefined || dayOf(before.ts) !== dayOf(item.ts);
    const divider = this.#on.divider(room);
    const fresh = divider?.seq === item.seq && divider.era === item.era;
    const near = before !== undefined && before.id === item.id && before.name === item.name &&
      item.ts - before.ts < limits.GROUP_MS;
    row.classList.toggle("more", near && !gap && !day && !fresh);
    if (row.firstElementChild?.className === "above") row.firstElementChild.remove();
    if (!gap && !day && !fresh) return;
    const above = div("above");
    if (gap) above.append(this.#gapMark(gap, room, item));
    if (day) above.append(div("day", dayLabel(item.ts)));
    if (fresh) above.append(div("new", "New"));
    row.prepend(above);
  }

  /** @param {{ count: number | undefined, loadable: boolean }} gap @param {Room} room @param {Place} place */
  #gapMark({ count, loadable }, room, place) {
    const messages = count === 1 ? "1 message" : `${count?.toLocaleString("en")} messages`;
    const said = count === undefined
      ? "The server’s history begins anew here; what came in between may be lost"
      : loadable
      ? `${messages} not shown`
      : `${messages} not shown, and no longer kept by the server`;
    const mark = div("gap", said);
    if (!loadable) return mark;
    const load = button("Load", () => {
      const timeline = this.#timeline;
      if (timeline?.room !== room) return;
      load.disabled = true;
      this.#drop();
      timeline.follow = false;
      this.#on.moved();
      timeline.load(place, () => load.disabled = false);
    });
    mark.append(load);
    return mark;
  }

  /** @param {HTMLElement} row @param {Entry} entry */
  #showState(row, entry) {
    row.classList.toggle("failed", entry.state === "failed");
    row.classList.toggle("sending", entry.state === "pending");
    row.querySelector(".state")?.remove();
    if (entry.state === "sent") return;
    const state = div("state", entry.state === "pending" ? "Sending …" : `Not sent: ${entry.reason}`);
    if (entry.state === "failed") {
      state.role = "alert";
      state.append(button("Retry", () => this.#on.retry(entry)), button("Delete", () => this.#on.remove(entry)));
    }
    row.lastElementChild?.append(state);
  }

  /** Marks that hang on the rows have changed. */
  restyle() {
    this.#restyle = true;
    this.changed();
  }

  #relabelAtMidnight() {
    const midnight = new Date().setHours(24, 0, 0, 50);
    setTimeout(() => {
      this.restyle();
      this.#relabelAtMidnight();
    }, midnight - Date.now());
  }

  /** The full date of a row's time, made only when somebody points at it. @param {Event} event */
  static explainTime(event) {
    const time = event.target;
    if (time instanceof HTMLTimeElement && time.title === "") time.title = exactly.format(new Date(time.dateTime));
  }
}
