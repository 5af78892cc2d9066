/** What is being written in each room, if it is no new message: an edit or an answer. @module */

import { ROOMS_REMEMBERED } from "./limits.js";

/** @import { Storage } from "./client/storage.js" */
/** @import { Item } from "./client/room.js" */

/**
 * Another text for a message, instead of this one with this version: the writer knows of none that comes later.
 * @typedef {{ message: Item, text: string, version: number }} Edit
 */
/**
 * Another text for a message, or an answer to one. `epoch`: in which the message has its number. `text`: what is in the field, of an
 * edit. `lost`: it was one, and the message is gone.
 * @typedef {{ edit?: Edit, reply?: Item, epoch?: string, text?: string, lost?: "edit" | "reply" }} Writing
 */

export class Writings {
  #storage;
  /** As many as there are rooms. @type {Map<string, Writing>} */
  #all;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
    this.#all = new Map(Object.entries(storage.getJson("writing", /** @type {Record<string, Writing>} */ ({}))));
  }

  /** @param {string} room @returns {Writing} */
  of(room) {
    return this.#all.get(room) ?? {};
  }

  /** One that is bound to a message is kept over a reload. @param {string} room @param {Writing} writing */
  set(room, writing) {
    if (isBound(writing) || isBound(this.of(room))) {
      this.#storage.setIn("writing", room, isBound(writing) ? writing : undefined, ROOMS_REMEMBERED);
    }
    this.#all.set(room, writing);
  }

  /** @param {string} room */
  delete(room) {
    this.#all.delete(room);
  }
}

/** Whether it is bound to a message. @param {Writing} writing */
export function isBound({ edit, reply }) {
  return edit !== undefined || reply !== undefined;
}
