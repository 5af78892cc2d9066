/** Events that came and were not taken yet. @module */

/** What was queued, or nothing more: the queue has ended. @template Event @typedef {{ resolve(taken: Event | undefined): void, reject(error: unknown): void }} Taker */

/**
 * A queue that says when it is full and when it has space again: then no more is put in, apart from what was under way. So a consumer that is slow
 * costs a bounded memory, and misses nothing.
 *
 * @template Event
 */
export class EventQueue {
  #most;
  #filled;
  #drained;
  /** @type {Event[]} */
  #waiting = [];
  /** @type {Taker<Event>[]} */
  #takers = [];
  #full = false;
  /** @type {{ error?: unknown } | undefined} */
  #end;

  /**
   * @param {number} most events
   * @param {() => void} filled it has as many
   * @param {() => void} drained it was full, and half of them are taken
   */
  constructor(most, filled, drained) {
    this.#most = most;
    this.#filled = filled;
    this.#drained = drained;
  }

  get full() {
    return this.#full;
  }

  /** The newest that was not taken. */
  get last() {
    return this.#waiting.at(-1);
  }

  /** @param {Event} event */
  push(event) {
    if (this.#end !== undefined) return;
    const taker = this.#takers.shift();
    if (taker !== undefined) return taker.resolve(event);
    this.#waiting.push(event);
    if (this.#full || this.#waiting.length < this.#most) return;
    this.#full = true;
    this.#filled();
  }

  /** The next event. @returns {Promise<Event | undefined>} nothing once it has ended; rejects if it ended by an error */
  async take() {
    const event = this.#waiting.shift();
    if (event !== undefined) {
      if (this.#full && this.#end === undefined && this.#waiting.length <= this.#most / 2) {
        this.#full = false;
        this.#drained();
      }
      return event;
    }
    if (this.#end === undefined) return await new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
    if ("error" in this.#end) throw this.#end.error;
    return undefined;
  }

  /** Nothing more comes. What waits can still be taken. @param {{ error?: unknown }} [end] */
  end(end = {}) {
    this.#end ??= end;
    for (const { resolve, reject } of this.#takers.splice(0)) {
      if ("error" in end) reject(end.error);
      else resolve(undefined);
    }
  }
}
