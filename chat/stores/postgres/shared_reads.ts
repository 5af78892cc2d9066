/**
 * Reads of what follows in rooms, which share a transaction: those that are asked for in one turn of the event loop, or while one is under way. Where several
 * processes write in the same rooms, each reads a room after nearly every event of it, and by itself each read would cost a transaction.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Page } from "../../log/message_log.ts";
import { PG_RUNS_AT_ONCE } from "./bounds.ts";
import { Line, type Waiting } from "./line.ts";
import { codeOf } from "./link.ts";
import type { Run } from "./read_runs.ts";

interface Read extends Run, Waiting {
  resolve(page: Page): void;
}

export class SharedReads {
  readonly #readFirst: (runs: Run[]) => Promise<Page[]>;
  readonly #clock: Clock;
  readonly #line: Line<Read>;
  #isReading = false;
  /** How many are read next. Of those that do not fit into a read the rooms are looked up in vain, so it is at most twice what has fitted. */
  #most = PG_RUNS_AT_ONCE;

  /** @param readFirst reads the first of some runs, one at least */
  constructor(readFirst: (runs: Run[]) => Promise<Page[]>, clock: Clock) {
    this.#readFirst = readFirst;
    this.#clock = clock;
    this.#line = new Line(clock);
  }

  read(run: Run): Promise<Page> {
    return new Promise((resolve, reject) => {
      this.#line.add({ ...run, askedAt: this.#clock.elapsed(), resolve, reject });
      if (this.#isReading) return;
      this.#isReading = true;
      this.#clock.soon(() => this.#work());
    });
  }

  async #work(): Promise<void> {
    for (let batch; (batch = this.#line.take(this.#most)).length > 0;) await this.#settle(batch);
    this.#isReading = false;
  }

  async #settle(batch: Read[]): Promise<void> {
    try {
      const pages = await this.#readFirst(batch);
      pages.forEach((page, index) => batch[index]!.resolve(page));
      this.#line.putBack(batch.slice(pages.length));
      const fits = pages.length < batch.length ? pages.length : this.#most;
      this.#most = Math.min(2 * fits, PG_RUNS_AT_ONCE);
    } catch (error) {
      // Where Postgres itself has answered, one of the rooms may be the reason, and the others can be read. Nobody else waits for that:
      // a room that takes until the statement is ended would hold up all.
      if (batch.length > 1 && codeOf(error) !== undefined) void this.#oneByOne(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  async #oneByOne(batch: Read[]): Promise<void> {
    for (const one of batch) for (const read of this.#line.inTime([one])) await this.#settle([read]);
  }
}
