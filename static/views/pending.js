/** Below the log: one's own messages on their way. @module */

import { itemOf } from "../acts.js";
import { make } from "../dom.js";
import { showStrays } from "./message.js";
import { RowList } from "./row_list.js";
import { gapMark } from "./rows.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Place } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Timeline } from "../timeline.js" */

export class Pending {
  #page;
  #list;
  #load;
  /** By nonce. */
  #rows;

  /**
   * @param {PageState} page
   * @param {HTMLElement} list
   * @param {(place: Place, done: () => void) => void} load fetches what is missing before a place
   */
  constructor(page, list, load) {
    this.#page = page;
    this.#list = list;
    this.#load = load;
    this.#rows = new RowList(page, list, load);
  }

  clear() {
    this.#rows.clear();
  }

  /** @param {Entry[]} entries @param {boolean} restyle @param {Timeline} timeline */
  show(entries, restyle, { items }) {
    const messages = entries.filter(({ type }) => type === undefined);
    const own = messages.map((entry) => /** @type {const} */ ([entry.nonce, itemOf(this.#page, entry)]));
    this.#rows.show(new Map(own), entries, restyle, items.at(-1));
    this.#showFoot();
    showStrays(this.#page, entries);
    this.#list.querySelector(".foot + .row")?.classList.remove("more");
  }

  /** A gap after the last row, before a message has come to hang the mark on. */
  #showFoot() {
    const { room, items, tail } = this.#page.timeline;
    const gap = tail ? room.gap(items.at(-1), room.end) : undefined;
    const foot = this.#list.querySelector(".foot");
    const look = gap === undefined ? undefined : `${room.era} ${gap.count} ${gap.loadable}`;
    if (foot instanceof HTMLElement && foot.dataset.look === look) return;
    foot?.remove();
    if (gap === undefined || look === undefined) return;
    const mark = gapMark(gap, (done) => this.#load(room.end, done));
    this.#list.prepend(make("li", { class: "foot", "data-look": look }, mark));
  }
}
