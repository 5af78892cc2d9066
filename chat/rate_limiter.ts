/**
 * Token buckets: a store of tokens that fills at a steady rate up to a burst. https://en.wikipedia.org/wiki/Token_bucket
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import * as limits from "./limits.ts";

/** A bucket that starts full. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #asOf: number;

  /**
   * Fills it.
   *
   * @param burst how many tokens it holds
   * @param perSecond how many come back in a second
   */
  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#asOf = clock.elapsed();
  }

  /**
   * Takes tokens if there are enough of them.
   *
   * @returns 0 if they were taken; else how many milliseconds to wait until they are there
   */
  take(count: number): number {
    const now = this.#clock.elapsed();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#asOf) / 1000 * this.#perSecond);
    this.#asOf = now;
    if (this.#tokens < count) return Math.ceil((count - this.#tokens) / this.#perSecond * 1000);
    this.#tokens -= count;
    return 0;
  }
}

/** What one connection may send, and how often it may be wrong. */
export class RateLimiter {
  readonly #commands: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #strikes: TokenBucket;
  readonly #limitRate: boolean;

  /**
   * Starts with nothing used up.
   *
   * @param limitRate false lets any rate pass; strikes for bad commands still count
   */
  constructor(clock: Clock, limitRate: boolean) {
    this.#commands = new TokenBucket(clock, limits.COMMAND_BURST, limits.COMMANDS_PER_S);
    this.#bytes = new TokenBucket(clock, limits.INBOUND_BURST_BYTES, limits.INBOUND_BYTES_PER_S);
    this.#strikes = new TokenBucket(clock, limits.STRIKES - 1, limits.STRIKES_FORGIVEN_PER_S);
    this.#limitRate = limitRate;
  }

  /**
   * Takes a command's share of both rates.
   *
   * @returns 0 if a command of so many bytes may pass; else after how many milliseconds it may
   */
  admit(bytes: number): number {
    return this.#limitRate ? this.#commands.take(1) || this.#bytes.take(bytes) : 0;
  }

  /** Counts a refusal. @returns whether it was one too many */
  strike(): boolean {
    return this.#strikes.take(1) > 0;
  }
}
