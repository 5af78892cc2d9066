/**
 * Batch while busy. A job runs at once if it is idle; the next run begins after a time in proportion to what
 * this one cost, and serves all requests that came meanwhile. So an idle room answers at once, and the busier it is
 * the more each run carries: the share of time that runs take is bounded under any load.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import { FANOUT_DELAY_MS } from "../limits.ts";

/** A run takes at most a quarter of the time between the beginnings of two, unless messages would wait too long. */
const FACTOR = 4;
/** Shorter waits than this, in milliseconds, are one turn of the event loop: a timer takes 2 ms at the least. */
const SHORTEST_TIMER_MS = 2;

export class Pace {
  readonly #clock: Clock;
  readonly #job: () => Promise<void>;
  #state: "idle" | "planned" | "running" | "stopped" = "idle";
  #wanted = false;
  #notBefore = 0;
  #cancelTimer: Cancel | undefined;

  /** @param job what to run; must not throw */
  constructor(clock: Clock, job: () => Promise<void>) {
    this.#clock = clock;
    this.#job = job;
  }

  /** Asks for a run that begins after this call. */
  request(): void {
    if (this.#state === "running") this.#wanted = true;
    if (this.#state !== "idle") return;
    this.#state = "planned";
    const waitMs = this.#notBefore - this.#clock.elapsed();
    if (waitMs >= SHORTEST_TIMER_MS) this.#cancelTimer = this.#clock.after(waitMs, () => this.#run());
    else this.#clock.soon(() => this.#run());
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancelTimer?.();
  }

  async #run(): Promise<void> {
    if (this.#state !== "planned") return;
    this.#state = "running";
    this.#wanted = false;
    const began = this.#clock.elapsed();
    await this.#job();
    const tookMs = this.#clock.elapsed() - began;
    this.#notBefore = began + Math.min(tookMs * FACTOR, FANOUT_DELAY_MS);
    if (this.#state !== "running") return;
    this.#state = "idle";
    if (this.#wanted) this.request();
  }
}
