/** Texts that survive a restart, if there is a place for them. @module */

/** The part of the Web's `Storage` that is used. @typedef {Pick<globalThis.Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">} Area */

/** Works even if the place is full, forbidden or not there: then nothing is found again. */
export class KeptTexts {
  #area;
  #prefix;
  /** @param {() => Area} area such as `() => localStorage`; it may throw @param {string} [prefix] of its keys, where others keep something, too */
  constructor(area, prefix = "switchboard.") {
    this.#area = area;
    this.#prefix = prefix;
  }

  /** @param {string} key @returns {string | null} */
  get(key) {
    return this.#try((area) => area.getItem(this.#prefix + key), null);
  }

  /** @param {string} key @param {string | null} value `null` removes it @returns {boolean} false if a text could not be kept; a removal counts as done */
  set(key, value) {
    return this.#try((area) => {
      if (value === null) area.removeItem(this.#prefix + key);
      else area.setItem(this.#prefix + key, value);
      return true;
    }, value === null);
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

  /** @template T @param {(area: Area) => T} run @param {T} otherwise */
  #try(run, otherwise) {
    try {
      return run(this.#area());
    } catch {
      return otherwise;
    }
  }
}
