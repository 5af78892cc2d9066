/**
 * Lines about events that strangers can cause as often as they like: a flood of events must not become a flood of lines.
 *
 * @module
 */

import { type Clock, Timer } from "../base/clock.ts";
import * as bounds from "./bounds.ts";
import type { Logger } from "./logger.ts";

export class LimitedLines {
  readonly #event: string;
  readonly #logger: Logger;
  readonly #timer: Timer;
  /** How many there were since the start, told or not. */
  total = 0;
  /** Of the present span of time. */
  #seen = 0;

  /** @param event what each line is about */
  constructor(event: string, logger: Logger, clock: Clock) {
    this.#event = event;
    this.#logger = logger;
    this.#timer = new Timer(clock);
  }

  /** Writes a line for one, or counts it for the line about many. */
  tell(details: Record<string, unknown>): void {
    this.total++;
    if (++this.#seen <= bounds.LIMITED_LINES) this.#logger(this.#event, details);
    this.#timer.set(bounds.LIMITED_LINES_MS, () => this.stop());
  }

  /** Writes how many had no line. Called at the end. */
  stop(): void {
    this.#timer.stop();
    const more = this.#seen - bounds.LIMITED_LINES;
    this.#seen = 0;
    if (more <= 0) return;
    this.#logger(this.#event, { more, message: `${more} more in ${bounds.LIMITED_LINES_MS / 1000} s` });
  }
}
