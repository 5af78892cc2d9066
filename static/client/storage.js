/** Text that survives a restart, if there is a place for it. @module */

/** The part of the Web's `Storage` that is used. @typedef {Pick<globalThis.Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">} Area */

const PREFIX = "switchboard.";

/** Works even if there is no place, or a full one: then nothing is found again. */
export class Storage {
  #area;

  /** @param {Area | undefined} area such as `localStorage` */
  constructor(area) {
    this.#area = area;
  }

  /** @param {string} key @returns {string | null} */
  get(key) {
    try {
      return this.#area?.getItem(PREFIX + key) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {string | null} value `null` removes it */
  set(key, value) {
    try {
      if (value === null) this.#area?.removeItem(PREFIX + key);
      else this.#area?.setItem(PREFIX + key, value);
    } catch {
      // Full or forbidden.
    }
  }

  /** The keys that begin so. @param {string} beginning @returns {string[]} */
  keys(beginning) {
    try {
      const names = Array.from({ length: this.#area?.length ?? 0 }, (_, n) => this.#area?.key(n) ?? "");
      return names.filter((name) => name.startsWith(PREFIX + beginning)).map((name) => name.slice(PREFIX.length));
    } catch {
      return [];
    }
  }

  /** @template T @param {string} key @param {T} fallback @returns {T} */
  getJson(key, fallback) {
    try {
      return JSON.parse(this.get(key) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
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
