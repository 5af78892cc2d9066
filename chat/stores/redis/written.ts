/**
 * Whether Redis has handed to the operating system what it has run. With `appendfsync everysec` it answers, and tells
 * others, before it writes its append-only file while a sync is under way. Whoever kills it then destroys what was
 * acknowledged or shown: its number is given to another message, which who resumes after it never sees.
 *
 * @module
 */

import type { Cancel, Clock } from "../../base/clock.ts";
import { StoreUnavailableError } from "../../log/message_log.ts";

/** How long to wait between two questions, in milliseconds, where Redis puts it off: it does for 2 s at most. */
const AOF_LOOK_MS = 2;
/** How long that may take altogether, in milliseconds. */
const AOF_PATIENCE_MS = 5_000;

/** Where Redis was when it was asked. */
export interface WriteLook {
  /** The epoch it was under. */
  epoch: string;
  /** The number of the latest commit by then. */
  number: number;
  /** What it says of its persistence: `INFO persistence`. */
  info: string;
}

/** Those who came before one look at Redis, and wait until all it had run by then is written. */
interface Round {
  done: PromiseWithResolvers<string>;
  until: number;
  looks: number;
  epoch: string;
  number: number;
  /** The size of the file that has it all. */
  target: number;
}

/**
 * See the module. However many wait, one question is under way at a time. The rounds are as many as there can be
 * questions within {@linkcode AOF_PATIENCE_MS}.
 */
export class WriteWatch {
  readonly #look: () => Promise<WriteLook>;
  readonly #clock: Clock;
  /** For those who came after the last question was sent. */
  #next: Round | undefined;
  /** Those that were asked for, the oldest first. */
  #rounds: Round[] = [];
  #running = false;
  /** The epoch and the size of the file at the last look. */
  #epoch = "";
  #size = 0;
  #written = { epoch: "", number: 0 };
  #endPause: Cancel | undefined;
  #closed = false;

  /** Knows of nothing that is written yet. @param look asks Redis, after it has shown it what this process has seen */
  constructor(look: () => Promise<WriteLook>, clock: Clock) {
    this.#look = look;
    this.#clock = clock;
  }

  /** Whether the commit of this number, which a script has answered with, is known to be written. */
  covers(epoch: string, number: number): boolean {
    return epoch === this.#written.epoch && number <= this.#written.number;
  }

  /**
   * Waits until all that Redis has run by now is written.
   *
   * @param epoch under which it was run: Redis must still be under it when it is asked
   * @throws {StoreUnavailableError} if it is not in time, or there is no telling
   */
  async all(epoch: string): Promise<void> {
    if (this.#closed) throw new StoreUnavailableError("The store is closed");
    this.#next ??= {
      done: Promise.withResolvers(),
      until: this.#clock.elapsed() + AOF_PATIENCE_MS,
      looks: 0,
      epoch: "",
      number: 0,
      target: 0,
    };
    const { promise } = this.#next.done;
    if (!this.#running) this.#run();
    if (await promise !== epoch) throw new StoreUnavailableError("Redis has lost or replaced its data meanwhile");
  }

  /** Whoever waits is told that there is no telling. */
  close(): void {
    this.#closed = true;
    this.#fail(new StoreUnavailableError("The store is closed"));
    this.#endPause?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#next !== undefined || this.#rounds.length > 0) {
      if (this.#next !== undefined) this.#rounds.push(this.#next);
      this.#next = undefined;
      try {
        this.#settle(await this.#look());
      } catch (error) {
        // Redis may be another one when it answers again: nobody must take its word for what this one had run.
        this.#fail(error);
      }
      // A Redis that puts nothing off has written by the second question.
      if ((this.#rounds[0]?.looks ?? 0) > 1) await this.#pause();
    }
    this.#running = false;
  }

  #settle({ epoch, number, info }: WriteLook): void {
    if (epoch !== this.#epoch) return this.#enter(epoch);
    const size = Number(/^aof_current_size:(\d+)/m.exec(info)?.[1]);
    const waiting = Number(/^aof_buffer_length:(\d+)/m.exec(info)?.[1]);
    const isFailing = /^aof_last_write_status:err/m.test(info);
    this.#rounds = this.#rounds.filter((round) => {
      if (round.looks++ === 0) Object.assign(round, { epoch, number });
      // It shrinks when Redis rewrites the file: then the target is another one.
      if (round.target === 0 || size < this.#size) round.target = size + waiting;
      const isWritten = waiting === 0 || (round.looks > 1 && size >= round.target);
      if (isWritten) this.#settled(round);
      else if (isFailing || this.#clock.elapsed() > round.until) {
        round.done.reject(new StoreUnavailableError("Redis does not write its append-only file: is the disk full?"));
      } else return true;
      return false;
    });
    this.#size = size;
  }

  /** The look itself may have begun the epoch, so it cannot tell whether that is written: the next one can. */
  #enter(epoch: string): void {
    this.#epoch = epoch;
    for (const { looks, done } of this.#rounds) if (looks > 0) done.resolve(epoch);
    this.#rounds = this.#rounds.filter(({ looks }) => looks === 0);
  }

  #settled({ epoch, number, done }: Round): void {
    if (!this.covers(epoch, number)) this.#written = { epoch, number };
    done.resolve(epoch);
  }

  #fail(error: unknown): void {
    for (const { done } of this.#rounds.splice(0)) done.reject(error);
    if (!this.#closed) return;
    this.#next?.done.reject(error);
    this.#next = undefined;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(AOF_LOOK_MS, resolve);
      this.#endPause = () => (cancel(), resolve());
    });
    this.#endPause = undefined;
  }
}
