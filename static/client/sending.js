/** What a program has sent to a room, until it is known to be stored. @module */

import { isSame } from "./entries.js";
import * as limits from "./limits.js";

/** @import { Client } from "./client.js" */
/** @import { Entry, Intent } from "./entries.js" */
/** @import { Stored } from "./connect.d.ts" */

/** The server has refused something. `code` is the protocol's. */
export class RefusedError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message || code);
    this.name = "RefusedError";
    this.code = code;
  }
}

export class Sending {
  #room;
  #client;
  /** @type {Map<Entry, { resolve(stored: Stored): void, reject(error: unknown): void }>} */
  #waiting = new Map();

  /** @param {string} room @param {Client} client */
  constructor(room, client) {
    this.#room = room;
    this.#client = client;
  }

  /** @param {Intent} intent @returns {Promise<Stored>} */
  async send(intent) {
    const { unsent } = this.#client;
    if (unsent.full) {
      const message = `Cannot send: ${limits.UNSENT_MESSAGES} messages and changes wait to be stored`;
      throw new RefusedError("too_many_unsent", message);
    }
    const entry = unsent.add(this.#room, intent);
    return await new Promise((resolve, reject) => this.#waiting.set(entry, { resolve, reject }));
  }

  /** The server says that it is stored. @param {Entry} entry */
  stored(entry) {
    const { epoch = "", seq = 0, durability } = entry;
    this.#waiting.get(entry)?.resolve({ epoch, seq, durability });
    this.#waiting.delete(entry);
  }

  /** What was seen in the room is stored, too. @param {Parameters<typeof isSame>[1] & { seq: number }} event @param {string} epoch */
  seen(event, epoch) {
    for (const [entry, { resolve }] of this.#waiting) {
      if (!isSame(entry, event)) continue;
      this.#waiting.delete(entry);
      resolve({ epoch, seq: event.seq });
    }
  }

  /** The server has refused it. @param {Entry} entry @param {RefusedError} reason @returns {boolean} whether anybody waits for it */
  refused(entry, reason) {
    this.#waiting.get(entry)?.reject(reason);
    return this.#waiting.delete(entry);
  }

  /** The program may send it again, knowing that it was not sent: it must not go as well. */
  giveUp() {
    for (const entry of this.#waiting.keys()) this.#client.unsent.remove(entry);
  }

  /** @param {unknown} error */
  end(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
