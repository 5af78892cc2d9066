/** One's own messages on their way, below the others. @module */

import { button, make } from "../dom.js";
import { isFinal, reasonOf } from "../refusals.js";
import { word } from "../words.js";
import { makeRow, showContent } from "./rows.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Visit } from "./visit.js" */

export class Pending {
  #visit;
  #list;
  /** @type {Map<Entry, { row: HTMLElement, look: string }>} */
  #shown = new Map();

  /** @param {Visit} visit @param {HTMLElement} list */
  constructor(visit, list) {
    this.#visit = visit;
    this.#list = list;
    list.replaceChildren();
  }

  show() {
    const entries = this.#visit.unsent;
    for (const [entry, { row }] of this.#shown) {
      if (entries.includes(entry)) continue;
      row.remove();
      this.#shown.delete(entry);
    }
    for (const entry of entries) {
      const each = this.#shown.get(entry) ?? this.#add(entry);
      const look = `${entry.state} ${entry.code}`;
      if (each.look === look) continue;
      each.look = look;
      each.row.querySelector(":scope > .state")?.remove();
      each.row.classList.toggle("failed", entry.state === "failed");
      if (entry.state === "failed") each.row.append(this.#refusal(entry));
      else if (entry.state === "pending") each.row.append(make("p", { class: "state quiet waiting" }, word("sending")));
    }
  }

  /** @param {Entry} entry */
  #add(entry) {
    const { nonce, id, name, text = "", ts } = entry;
    const item = { era: this.#visit.room.era, seq: 0, from: 0, nonce, id, name, text, ts };
    const row = makeRow(item, true);
    showContent(this.#visit, row, item);
    this.#list.append(row);
    const each = { row, look: "" };
    this.#shown.set(entry, each);
    return each;
  }

  /** @param {Entry} entry */
  #refusal(entry) {
    const { unsent } = this.#visit.client;
    const said = make("p", { class: "state", role: "alert" }, word("notSent", { reason: reasonOf(entry) }), " ");
    if (!isFinal(entry)) said.append(button(word("retry"), () => unsent.retry(entry)), " ");
    said.append(button(word("delete"), () => unsent.remove(entry)));
    return said;
  }
}
