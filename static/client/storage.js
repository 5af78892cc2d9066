/** Text that survives a restart, if there is a place for it. @module */

/** The part of the Web's `Storage` that is used. @typedef {Pick<globalThis.Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">} Area */

/** Works even if the place is full, forbidden or not there: then nothing is found again. */
export class Storage {
  #area;
  #prefix;
  /** The latest values that could not be kept, and what is there instead. As many as there are keys. @type {Map<string, { value: string | null, instead: string | null }>} */
  #lost = new Map();

  /** @param {() => Area} area such as `() => localStorage`; it may throw @param {string} [prefix] of its keys, where others keep something, too */
  constructor(area, prefix = "switchboard.") {
    this.#area = area;
    this.#prefix = prefix;
  }

  /** @param {string} key @returns {string | null} */
  get(key) {
    return this.#try((area) => area.getItem(this.#prefix + key), null);
  }

  /** What could not be kept is tried again once something else could: much is set only once. @param {string} key @param {string | null} value `null` removes it */
  set(key, value) {
    if (!this.#keep(key, value)) return void this.#lost.set(key, { value, instead: this.get(key) });
    this.#lost.delete(key);
    for (const [other, { value, instead }] of this.#lost) {
      // What another tab has put there meanwhile is newer.
      if (this.get(other) !== instead || this.#keep(other, value)) this.#lost.delete(other);
    }
  }

  /** Whether everything that was set is kept. */
  get holds() {
    return this.#lost.size === 0;
  }

  /** Removes everything, and keeps nothing from now on. */
  forget() {
    this.#lost.clear();
    for (const key of this.keys("")) this.set(key, null);
    this.set = () => {};
  }

  /** The keys that begin so. @param {string} beginning @returns {string[]} */
  keys(beginning) {
    const names = this.#try((area) => Array.from({ length: area.length }, (_, n) => area.key(n) ?? ""), []);
    return names.filter((name) => name.startsWith(this.#prefix + beginning)).map((name) =>
      name.slice(this.#prefix.length)
    );
  }

  /** @template T @param {string} key @param {T} fallback @returns {T} */
  getJson(key, fallback) {
    return this.#try(() => JSON.parse(this.get(key) ?? "null"), undefined) ?? fallback;
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

  /** @param {string} key @param {string | null} value @returns {boolean} */
  #keep(key, value) {
    return this.#try((area) => {
      if (value === null) area.removeItem(this.#prefix + key);
      else area.setItem(this.#prefix + key, value);
      return true;
    }, value === null);
  }

  /** @template T @param {(area: Area) => T} run @param {T} otherwise */
  #try(run, otherwise) {
    try {
      return run(this.#area());
    } catch {
      return otherwise;
    }
  }
}
