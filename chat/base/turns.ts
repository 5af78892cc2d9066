/**
 * Bounds the reading in one turn of the event loop, for the whole process: many reads at once are done in portions, shared fairly
 * among the connections, and everything else runs in between.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { FairQueue } from "./fair_queue.ts";
import { READ_CREDIT_MS, READ_TURN_MS, READS_PER_TURN } from "./bounds.ts";

interface Job {
  owner: object;
  /** Never rejects. */
  run(): Promise<void>;
}

/** The charge for work that took longer than a turn: it waited for the store, and held up nobody. */
const WAITED_MS = 0.5;

export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new FairQueue<Job>(READ_CREDIT_MS);
  #turn = 0;
  #turnPlanned = false;
  #serving = false;
  /** Jobs begun in this turn, and their time. */
  #begun = 0;
  #usedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Does a piece of work when there is time for it: at once, if nobody waits. The work is measured and must be small, such as a page;
   * it must not wait for another piece of the same owner, which comes after it. The caller bounds how many it asks for.
   *
   * @param owner whose it is: a connection
   * @returns what the work gives
   */
  run<T>(owner: object, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(owner, { owner, run: () => work().then(resolve, reject) });
      this.#planTurn();
      if (!this.#serving) this.#serve();
    });
  }

  /** A job that outlasts its turn keeps this `#serve` waiting; the next turn begins a second one beside it. */
  async #serve(): Promise<void> {
    this.#serving = true;
    const turn = this.#turn;
    while (turn === this.#turn && this.#begun < READS_PER_TURN && this.#usedMs < READ_TURN_MS) {
      const job = this.#waiting.shift();
      if (job === undefined) break;
      this.#begun++;
      const began = this.#clock.elapsed();
      await job.run();
      const tookMs = turn === this.#turn ? this.#clock.elapsed() - began : WAITED_MS;
      if (turn === this.#turn) this.#usedMs += tookMs;
      this.#waiting.charge(job.owner, tookMs);
      this.#planTurn();
    }
    if (turn === this.#turn) this.#serving = false;
  }

  #planTurn(): void {
    if (this.#turnPlanned || (this.#waiting.idle && this.#begun === 0)) return;
    this.#turnPlanned = true;
    this.#clock.soon(() => {
      this.#turnPlanned = false;
      this.#turn++;
      this.#begun = 0;
      this.#usedMs = 0;
      this.#serving = false;
      if (this.#waiting.idle) return;
      this.#planTurn();
      this.#serve();
    });
  }
}
