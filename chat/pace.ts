/**
 * Batch while busy. A job that was asked for runs at once if it is idle; then it rests in proportion to what the run cost, and
 * whatever is asked for meanwhile waits for the next run. So an idle room answers at once, and the busier it is the more
 * each run carries: the time spent on runs stays at a fixed share, whatever the load.
 *
 * @module
 */

import type { Cancel, Clock } from "./clock.ts";

/** How a {@linkcode Pace} rests. */
export interface Rest {
  /** Milliseconds of rest for each millisecond that a run took. */
  factor: number;
  /** The longest rest, in milliseconds: the bound on what batching adds to a message's way. */
  mostMs: number;
}

/** Shorter rests than this, in milliseconds, are one turn of the event loop: a timer takes 2 ms at the least. */
const SHORTEST_TIMER_MS = 2;

/** See the module. */
export class Pace {
  readonly #clock: Clock;
  readonly #job: () => void | Promise<void>;
  readonly #rest: Rest;
  #state: "idle" | "planned" | "running" | "stopped" = "idle";
  #wanted = false;
  #notBefore = 0;
  #cancelTimer: Cancel | undefined;

  /** @param job what to run; must not throw */
  constructor(clock: Clock, rest: Rest, job: () => void | Promise<void>) {
    this.#clock = clock;
    this.#rest = rest;
    this.#job = job;
  }

  /** Asks for a run that begins after this call. */
  request(): void {
    if (this.#state === "running") this.#wanted = true;
    if (this.#state !== "idle") return;
    this.#state = "planned";
    const restMs = this.#notBefore - this.#clock.elapsed();
    if (restMs >= SHORTEST_TIMER_MS) this.#cancelTimer = this.#clock.after(restMs, () => this.#run());
    else this.#clock.soon(() => this.#run());
  }

  /** Ends it: the job does not run again. */
  stop(): void {
    this.#state = "stopped";
    this.#cancelTimer?.();
  }

  async #run(): Promise<void> {
    if (this.#state !== "planned") return;
    this.#state = "running";
    this.#wanted = false;
    const began = this.#clock.elapsed();
    const pending = this.#job();
    if (pending) await pending;
    const ended = this.#clock.elapsed();
    this.#notBefore = ended + Math.min((ended - began) * this.#rest.factor, this.#rest.mostMs);
    if (this.#state !== "running") return;
    this.#state = "idle";
    if (this.#wanted) this.request();
  }
}
