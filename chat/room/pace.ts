/**
 * Batch while busy. In an idle room a round begins in the next turn of the event loop; after it, the next one waits for a time
 * in proportion to what this one cost, and serves all requests that came meanwhile. So an idle room hardly waits, and the busier
 * it is the more each round carries: the share of time that rounds take is bounded under any load.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import { FANOUT_DELAY_MS } from "../limits.ts";

/** A round takes at most a quarter of the time between the beginnings of two, unless messages would wait too long. */
const FACTOR = 4;
/** Shorter waits than this, in milliseconds, are one turn of the event loop: a timer takes 2 ms at the least. */
const SHORTEST_TIMER_MS = 2;

export class Pace {
  readonly #clock: Clock;
  readonly #round: () => Promise<void>;
  #state: "idle" | "planned" | "running" | "stopped" = "idle";
  #wanted = false;
  #notBefore = 0;
  #cancelTimer: Cancel | undefined;

  /** @param round does one; must not throw */
  constructor(clock: Clock, round: () => Promise<void>) {
    this.#clock = clock;
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
    await this.#round();
    const tookMs = this.#clock.elapsed() - began;
    this.#notBefore = began + Math.min(tookMs * FACTOR, FANOUT_DELAY_MS);
    if (this.#state !== "running") return;
    this.#state = "idle";
    if (this.#wanted) this.request();
  }
}
