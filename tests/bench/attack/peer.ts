/**
 * A WebSocket on bare TCP that counts what it is sent, and can send what no browser would.
 *
 * @module
 */

import { clientFrame, FrameReader, type FrameSink, Opcode } from "../load/frames.ts";

/** Above this a text is counted and not read, unless {@linkcode Peer.readsAll}: the attackers share a core with the victim. */
const READ_BYTES = 1_000;
const utf8 = new TextDecoder();

/** How to connect. */
export interface PeerOptions {
  /** Asks for `chat.v1` rather than plain text. */
  chat?: boolean;
  /** Called for each text that is read. */
  onText?(text: string): void;
}
export class Peer implements FrameSink {
  /** Bytes received. */
  bytes = 0;
  /** Frames received, those of the protocol itself included. */
  frames = 0;
  /** Whether the connection has ended, by either side. */
  closed = false;
  /** Whether it was we who ended it. */
  left = false;
  /** Reads long texts too. */
  readsAll = false;
  readonly #connection: Deno.TcpConn;
  readonly #onText: (text: string) => void;
  readonly #reader = new FrameReader(this);
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(connection: Deno.TcpConn, onText: (text: string) => void) {
    this.#connection = connection;
    this.#onText = onText;
  }

  /** Connects. @throws if it is refused */
  static async open(port: number, path: string, { chat = false, onText = () => {} }: PeerOptions): Promise<Peer> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    const peer = new Peer(connection, onText);
    await peer.raw(
      new TextEncoder().encode(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
          (chat ? "Sec-WebSocket-Protocol: chat.v1\r\n" : "") + "\r\n",
      ),
    );
    const buffer = new Uint8Array(64 * 1024);
    const rest = await peer.#readHead(buffer);
    peer.#reader.read(rest);
    peer.#readOn(buffer);
    return peer;
  }

  /** Sends a text, after what was sent before. */
  send(text: string): void {
    const frame = clientFrame(text);
    this.#sending = this.#sending.then(() => this.raw(frame)).catch(() => this.#end());
  }

  /** Sends bytes as they are. Resolves once the system has taken them. */
  async raw(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
  }

  /** Goes without a word. */
  leave(): void {
    this.left = true;
    this.#end();
  }

  #end(): void {
    this.closed = true;
    try {
      this.#connection.close();
    } catch {
      // It was closed before.
    }
  }

  begin(opcode: number, length: number): boolean {
    this.frames++;
    return opcode !== Opcode.text || this.readsAll || length <= READ_BYTES;
  }

  piece(): void {}

  whole(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.text) this.#onText(utf8.decode(payload));
    else if (opcode === Opcode.close) this.#end();
    else if (opcode === Opcode.ping) this.raw(clientFrame(payload, Opcode.pong)).catch(() => this.#end());
  }

  async #readHead(buffer: Uint8Array): Promise<Uint8Array> {
    let head = "";
    while (true) {
      const length = await this.#connection.read(buffer);
      if (length === null) throw new Error("The server ended the connection");
      const before = head.length;
      head += utf8.decode(buffer.subarray(0, length));
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) continue;
      if (head.startsWith("HTTP/1.1 101")) return buffer.subarray(end + 4 - before, length);
      this.#end();
      throw new Error(`The server answered ${head.split("\r\n")[0]}`);
    }
  }

  async #readOn(buffer: Uint8Array): Promise<void> {
    try {
      while (!this.closed) {
        const length = await this.#connection.read(buffer);
        if (length === null) break;
        this.bytes += length;
        this.#reader.read(buffer.subarray(0, length));
      }
    } catch {
      // Reset, or ended by us: the same to who counts.
    }
    this.#end();
  }
}
