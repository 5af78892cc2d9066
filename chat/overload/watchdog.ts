/**
 * Sheds load before the process dies of it. While memory or the event loop are over their bounds for a while, no new connections are
 * taken, and the most expensive ones are closed, some at each check, until it is better. A single stall sheds nobody.
 *
 * @module
 */

import type { ReportTrouble } from "../logging/logger.ts";
import * as bounds from "./bounds.ts";

export interface WatchdogParts {
  memory(): number;
  /** Closes some of the most expensive connections. @returns how many */
  shed(): number;
  /** Called once when an overload begins and once when it is over. */
  report: ReportTrouble;
}

export class Watchdog {
  /** Whether the process is overloaded: no new connections should be taken. */
  overloaded = false;
  shed = 0;
  readonly #parts: WatchdogParts;
  /** Checks in a row that found an overload; during one, that found none. */
  #looks = 0;

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
  }

  /** Called every `WATCHDOG_MS`. @param lateMs by how much the call is late */
  look(lateMs: number): void {
    const memory = this.#parts.memory();
    const load = Math.max(memory, lateMs / bounds.OVERLOAD_LAG_MS);
    const counts = this.overloaded ? load < bounds.OVERLOAD_RELIEVED_SHARE : load > 1;
    this.#looks = counts ? this.#looks + 1 : 0;
    if (this.#looks === bounds.OVERLOAD_LOOKS) this.#turn(memory > 1);
    if (this.overloaded && load > 1) this.shed += this.#parts.shed();
  }

  #turn(byMemory: boolean): void {
    this.overloaded = !this.overloaded;
    this.#looks = 0;
    const what = byMemory ? "Too much memory is in use" : "There is more to do than can be done";
    this.#parts.report(
      this.overloaded
        ? `${what}: no new connections are taken, and the most expensive are closed`
        : `New connections are taken again; ${this.shed} were closed since the start for overload`,
    );
  }
}
