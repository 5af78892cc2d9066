/** What somebody has chosen in this browser, for all tabs and rooms. @module */

import { LANGUAGES } from "./languages.js";
import { IGNORED } from "./limits.js";

/** @import { Storage } from "./client/storage.js" */

/** What can be chosen; the first is what nobody has chosen. */
export const CHOICES = {
  theme: ["auto", "light", "dark"],
  density: ["roomy", "dense"],
  language: ["auto", ...Object.keys(LANGUAGES)],
  hours: ["auto", "12", "24"],
  sendKey: ["enter", "ctrl"],
  motion: ["auto", "less"],
  sound: ["on", "off"],
  notify: ["off", "on"],
};
/** @typedef {keyof typeof CHOICES} Choice */

export class Settings {
  #storage;
  /** Read for each message. @type {Set<string> | undefined} */
  #ignored;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {Choice} choice @returns {string} */
  of(choice) {
    const kept = String(this.#storage.getIn("settings", choice));
    return CHOICES[choice].includes(kept) ? kept : CHOICES[choice][0] ?? "";
  }

  /** @param {Choice} choice @param {string} value */
  set(choice, value) {
    this.#storage.setIn("settings", choice, value, Object.keys(CHOICES).length);
  }

  /** Whether one does not want to see what somebody writes. @param {string} id */
  ignores(id) {
    this.#ignored ??= new Set(Object.keys(this.#storage.getJson("ignored", {})));
    return this.#ignored.has(id);
  }

  /** @param {string} id @param {boolean} is */
  ignore(id, is) {
    this.#storage.setIn("ignored", id, is || undefined, IGNORED);
    this.ignores(id);
    if (is) this.#ignored?.add(id);
    else this.#ignored?.delete(id);
  }

  /** Another tab has chosen whom to ignore. */
  agree() {
    this.#ignored = undefined;
  }
}
