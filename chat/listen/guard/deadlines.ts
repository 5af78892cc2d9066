/** Things that wait equally long, again and again: one timer serves all, and runs only while there are any. @module */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";

export class Deadlines<Key> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #everyMs: number;
  readonly #onDue: (key: Key) => void;
  /** When each is due; the next comes first, because all wait equally long. */
  readonly #dueAt = new Map<Key, number>();
  #cancel: Cancel | undefined;

  /**
   * @param afterMs how long each waits
   * @param everyMs how often they are looked at
   * @param onDue called for each that is due; it waits again from then on
   */
  constructor(clock: Clock, afterMs: number, everyMs: number, onDue: (key: Key) => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#everyMs = everyMs;
    this.#onDue = onDue;
  }

  /** The one that is due next. */
  get next(): Key | undefined {
    return this.#dueAt.keys().next().value;
  }

  /** Lets one wait from now on, known or new. */
  restart(key: Key): void {
    this.#dueAt.delete(key);
    this.#dueAt.set(key, this.#clock.elapsed() + this.#afterMs);
    this.#cancel ??= every(this.#clock, this.#everyMs, () => this.#sweep());
  }

  delete(key: Key): void {
    this.#dueAt.delete(key);
    if (this.#dueAt.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sweep(): void {
    const now = this.#clock.elapsed();
    let looks = 0;
    for (const [key, dueAt] of this.#dueAt) {
      if (dueAt > now || looks++ >= bounds.LOOKS_AT_ONCE) break;
      this.restart(key);
      this.#onDue(key);
    }
  }
}
