/**
 * As much of RFC 6455 as a load generator needs: frames from a server taken apart in whatever pieces they arrive, frames
 * to a server put together. Fragmented messages need no care: nothing here depends on where a message begins.
 *
 * @module
 */

/** The kinds of frame that are told apart. */
export const Opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** Takes the frames of one connection. */
export interface FrameSink {
  /** A frame begins. @returns whether its payload is wanted whole, by {@linkcode whole}, rather than as it comes */
  begin(opcode: number, length: number): boolean;
  /** The next piece of a payload that was not wanted whole. */
  piece(bytes: Uint8Array, at: number, end: number): void;
  /** A payload that was wanted whole. */
  whole(opcode: number, payload: Uint8Array): void;
}

/** Takes the bytes of one connection apart. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #header = new Uint8Array(10);
  #have = 0;
  #left = 0;
  #gathering: Uint8Array | undefined;

  /** @param sink is told of every frame */
  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Reads on from where the last call ended: `bytes` from `at`. */
  read(bytes: Uint8Array, at = 0): void {
    while (at < bytes.length) {
      if (this.#left === 0) {
        at = this.#readHeader(bytes, at);
        if (this.#left === 0) continue;
      }
      const end = Math.min(at + this.#left, bytes.length);
      if (this.#gathering === undefined) this.#sink.piece(bytes, at, end);
      else this.#gathering.set(bytes.subarray(at, end), this.#gathering.length - this.#left);
      this.#left -= end - at;
      at = end;
      if (this.#left === 0) this.#finish();
    }
  }

  #readHeader(bytes: Uint8Array, at: number): number {
    const header = this.#header;
    while (at < bytes.length) {
      header[this.#have++] = bytes[at++]!;
      if (this.#have < 2) continue;
      const short = header[1]! & 0x7f;
      if (this.#have < (short < 126 ? 2 : short === 126 ? 4 : 10)) continue;
      const view = new DataView(header.buffer);
      this.#left = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
      this.#have = 0;
      const whole = this.#sink.begin(header[0]! & 0x0f, this.#left);
      this.#gathering = whole ? new Uint8Array(this.#left) : undefined;
      if (this.#left === 0) this.#finish();
      return at;
    }
    return at;
  }

  #finish(): void {
    if (this.#gathering !== undefined) this.#sink.whole(this.#header[0]! & 0x0f, this.#gathering);
  }
}

const utf8 = new TextEncoder();

/**
 * A frame as a client sends it. Masked, as a client must, with the key 0, which leaves the payload as it is: whatever
 * the generator saves is left for the server.
 */
export function clientFrame(payload: string | Uint8Array, opcode: number = Opcode.text): Uint8Array {
  const body = typeof payload === "string" ? utf8.encode(payload) : payload;
  if (body.length > 0xffff) {
    throw new RangeError(`Cannot frame: payload must be under 65536 bytes: received ${body.length}`);
  }
  const head = body.length < 126 ? 6 : 8;
  const frame = new Uint8Array(head + body.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (head === 6 ? body.length : 126);
  if (head === 8) new DataView(frame.buffer).setUint16(2, body.length);
  frame.set(body, head);
  return frame;
}
