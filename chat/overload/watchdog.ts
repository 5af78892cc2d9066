/**
 * Sheds load before the process dies of it. While memory or the event loop are over their bounds for a while, no new connections are
 * taken, and the most expensive ones are closed, some at each check, until it is better. A single stall sheds nobody.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../base/clock.ts";
import type { ReportTrouble } from "../log/message_log.ts";
import {
  OVERLOAD_LAG_MS,
  OVERLOAD_LOOKS,
  OVERLOAD_RELIEVED_LOOKS,
  OVERLOAD_RELIEVED_SHARE,
  WATCHDOG_MS,
} from "./bounds.ts";

/** What a {@linkcode Watchdog} is made of. */
export interface WatchdogParts {
  /** It times the checks. */
  clock: Clock;
  /** The share of the allowed memory that is used: 1 is all. */
  memory(): number;
  /** Closes some of the most expensive connections. @returns how many */
  shed(): number;
  /** Called once when an overload begins and once when it is over. */
  report: ReportTrouble;
}

/** Checks between {@linkcode start} and {@linkcode stop}. */
export class Watchdog {
  readonly #parts: WatchdogParts;
  /** Checks in a row that found an overload; during one, that found none. */
  #looks = 0;
  #overloaded = false;
  #shed = 0;
  #cancel: Cancel | undefined;

  /** Looks at nothing yet. */
  constructor(parts: WatchdogParts) {
    this.#parts = parts;
  }

  /** Whether the process is overloaded: no new connections should be taken. */
  get overloaded(): boolean {
    return this.#overloaded;
  }

  /** Connections closed so far. */
  get shed(): number {
    return this.#shed;
  }

  /** Begins to check. Has a timer until {@linkcode stop}. */
  start(): void {
    this.#cancel ??= every(this.#parts.clock, WATCHDOG_MS, (lateMs) => this.#look(lateMs));
  }
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(lateMs: number): void {
    const memory = this.#parts.memory();
    const load = Math.max(memory, lateMs / OVERLOAD_LAG_MS);
    const counts = this.#overloaded ? load < OVERLOAD_RELIEVED_SHARE : load > 1;
    this.#looks = counts ? this.#looks + 1 : 0;
    if (!this.#overloaded && this.#looks >= OVERLOAD_LOOKS) this.#begin(memory > 1);
    else if (this.#overloaded && this.#looks >= OVERLOAD_RELIEVED_LOOKS) this.#end();
    if (this.#overloaded && load > 1) this.#shed += this.#parts.shed();
  }

  #begin(byMemory: boolean): void {
    this.#overloaded = true;
    this.#looks = 0;
    const what = byMemory ? "Too much memory is in use" : "There is more to do than can be done";
    this.#parts.report(`${what}: no new connections are taken, and the most expensive are closed`);
  }

  #end(): void {
    this.#overloaded = false;
    this.#looks = 0;
    this.#parts.report(`New connections are taken again; ${this.#shed} were closed since the start for overload`);
  }
}
