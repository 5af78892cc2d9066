/** What waits for its turn: only so much of it, and only for so long. @module */

import type { Clock } from "../../base/clock.ts";
import { WORK_WAITING, WORK_WAITING_MS } from "./bounds.ts";

export interface Waiting {
  /** When it came, by the clock. */
  readonly askedAt: number;
  reject(error: unknown): void;
}

export class Line<Item extends Waiting> {
  readonly #clock: Clock;
  readonly #waiting: Item[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws if too much waits */
  add(item: Item): void {
    if (this.#waiting.length >= WORK_WAITING) throw new Error("too much waits for it");
    this.#waiting.push(item);
  }

  /** Takes the first ones, so many at most. @returns none only if nothing waits any more */
  take(most: number): Item[] {
    let taken: Item[] = [];
    while (taken.length === 0 && this.#waiting.length > 0) taken = this.inTime(this.#waiting.splice(0, most));
    return taken;
  }

  /** Lets these be the first ones again. */
  putBack(items: Item[]): void {
    this.#waiting.unshift(...items);
  }

  /** Those that have not waited for too long; the others are given up. */
  inTime(items: Item[]): Item[] {
    const oldest = this.#clock.elapsed() - WORK_WAITING_MS;
    return items.filter(({ askedAt, reject }) => {
      if (askedAt < oldest) reject(new Error("it waited for too long"));
      return askedAt >= oldest;
    });
  }
}
