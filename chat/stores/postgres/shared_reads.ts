/**
 * Reads of what follows in rooms, which share a transaction: those that are asked for in one turn of the event loop, or while one is under way. Where several
 * processes write in the same rooms, each reads a room after nearly every event of it, and by itself each read would cost a transaction.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Page } from "../../log/message_log.ts";
import { PG_ANSWER_MS, PG_RUNS_AT_ONCE, WORK_WAITING } from "./bounds.ts";
import { codeOf } from "./link.ts";
import type { Run } from "./read_runs.ts";

interface Waiting extends Run {
  askedAt: number;
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
      this.#queue.push({ ...run, askedAt: this.#clock.elapsed(), resolve, reject });
      if (this.#isReading) return;
      this.#isReading = true;
      this.#clock.soon(() => this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) await this.#settle(this.#queue.splice(0, PG_RUNS_AT_ONCE));
    this.#isReading = false;
  }

  async #settle(taken: Waiting[]): Promise<void> {
    const batch = this.#inTime(taken);
    if (batch.length === 0) return;
    try {
      const pages = await this.#readFirst(batch);
      pages.forEach((page, index) => batch[index]!.resolve(page));
      this.#queue.unshift(...batch.slice(pages.length));
    } catch (error) {
      // Where Postgres itself has answered, one of the rooms may be the reason, and the others can be read. Nobody else waits for that:
      // a room that takes until the statement is ended would hold up all.
      if (batch.length > 1 && codeOf(error) !== undefined) void this.#oneByOne(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  async #oneByOne(batch: Waiting[]): Promise<void> {
    for (const one of batch) await this.#settle([one]);
  }

  /** Those that have not waited for too long; the others are given up. */
  #inTime(taken: Waiting[]): Waiting[] {
    const oldest = this.#clock.elapsed() - PG_ANSWER_MS;
    return taken.filter(({ askedAt, reject }) => {
      if (askedAt < oldest) reject(new Error("it waited for too long"));
      return askedAt >= oldest;
    });
  }
}
