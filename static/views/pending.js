/** Below the log: one's own messages on their way. @module */

import { itemOf } from "../acts.js";
import { extrasNow } from "./message.js";
import { RowList } from "./row_list.js";

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
    const extras = extrasNow();
    extras?.showFoot(this.#page, this.#list, this.#load);
    extras?.showStrays(this.#page, entries);
    this.#list.querySelector(".foot + .row")?.classList.remove("more");
  }
}
