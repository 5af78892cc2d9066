/**
 * So much a turn of the event loop and no more: what many ask for at once is done in portions, first come, first served, and
 * whoever else wants the event loop has it in between.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** See the module. */
export class Turns {
  readonly #clock: Clock;
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  /** How many have begun in this turn. */
  #begun = 0;
  #turnPlanned = false;

  /**
   * Begins with nobody waiting.
   *
   * @param perTurn how many may begin in a turn
   */
  constructor(clock: Clock, perTurn: number) {
    this.#clock = clock;
    this.#perTurn = perTurn;
  }

  /** Resolves when it is the caller's turn. There must be a bound on how many callers there are. */
  async take(): Promise<void> {
    this.#planTurn();
    if (this.#begun >= this.#perTurn) return await new Promise((resolve) => this.#waiting.push(resolve));
    this.#begun++;
  }

  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    this.#clock.soon(() => {
      this.#turnPlanned = false;
      const next = this.#waiting.splice(0, this.#perTurn);
      this.#begun = next.length;
      if (next.length > 0) this.#planTurn();
      for (const begin of next) begin();
    });
  }
}
