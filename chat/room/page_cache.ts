/**
 * Pages for many that catch up at the same time, after a restart perhaps: read once and encoded once for a second. A page holds all
 * events behind a position up to its last one, and messages as they were when it was read. Each change since then is an event behind the
 * page, so a page that is a second old is still right. Only a text that was replaced or deleted must not be sent any more: then all pages go.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Batch } from "../dialect/batch.ts";
import { PAGES_CACHED, PAGES_CACHED_CHARACTERS, PAGES_CACHED_MS } from "../limits.ts";

interface Page {
  batch: Batch;
  characters: number;
  until: number;
}

export class PageCache {
  readonly #clock: Clock;
  /** By the position behind which they begin; the oldest first. */
  readonly #pages = new Map<number, Page>();
  #characters = 0;
  /** How often the pages were forgotten. */
  generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(epoch: string, after: number): Batch | undefined {
    this.expire();
    const batch = this.#pages.get(after)?.batch;
    return batch?.epoch === epoch ? batch : undefined;
  }

  /** @param generation the one in which the page began to be read: if the pages were forgotten since, it may be older than that */
  put(after: number, batch: Batch, characters: number, generation: number): void {
    if (generation !== this.generation) return;
    this.#drop(after);
    this.#pages.set(after, { batch, characters, until: this.#clock.elapsed() + PAGES_CACHED_MS });
    this.#characters += characters;
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_CACHED && this.#characters <= PAGES_CACHED_CHARACTERS) break;
      this.#drop(oldest);
    }
  }

  forget(): void {
    this.generation++;
    this.#characters = 0;
    this.#pages.clear();
  }

  /** Called on every sweep: drops old pages. */
  expire(): void {
    const now = this.#clock.elapsed();
    for (const [after, { until }] of this.#pages) {
      if (until > now) break;
      this.#drop(after);
    }
  }

  #drop(after: number): void {
    this.#characters -= this.#pages.get(after)?.characters ?? 0;
    this.#pages.delete(after);
  }
}
