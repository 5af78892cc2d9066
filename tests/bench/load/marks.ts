/**
 * The mark that every message of the bench carries in its text, and the reader that finds it again in whatever a server
 * made of that text: a plain line, one of many JSON lines in a frame, a Socket.IO event.
 *
 * A mark is a run of `@` and the time of sending. The run is long so that the reader need look only at every 32nd
 * byte: at two million deliveries a second the load generator must not be the slow one.
 *
 * @module
 */

/** Characters of `@` in a row; no server and no other part of a message has even one. */
export const RUN = 32;
/** Digits of the time stamp behind the run: microseconds since the generator began, good for 2.7 hours. */
export const STAMP_DIGITS = 10;

const AT = 0x40;
const ZERO = 0x30;
const run = "@".repeat(RUN);

/** The length of a mark. */
export const MARK = RUN + STAMP_DIGITS;

/**
 * The text of a message, or a reaction's nonce, which is pushed as well.
 *
 * @param micros when it is sent: whole microseconds since the generator began
 * @param bytes how long it is to be; at least the mark's own length
 */
export function markedText(micros: number, bytes: number): string {
  return (run + String(micros).padStart(STAMP_DIGITS, "0")).padEnd(bytes, "x");
}

/** Finds the marks in one connection's bytes, in whatever pieces they arrive. */
export class MarkReader {
  #state: "seeking" | "in run" | "in stamp" = "seeking";
  #stamp = 0;
  #digits = 0;
  readonly #found: (micros: number) => void;

  /** @param found called for each mark with its time stamp */
  constructor(found: (micros: number) => void) {
    this.#found = found;
  }

  /** Reads on from where the last call ended: `bytes` from `at` up to `end`. */
  read(bytes: Uint8Array, at: number, end: number): void {
    while (at < end) {
      if (this.#state === "seeking") {
        if (bytes[at] !== AT) {
          // A run that begins in what is skipped reaches the next byte looked at, be it in the next piece.
          at += RUN;
          continue;
        }
        this.#state = "in run";
      }
      if (this.#state === "in run") {
        while (at < end && bytes[at] === AT) at++;
        if (at === end) return;
        this.#state = "in stamp";
        this.#stamp = this.#digits = 0;
      }
      while (at < end && this.#digits < STAMP_DIGITS) {
        this.#stamp = this.#stamp * 10 + bytes[at++]! - ZERO;
        this.#digits++;
      }
      if (this.#digits < STAMP_DIGITS) return;
      this.#state = "seeking";
      this.#found(this.#stamp);
    }
  }
}
