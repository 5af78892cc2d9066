/**
 * Batch while busy. While there is little to do a round begins in the next turn of the event loop; after it, the next one waits for a time
 * in proportion to what this one cost, and serves all requests that came meanwhile. So little work hardly waits, and the more there is
 * the more each round carries: the share of time that rounds take is bounded under any load.
 *
 * @module
 */

import type { Cancel, Clock } from "./clock.ts";

/** A round takes at most a quarter of the time between the beginnings of two, unless the next would wait too long. */
const FACTOR = 4;
/** Shorter waits than this, in milliseconds, are one turn of the event loop: a timer takes 2 ms at the least. */
const SHORTEST_TIMER_MS = 2;

export class Pace {
  readonly #clock: Clock;
  readonly #mostMs: number;
  readonly #round: () => Promise<boolean>;
  #state: "idle" | "planned" | "running" | "stopped" = "idle";
  #wanted = false;
  #notBefore = 0;
  #cancelTimer: Cancel | undefined;

  /**
   * @param mostMs the longest time between the beginnings of two rounds, if neither takes longer itself
   * @param round does one; must not throw. It resolves to whether the next one is to wait
   */
  constructor(clock: Clock, mostMs: number, round: () => Promise<boolean>) {
    this.#clock = clock;
    this.#mostMs = mostMs;
    this.#round = round;
  }

  /** Asks for a round that begins after this call. */
  request(): void {
    if (this.#state === "running") this.#wanted = true;
    if (this.#state !== "idle") return;
    this.#state = "planned";
    const waitMs = this.#notBefore - this.#clock.elapsed();
    if (waitMs >= SHORTEST_TIMER_MS) this.#cancelTimer = this.#clock.after(waitMs, () => this.#begin());
    else this.#clock.soon(() => this.#begin());
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancelTimer?.();
  }

  async #begin(): Promise<void> {
    if (this.#state !== "planned") return;
    this.#state = "running";
    this.#wanted = false;
    const began = this.#clock.elapsed();
    if (await this.#round()) {
      const tookMs = this.#clock.elapsed() - began;
      this.#notBefore = began + Math.min(tookMs * FACTOR, this.#mostMs);
    }
    if (this.#state !== "running") return;
    this.#state = "idle";
    if (this.#wanted) this.request();
  }
}
