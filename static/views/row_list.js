/** A list of rows, one for each message: only the rows of what has changed are touched. @module */

import { isOf } from "../client/entries.js";
import { isOfGroup } from "./groups.js";
import { extrasNow, showMessage } from "./message.js";
import { makeRow, separate } from "./rows.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Quote } from "../client/lines.js" */
/** @import { Item, Place } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/**
 * What is shown. `first`: the message that its group begins with.
 * @typedef {{ row: HTMLElement, item?: Item, before?: Item, isApart?: boolean, first?: Item, entries: Entry[], answered?: Quote }} Shown
 */

export class RowList {
  #page;
  #list;
  #load;
  /** @type {Map<string, Shown>} */
  #shown = new Map();

  /**
   * @param {PageState} page
   * @param {HTMLElement} list
   * @param {(item: Item, done: () => void) => void} load fetches what is missing before a message
   */
  constructor(page, list, load) {
    this.#page = page;
    this.#list = list;
    this.#load = load;
  }

  clear() {
    this.#shown.clear();
    this.#list.replaceChildren();
  }

  /** The row with a key. @param {string} key */
  row(key) {
    return this.#shown.get(key)?.row;
  }

  /**
   * Brings the rows up to date.
   *
   * @param {Map<string, Item>} items what there is to be
   * @param {Entry[]} entries what is on its way to the room
   * @param {boolean} restyle whether what is around the messages has changed
   * @param {Item} [before] the one before them
   * @returns {number} how many rows are new
   */
  show(items, entries, restyle, before) {
    let made = 0;
    for (const [key, { row }] of this.#shown) {
      if (items.has(key)) continue;
      row.remove();
      this.#shown.delete(key);
    }
    const fresh = document.createDocumentFragment();
    const entriesOf = byMessage(entries);
    let first = before;
    for (const [key, item] of items) {
      let each = this.#shown.get(key);
      if (each === undefined) {
        each = { row: makeRow(this.#page, item), entries: [] };
        this.#shown.set(key, each);
        made++;
        fresh.append(each.row);
      } else if (fresh.firstChild !== null) this.#list.insertBefore(fresh, each.row);
      if (each.item !== item || each.before !== before || restyle) {
        each.isApart = separate(this.#page, each.row, before, item, (done) => this.#load(item, done));
      }
      if (each.isApart || first === undefined || !isOfGroup(first, item)) first = item;
      if (each.first !== first) each.row.classList.toggle("more", first !== item);
      if (restyle) extrasNow()?.showPrint(this.#page, each.row, item);
      this.#fill(each, item, entriesOf(item), restyle);
      Object.assign(each, { before, first });
      before = item;
    }
    this.#list.append(fresh);
    return made;
  }

  /** @param {Shown} shown @param {Item} item @param {Entry[]} entries of it @param {boolean} restyle */
  #fill(shown, item, entries, restyle) {
    const answered = item.reply === undefined ? undefined : this.#page.timeline.find(item.reply);
    const isSame = shown.item === item && shown.answered === answered && !restyle;
    // An entry is changed in place.
    if (isSame && entries.length === 0 && shown.entries.length === 0) return;
    showMessage(this.#page, shown.row, item, entries, answered);
    Object.assign(shown, { item, entries, answered });
  }
}

/** The key of a stored message's row. @param {Place} place */
export function keyOf({ era, seq }) {
  return `${era} ${seq}`;
}

/**
 * What is on its way to each of many messages: changes of it, or itself.
 *
 * @param {Entry[]} entries
 * @returns {(message: { id: string, nonce?: string, seq: number }) => Entry[]}
 */
function byMessage(entries) {
  /** @type {Map<number | string | undefined, Entry[]>} */
  const found = new Map();
  for (const entry of entries) {
    const { type, nonce, target, targetNonce } = entry;
    const key = type === undefined ? nonce : targetNonce ?? target;
    found.set(key, [...found.get(key) ?? [], entry]);
  }
  return (message) => {
    if (found.size === 0) return [];
    const { seq, nonce } = message;
    // Those that name it by its nonce were made before it had a number.
    const all = [...nonce === undefined ? [] : found.get(nonce) ?? [], ...found.get(seq) ?? []];
    return all.filter((entry) => isOf(entry, message) || (seq === 0 && entry.nonce === nonce));
  };
}
