/** Reads the texts in one direction of a WebSocket, from its bytes as they pass by (RFC 6455, without extensions). @module */

const END_OF_HEAD = "\r\n\r\n";
const [CONTINUED, TEXT] = [0, 1];

export class FrameReader {
  readonly #onText: (text: string) => void;
  readonly #onOpen: () => void;
  #bytes = new Uint8Array();
  #isOpen = false;
  /** The pieces of a text so far. */
  #pieces: Uint8Array<ArrayBuffer>[] = [];

  /** @param onOpen called once the head has passed that opens the socket, the server's `101` */
  constructor(onText: (text: string) => void, onOpen: () => void = () => {}) {
    this.#onText = onText;
    this.#onOpen = onOpen;
  }

  take(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
    if (!this.#isOpen && !this.#takeHead()) return;
    while (this.#takeFrame());
  }

  #takeHead(): boolean {
    const head = new TextDecoder("latin1").decode(this.#bytes);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) return false;
    this.#bytes = this.#bytes.slice(end + END_OF_HEAD.length);
    // A refusal opens nothing, and nothing follows it.
    this.#isOpen = /^(GET |HTTP\/1\.1 101)/.test(head);
    if (this.#isOpen) this.#onOpen();
    return this.#isOpen;
  }

  /** Takes one frame out, if it is there as a whole. */
  #takeFrame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    const [first, second] = [bytes[0]!, bytes[1]!];
    const view = new DataView(bytes.buffer);
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskAt = 2 + extended;
    const bodyAt = maskAt + (second & 0x80 ? 4 : 0);
    if (bytes.length < bodyAt) return false;
    const length = extended === 0 ? short : extended === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (bytes.length < bodyAt + length) return false;
    const body = bytes.slice(bodyAt, bodyAt + length);
    if (second & 0x80) body.forEach((byte, index) => body[index] = byte ^ bytes[maskAt + index % 4]!);
    this.#bytes = bytes.slice(bodyAt + length);
    const opcode = first & 0x0f;
    if (opcode === TEXT || opcode === CONTINUED) this.#takePiece(body, (first & 0x80) !== 0);
    return true;
  }

  #takePiece(piece: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    this.#pieces.push(piece);
    if (!isLast) return;
    const text = new TextDecoder().decode(new Uint8Array(this.#pieces.flatMap((each) => [...each])));
    this.#pieces = [];
    this.#onText(text);
  }
}
