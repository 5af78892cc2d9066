/**
 * Finds the acknowledgements among what an author is sent. They come in the order of what it published, so that to count them is enough, and
 * nothing need be parsed.
 *
 * @module
 */

/** What only an acknowledgement has, in `chat.v1`. Its first byte does not come again in it: after a mismatch nothing need be read twice. */
const MARK = new TextEncoder().encode(':"ok"');

export class AckReader {
  /** When each that is not acknowledged was sent, the oldest first: as many as its author has under way. */
  readonly #waiting: number[] = [];
  readonly #acked: (sent: number) => void;
  #matched = 0;

  /** @param acked called for each acknowledgement, with the time of sending that was given for it */
  constructor(acked: (sent: number) => void) {
    this.#acked = acked;
  }

  /** Something was sent that will be acknowledged. */
  sent(micros: number): void {
    this.#waiting.push(micros);
  }

  /** Reads on from where the last call ended: `bytes` from `at` up to `end`. */
  read(bytes: Uint8Array, at: number, end: number): void {
    for (; at < end && this.#waiting.length > 0; at++) {
      if (bytes[at] === MARK[this.#matched]) this.#matched++;
      else this.#matched = bytes[at] === MARK[0] ? 1 : 0;
      if (this.#matched < MARK.length) continue;
      this.#matched = 0;
      this.#acked(this.#waiting.shift()!);
    }
  }
}
