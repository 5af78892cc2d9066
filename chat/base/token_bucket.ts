/**
 * Token buckets: a store of tokens that fills at a steady rate up to a burst. https://en.wikipedia.org/wiki/Token_bucket
 *
 * Time in which the event loop stood still counts in full, even beyond the burst: the frames sent then arrive together, though nobody
 * sent them too fast. Tokens that a stall gave beyond the burst vanish at the same rate.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { STALL_FORGIVEN_MS } from "./bounds.ts";
import type { Stalls } from "./loop_lag.ts";

const NO_STALLS: Stalls = { stalledMs: 0 };

/** A bucket that starts full. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #stalls: Stalls;
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #asOf: number;
  #stalledMs: number;
  /** When the last token that was promised will be there. */
  #promisedUntil = -Infinity;

  /**
   * Fills it.
   *
   * @param burst how many tokens it holds
   * @param perSecond how many come back in a second
   * @param stalls tells how long the event loop stood still; default: never
   */
  constructor(clock: Clock, burst: number, perSecond: number, stalls: Stalls = NO_STALLS) {
    this.#clock = clock;
    this.#stalls = stalls;
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#asOf = clock.elapsed();
    this.#stalledMs = stalls.stalledMs;
  }

  /** How many milliseconds from now so many tokens will be there; 0 if they are there. */
  waitMs(count: number): number {
    this.#fill();
    return Math.max(0, Math.ceil((count - this.#tokens) / this.#perMs));
  }

  /** Takes tokens if there are enough of them. @returns as {@linkcode waitMs}: 0 if they were taken */
  take(count: number): number {
    const waitMs = this.waitMs(count);
    if (waitMs === 0) this.spend(count);
    return waitMs;
  }

  /** Takes tokens that are there, as {@linkcode waitMs} has just said. */
  spend(count: number): void {
    this.#tokens -= count;
  }

  /**
   * Promises tokens: the time until so many will be there beside those promised before. A client that waits for it finds them, and two that
   * ask together get different times.
   *
   * @returns milliseconds from now
   */
  promise(count: number): number {
    const now = this.#clock.elapsed();
    const at = Math.max(now + this.waitMs(count), this.#promisedUntil + count / this.#perMs);
    this.#promisedUntil = at;
    return Math.ceil(at - now);
  }

  /** Whether all of its tokens are there. */
  get full(): boolean {
    return this.waitMs(this.#burst) === 0;
  }

  #fill(): void {
    const now = this.#clock.elapsed();
    const { stalledMs } = this.#stalls;
    const stalled = Math.min(stalledMs - this.#stalledMs, now - this.#asOf);
    const filled = (now - this.#asOf - stalled) * this.#perMs;
    this.#tokens = this.#tokens > this.#burst
      ? Math.max(this.#burst, this.#tokens - filled)
      : Math.min(this.#burst, this.#tokens + filled);
    const most = this.#burst + STALL_FORGIVEN_MS * this.#perMs;
    this.#tokens = Math.min(this.#tokens + stalled * this.#perMs, most);
    this.#asOf = now;
    this.#stalledMs = stalledMs;
  }
}
