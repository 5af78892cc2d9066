/** The world around a client in a program, or in a part of somebody else's page. @module */

import { Storage } from "./storage.js";
import { randomHex, worldWith } from "./world.js";

/** @import { Area } from "./storage.js" */
/** @import { World } from "./world.js" */

/**
 * @param {{ WebSocket?: typeof globalThis.WebSocket, storage?: Area | false }} options what it is to connect with, and where it may keep what is not sent
 *   yet: without that, in memory
 * @returns {World}
 * @throws {TypeError} if there is no `WebSocket`
 */
export function programWorld({ WebSocket = globalThis.WebSocket, storage }) {
  if (WebSocket === undefined) throw new TypeError("Cannot connect: there is no WebSocket here, so one must be given");
  const area = storage || new Memory();
  return worldWith({ WebSocket, storage: new Storage(() => area), tab: randomHex(8) });
}

/** An area that lasts as long as the program. @implements {Area} */
export class Memory {
  /** @type {Map<string, string>} */
  #texts = new Map();

  get length() {
    return this.#texts.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#texts.keys()][index] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#texts.get(key) ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    this.#texts.set(key, text);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#texts.delete(key);
  }
}
