/** The rooms that this browser follows: a list for all of its tabs, and for later visits. @module */

/** @import { Storage } from "./client/storage.js" */

export class Followed {
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Their names. */
  get names() {
    return this.#storage.getJson("rooms", /** @type {string[]} */ ([]));
  }

  /** Follows one from now on, or no more. @param {string} name @param {boolean} is */
  set(name, is) {
    const names = new Set(this.names);
    if (names.has(name) === is) return;
    if (is) names.add(name);
    else names.delete(name);
    this.#storage.set("rooms", JSON.stringify([...names]));
  }
}
