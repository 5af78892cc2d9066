/**
 * Where a plain client's texts wait that came faster than its rate allows. It cannot be told to slow down, so it is slowed down: the texts
 * are passed on in order as the rate allows, up to a bound.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import { SLOWED_BYTES, SLOWED_LINES, SLOWED_OVERHEAD_BYTES, SLOWED_TOTAL_BYTES } from "../limits.ts";

/** Bytes of texts that wait in all slow lanes of a process. */
export interface Slowed {
  /** What surrounds each text counts as well. */
  bytes: number;
}

/** What a {@linkcode SlowLane} is made of. */
export interface SlowLaneParts {
  clock: Clock;
  /** What waits in all of them; this one adds to it. */
  slowed: Slowed;
  /** Takes a text's share of the rate. @returns 0 if it may pass now, else after how many milliseconds it may */
  admit(bytes: number): number;
  /** Takes a text that may pass. */
  pass(text: string): void;
  /** Called when nothing waits any more. */
  onEmpty(): void;
}
export class SlowLane {
  readonly #parts: SlowLaneParts;
  #waiting: { text: string; bytes: number }[] = [];
  #bytes = 0;
  #cancel: Cancel | undefined;
  constructor(parts: SlowLaneParts) {
    this.#parts = parts;
  }
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing waits. */
  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Passes a text on now, or when its turn comes.
   *
   * @param bytes its size
   * @returns false where too much waits already: the text is not taken
   */
  take(text: string, bytes: number): boolean {
    if (this.empty && this.#parts.admit(bytes) === 0) {
      this.#parts.pass(text);
      return true;
    }
    const size = bytes + SLOWED_OVERHEAD_BYTES;
    const full = this.#waiting.length >= SLOWED_LINES || this.#bytes + bytes > SLOWED_BYTES ||
      this.#parts.slowed.bytes + size > SLOWED_TOTAL_BYTES;
    if (full) return false;
    this.#waiting.push({ text, bytes });
    this.#bytes += bytes;
    this.#parts.slowed.bytes += size;
    if (this.#cancel === undefined) this.#goOn();
    return true;
  }

  /** Forgets what waits, and ends its timer. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    while (!this.empty) this.#shift();
  }

  #goOn(): void {
    this.#cancel = undefined;
    while (!this.empty) {
      const waitMs = this.#parts.admit(this.#waiting[0]!.bytes);
      if (waitMs > 0) {
        this.#cancel = this.#parts.clock.after(waitMs, () => this.#goOn());
        return;
      }
      this.#parts.pass(this.#shift());
    }
    this.#parts.onEmpty();
  }

  #shift(): string {
    const { text, bytes } = this.#waiting.shift()!;
    this.#bytes -= bytes;
    this.#parts.slowed.bytes -= bytes + SLOWED_OVERHEAD_BYTES;
    return text;
  }
}
