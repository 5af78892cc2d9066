/** The log: follows the newest message while the reader is there, and stays where the reader is otherwise. @module */

import { button, make } from "../dom.js";
import { gapBefore } from "../gaps.js";
import { BOTTOM_PX, SCROLL_INPUT_MS } from "../limits.js";
import { gapLine } from "../views/gap_line.js";
import { word } from "../words.js";
import { Pending } from "./pending.js";
import { Rows } from "./rows.js";

/** @import { Visit } from "./visit.js" */

export class Log {
  #visit;
  #rows;
  #pending;
  #box = make("div", { class: "log", role: "log", tabindex: "0" });
  #list = make("ol", {});
  #foot = make("div", {});
  #sending = make("ol", {});
  #empty = make("p", { class: "empty quiet" }, word("nothingYet"));
  #earlier;
  #jump;
  #inputMs = -Infinity;
  #loading = false;
  #footLook = "";
  #resized = new ResizeObserver(() => this.#settle());

  /** @param {Visit} visit @param {string} label */
  constructor(visit, label) {
    this.#visit = visit;
    this.#box.ariaLabel = label;
    this.#earlier = button(word("earlierMessages"), () => this.#loadEarlier(), { class: "earlier", hidden: "" });
    this.#jump = button("", () => this.#toEnd(), { class: "jump filled", hidden: "" });
    this.#box.append(this.#earlier, this.#empty, this.#list, this.#foot, this.#sending);
    this.element = make("div", { class: "stage" }, this.#box, this.#jump);
    this.#rows = new Rows(visit, this.#list);
    this.#pending = new Pending(visit, this.#sending);
    for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#box.addEventListener(type, () => this.#inputMs = performance.now(), { passive: true });
    }
    this.#box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    for (const each of [this.#box, this.#list, this.#sending]) this.#resized.observe(each);
  }

  /** It is shown no more. */
  end() {
    this.#resized.disconnect();
  }

  show() {
    const { room, timeline, unsent, unread } = this.#visit;
    const anchor = timeline.follow ? undefined : this.#firstInView();
    const top = anchor?.getBoundingClientRect().top ?? 0;
    this.#rows.show();
    this.#pending.show();
    this.#showFoot();
    const isOpen = room.epoch !== "";
    this.#earlier.hidden = !isOpen || timeline.start;
    this.#empty.hidden = !isOpen || timeline.items.some(({ unknown }) => !unknown) || unsent.length > 0 ||
      !timeline.start;
    this.#jump.hidden = timeline.follow;
    this.#jump.textContent = unread > 0 ? word("newMessages", { count: unread }) : word("jumpToNewest");
    if (anchor?.isConnected) this.#box.scrollTop += anchor.getBoundingClientRect().top - top;
    this.#settle();
  }

  #settle() {
    if (this.#visit.timeline.follow) this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** The first row that is not above what is in view. */
  #firstInView() {
    const { top } = this.#box.getBoundingClientRect();
    return [...this.#list.children].find((row) => row.getBoundingClientRect().bottom > top);
  }

  /** Messages may be missing before one has come to hang that on. */
  #showFoot() {
    const { room, timeline: { items, tail } } = this.#visit;
    const gap = tail ? gapBefore(room, items.at(-1), room.end) : undefined;
    const look = gap === undefined ? "" : `${room.era} ${gap.count} ${gap.loadable}`;
    if (look === this.#footLook) return;
    this.#footLook = look;
    this.#foot.replaceChildren(...gap === undefined ? [] : [gapLine(gap, (done) => this.#visit.load(room.end, done))]);
  }

  #loadEarlier() {
    const { room, timeline } = this.#visit;
    if (this.#loading) return;
    this.#loading = true;
    this.#visit.load(timeline.items[0] ?? room.end, () => {
      this.#loading = false;
      // The button may be gone, and the focus with it.
      if (this.#earlier.hidden) this.#box.focus({ preventScroll: true });
    });
  }

  #toEnd() {
    this.#visit.jump();
    this.#box.focus({ preventScroll: true });
  }

  #scrolled() {
    const { timeline } = this.#visit;
    const left = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
    const isAtEnd = left < BOTTOM_PX && timeline.tail;
    const nowMs = performance.now();
    // A bare scroll event never ends following: the browser sends those for its own reasons.
    const isReader = nowMs - this.#inputMs < SCROLL_INPUT_MS;
    if (isReader) this.#inputMs = nowMs;
    if (isAtEnd !== timeline.follow && (isAtEnd || isReader)) this.#visit.follow(isAtEnd);
    if (timeline.tail || left >= BOTTOM_PX || this.#loading) return;
    this.#loading = true;
    this.#visit.loadNewer(() => this.#loading = false);
  }
}
