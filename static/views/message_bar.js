/** The bar at one message. There is one for the whole log, which goes to the message that somebody points at. @module */

import { pathOf } from "../address.js";
import { byId, make } from "../dom.js";
import { timeLabel } from "../formats.js";
import { word } from "../words.js";
import { messageAt } from "./message.js";
import { openMenu } from "./message_menu.js";
import { ACTS, LIKE, mayWith } from "./message_table.js";
import { nextByKey } from "./roving.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** Those that it offers at once, as they are drawn; the menu has all. */
const ICONS = {
  react: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.500 14.500c2 2.400 5 2.400 7 0M9 9.500v.5M15 9.500v.5",
  reply: "M9 6 4 11l5 5M4 11h9c4 0 7 2 7 7",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
};

export class MessageBar {
  #page;
  /** @type {HTMLElement | undefined} */
  #row;
  /** @type {Item | undefined} */
  #item;
  #look = "";
  /** How far below its place it stands. */
  #movedPx = 0;

  /** @param {PageState} page */
  constructor(page) {
    this.#page = page;
    this.element = make(
      "div",
      { class: "tools bar", role: "toolbar" },
      make("button", { type: "button", "data-do": "like" }, LIKE),
      ...Object.entries(ICONS).map(([name, path]) => make("button", { type: "button", "data-do": name }, iconOf(path))),
    );
    this.element.querySelector('[data-do="menu"]')?.setAttribute("aria-haspopup", "menu");
    // What is pressed with a mouse leaves the focus where it is: mostly where one writes.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => this.#press(event));
    this.element.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Goes to a row, unless somebody is busy at another. @param {HTMLElement | undefined} row */
  showAt(row) {
    if (this.#row === row || this.#isBusy) return;
    this.#row?.classList.remove("pointed");
    this.#row = row;
    this.#look = "";
    this.refresh();
  }

  /** Shows what can be done now, with the message as it is now. */
  refresh() {
    const row = this.#row;
    const item = row?.isConnected ? messageAt(row) : undefined;
    const may = item && mayWith(this.#page, item);
    const look = may === undefined ? "" : JSON.stringify([item, may]);
    if (row === undefined || item === undefined || may === undefined || !Object.values(may).includes(true)) {
      if (this.element.contains(document.activeElement)) row?.focus({ preventScroll: true });
      row?.classList.remove("pointed");
      this.#row = undefined;
      return this.element.remove();
    }
    if (this.#look !== look) {
      this.#look = look;
      this.#item = item;
      this.#label(item, may);
      this.#explain(row);
      if (this.element.parentElement !== row) this.#enter(row);
    }
    this.#place(row);
  }

  get #isBusy() {
    return this.#row?.isConnected === true &&
      (this.element.contains(document.activeElement) || this.#row.classList.contains("open"));
  }

  get #buttons() {
    return [...this.element.querySelectorAll("button")].filter((each) => !each.hidden);
  }

  /** @param {HTMLElement} row */
  #enter(row) {
    row.classList.add("pointed");
    const face = row.querySelector(":scope > .face");
    face?.before(this.element);
  }

  /** Where the beginning of a long message is out of view, it stands at what is in view of it, and never at another one. @param {HTMLElement} row */
  #place(row) {
    const { element } = this;
    const { top } = byId("log").getBoundingClientRect();
    const hidden = top - element.getBoundingClientRect().top + this.#movedPx;
    const px = hidden > 0 ? Math.min(hidden + 8, row.offsetHeight) : 0;
    if (px !== this.#movedPx) element.style.translate = `0 ${this.#movedPx = px}px`;
  }

  /** What only somebody who points at a message may want: its time is its address, and how often it was edited. @param {HTMLElement} row */
  #explain(row) {
    const { room } = this.#page;
    const { seq = 0, era, version: count = 0 } = this.#item ?? {};
    row.querySelector(":scope > .text > .edited")?.setAttribute("title", word("editedTimes", { count }));
    const time = row.querySelector(":scope > .who > time");
    if (time === null || seq === 0 || era !== room.era) return;
    const place = { "data-room": room.name, "data-seq": String(seq), tabindex: "-1" };
    const link = make("a", { class: "when", href: `${pathOf(room.name)}/${seq}`, ...place });
    time.replaceWith(link);
    link.append(time);
  }

  /** @param {Item} item @param {ReturnType<typeof mayWith>} may */
  #label(item, may) {
    const time = timeLabel(item.ts);
    this.element.ariaLabel = word("messageOf", { name: item.name, time });
    for (const button of this.element.querySelectorAll("button")) {
      const act = ACTS[button.dataset.do ?? ""];
      const what = word(act?.said ?? "more", { emoji: LIKE });
      button.hidden = act !== undefined && !may[act.needs];
      button.ariaLabel = word("whatOf", { what, name: item.name, time });
      button.title = what;
    }
    this.#buttons.forEach((button, i) => button.tabIndex = i === 0 ? 0 : -1);
  }

  /** @param {Event} event */
  #press({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    const [row, item] = [this.#row, this.#item];
    if (button === null || row === undefined || item === undefined) return;
    const act = ACTS[button.dataset.do ?? ""];
    if (act === undefined) openMenu(this.#page, item, row);
    else act.run(this.#page, item, row);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const next = nextByKey([this.#buttons], event);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    for (const button of this.#buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  }
}

/** @param {string} path */
export function iconOf(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
