/** What a client for people keeps of its own. @module */

import { KeptTexts } from "./kept_texts.js";

export class Storage extends KeptTexts {
  /** The latest values that could not be kept, and what is there instead. As many as there are keys. @type {Map<string, { value: string | null, instead: string | null }>} */
  #lost = new Map();

  /** What could not be kept is tried again once something else could: much is set only once. @override @param {string} key @param {string | null} value */
  set(key, value) {
    const isKept = super.set(key, value);
    if (!isKept) this.#lost.set(key, { value, instead: this.get(key) });
    else this.#lost.delete(key);
    for (const [other, { value, instead }] of isKept ? this.#lost : []) {
      // What another tab has put there meanwhile is newer.
      if (this.get(other) !== instead || super.set(other, value)) this.#lost.delete(other);
    }
    return isKept;
  }

  /** Whether everything that was set is kept. */
  get holds() {
    return this.#lost.size === 0;
  }

  /** Removes everything, and keeps nothing from now on. */
  forget() {
    this.#lost.clear();
    for (const key of this.keys("")) this.set(key, null);
    this.set = () => false;
  }

  /** One entry of a map that {@linkcode setIn} has set, as it was then. @param {string} key @param {string} name @returns {unknown} */
  getIn(key, name) {
    return this.getJson(key, /** @type {Record<string, unknown>} */ ({}))[name];
  }

  /**
   * Sets one entry of a map of bounded size, in which the oldest gives way.
   *
   * @param {string} key
   * @param {string} name
   * @param {unknown} value `undefined` removes it
   * @param {number} most entries
   */
  setIn(key, name, value, most) {
    const { [name]: _, ...map } = this.getJson(key, /** @type {Record<string, unknown>} */ ({}));
    if (value !== undefined) map[name] = value;
    for (const old of Object.keys(map).slice(0, -most)) delete map[old];
    this.set(key, JSON.stringify(map));
  }
}
