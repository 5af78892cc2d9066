/**
 * Reads of what follows in rooms, which share a transaction: those that are asked for in one turn of the event loop, or while one is under way. Where several
 * processes write in the same rooms, each reads a room after nearly every event of it, and by itself each read would cost a transaction.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Page } from "../../log/message_log.ts";
import { PG_RUNS_AT_ONCE, WORK_WAITING } from "./bounds.ts";
import { codeOf } from "./link.ts";
import type { Run } from "./read_runs.ts";

interface Waiting extends Run {
  resolve(page: Page): void;
  reject(error: unknown): void;
}

export class SharedReads {
  readonly #readFirst: (runs: Run[]) => Promise<Page[]>;
  readonly #clock: Clock;
  readonly #queue: Waiting[] = [];
  #isReading = false;

  /** @param readFirst reads the first of some runs, one at least */
  constructor(readFirst: (runs: Run[]) => Promise<Page[]>, clock: Clock) {
    this.#readFirst = readFirst;
    this.#clock = clock;
  }

  read(run: Run): Promise<Page> {
    if (this.#queue.length >= WORK_WAITING) return Promise.reject(new Error("too much waits for it"));
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...run, resolve, reject });
      if (this.#isReading) return;
      this.#isReading = true;
      this.#clock.soon(() => this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) await this.#settle(this.#queue.splice(0, PG_RUNS_AT_ONCE));
    this.#isReading = false;
  }

  async #settle(batch: Waiting[]): Promise<void> {
    try {
      const pages = await this.#readFirst(batch);
      pages.forEach((page, index) => batch[index]!.resolve(page));
      this.#queue.unshift(...batch.slice(pages.length));
    } catch (error) {
      // Where Postgres itself has answered, one of the rooms may be the reason, and the others can be read.
      const isOfOne = batch.length > 1 && codeOf(error) !== undefined;
      if (isOfOne) await Promise.all(batch.map((one) => this.#settle([one])));
      else for (const { reject } of batch) reject(error);
    }
  }
}
