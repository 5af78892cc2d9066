/**
 * A queue for a plain client's texts over its rate. The client cannot be told to slow down, so it is slowed down: the texts
 * are passed on in order as the rate allows, up to a bound.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import type { Input } from "../dialect/dialect.ts";
import { SLOWED_BYTES, SLOWED_LINES, SLOWED_OVERHEAD_BYTES, SLOWED_TOTAL_BYTES } from "../limits.ts";

export interface SlowLaneParts {
  clock: Clock;
  /** What waits in all slow lanes of a process: the bytes of the texts, and some for each. */
  slowed: { bytes: number };
  /** Takes a text's share of the rate. @returns 0 if it may pass now, else after how many milliseconds it may */
  takeOrWaitMs(input: Input): number;
  pass(input: Input): void;
  /** Called when nothing waits any more. */
  onEmpty(): void;
}

export class SlowLane {
  bytes = 0;
  readonly #parts: SlowLaneParts;
  readonly #waiting: Input[] = [];
  #cancel: Cancel | undefined;

  constructor(parts: SlowLaneParts) {
    this.#parts = parts;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Passes a text on now, or when its turn comes. @returns false if too much waits already: the text is not taken */
  take(input: Input): boolean {
    if (this.empty && this.#parts.takeOrWaitMs(input) === 0) {
      this.#parts.pass(input);
      return true;
    }
    const { bytes } = input;
    const size = bytes + SLOWED_OVERHEAD_BYTES;
    const full = this.#waiting.length >= SLOWED_LINES || this.bytes + bytes > SLOWED_BYTES ||
      this.#parts.slowed.bytes + size > SLOWED_TOTAL_BYTES;
    if (full) return false;
    this.#waiting.push(input);
    this.bytes += bytes;
    this.#parts.slowed.bytes += size;
    if (this.#cancel === undefined) this.#goOn();
    return true;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    while (!this.empty) this.#shift();
  }

  #goOn(): void {
    this.#cancel = undefined;
    while (!this.empty) {
      const waitMs = this.#parts.takeOrWaitMs(this.#waiting[0]!);
      if (waitMs > 0) {
        this.#cancel = this.#parts.clock.after(waitMs, () => this.#goOn());
        return;
      }
      this.#parts.pass(this.#shift());
    }
    this.#parts.onEmpty();
  }

  #shift(): Input {
    const input = this.#waiting.shift()!;
    this.bytes -= input.bytes;
    this.#parts.slowed.bytes -= input.bytes + SLOWED_OVERHEAD_BYTES;
    return input;
  }
}
