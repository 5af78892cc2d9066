/**
 * Pages for many that catch up at the same time, after a restart perhaps: read once and encoded once for a second. A page holds all
 * messages behind a position up to its last one, and messages do not change: so a page that is a second old is still right, though
 * there may be more messages behind it by now.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Batch } from "../dialect/batch.ts";
import { PAGES_CACHED, PAGES_CACHED_MS } from "../limits.ts";

export class PageCache {
  readonly #clock: Clock;
  /** By the position behind which they begin; the oldest first. */
  readonly #pages = new Map<number, { batch: Batch; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(epoch: string, after: number): Batch | undefined {
    this.expire();
    const batch = this.#pages.get(after)?.batch;
    return batch?.epoch === epoch ? batch : undefined;
  }

  put(after: number, batch: Batch): void {
    this.#pages.delete(after);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= PAGES_CACHED) this.#pages.delete(oldest!);
    this.#pages.set(after, { batch, until: this.#clock.elapsed() + PAGES_CACHED_MS });
  }

  /** Called on every sweep: drops old pages. */
  expire(): void {
    const now = this.#clock.elapsed();
    for (const [after, { until }] of this.#pages) {
      if (until > now) break;
      this.#pages.delete(after);
    }
  }
}
