/**
 * How long the event loop stands still, because it has too much to do or because the process was stopped. Clients are not blamed for
 * what they sent in that time.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "./clock.ts";
import { LOOP_BEAT_MS, LOOP_LATE_MS } from "./bounds.ts";

/** The total time that the event loop has stood still. */
export interface Stalls {
  /** Milliseconds so far. Never falls. */
  readonly stalledMs: number;
}

/** Measures between {@linkcode start} and {@linkcode stop}. */
export class LoopLag implements Stalls {
  readonly #clock: Clock;
  #due = 0;
  #stalledMs = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to measure. Has a timer until {@linkcode stop}. */
  start(): void {
    if (this.#cancel !== undefined) return;
    this.#beat();
    this.#cancel = every(this.#clock, LOOP_BEAT_MS, () => this.#beat());
  }

  stop(): void {
    this.#stalledMs = this.stalledMs;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  // Frames sent meanwhile may be read before the timer runs: so the stall under way counts.
  get stalledMs(): number {
    return this.#stalledMs + this.lateMs;
  }

  /** By how many milliseconds the loop is late at this moment; 0 if the delay is small. */
  get lateMs(): number {
    if (this.#cancel === undefined) return 0;
    const late = this.#clock.elapsed() - this.#due;
    return late > LOOP_LATE_MS ? late : 0;
  }

  #beat(): void {
    this.#stalledMs = this.stalledMs;
    this.#due = this.#clock.elapsed() + LOOP_BEAT_MS;
  }
}
