/**
 * Node's HTTP server reads this stream instead of a TCP connection, with `GUARD=on`. From the connection itself Node takes 64 KiB at a time,
 * makes a request of every 20 bytes of it at once, and keeps them all until they are answered.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";
import { type PausedReaders, ReadWindow, startReading, stopReading } from "./read_window.ts";

/** Emitted when the peer sends no more, even if that is not read yet. */
export const PEER_ENDED = "peer ended";

/** Where the head of a request ends. */
const BLANK_LINE = "\r\n\r\n";

/** A connection from which one request is read at a time, the next once the answer has left, within its read window. */
export class RequestStream extends Duplex {
  readonly #tcp: Socket;
  readonly #window: ReadWindow;
  readonly #paused: PausedReaders | undefined;
  /** A piece from the network that is not handed on yet. */
  #waiting: Uint8Array = new Uint8Array(0);
  #holds = 0;
  /** Whether a head has begun of which the parser waits for the rest. */
  #inHead = false;
  #asked = true;
  #windowFull = false;
  /** Whether Node takes no more of a body for now. */
  #blocked = false;
  #ended = false;

  /** Reads a connection from now on. @param paused where it waits when its window is full; undefined: it reads everything */
  constructor(tcp: Socket, clock: Clock, paused: PausedReaders | undefined) {
    // Node is to take each piece before it gets the next.
    super({ readableHighWaterMark: 1 });
    this.#tcp = tcp;
    this.#window = new ReadWindow(clock);
    this.#paused = paused;
    for (const [event, listener] of Object.entries(this.#listeners)) tcp.on(event, listener);
  }

  /** Whether the peer sends no more, even if that is not read yet. */
  get hasPeerEnded(): boolean {
    return this.#ended;
  }

  get remoteAddress(): string | undefined {
    return this.#tcp.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#tcp.remotePort;
  }

  /**
   * Reads no further until {@linkcode letGo} is called as often as this.
   *
   * @returns whether the request came when nothing was under way; false: it was sent along with one before
   */
  hold(): boolean {
    const asked = this.#asked;
    this.#asked = false;
    this.#inHead = false;
    this.#holds++;
    return asked;
  }

  letGo(): void {
    this.#holds--;
    this.#handOn();
  }

  /** Gives the connection back. @returns it, and what was read of it and not handed on */
  release(): { tcp: Socket; unread: Uint8Array } {
    const tcp = this.#tcp;
    stopReading(tcp);
    for (const [event, listener] of Object.entries(this.#listeners)) tcp.off(event, listener);
    this.#paused?.delete(this.#reader);
    return { tcp, unread: this.#waiting };
  }

  /** As a socket has it: `timeout` comes after so many milliseconds without a byte; 0: never. */
  setTimeout(ms: number): this {
    this.#tcp.setTimeout(ms);
    return this;
  }

  /** As a socket has it: ends after what was written. */
  destroySoon(): void {
    if (this.writableFinished) return void this.destroy();
    this.once("finish", () => this.destroy());
    if (this.writable) this.end();
  }

  override _read(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    // Bytes pushed from in here would be kept, and not parsed at once.
    queueMicrotask(() => this.#handOn());
  }

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    // Not by the callback of `write`: of a TLS socket in Deno 2.9 it may not come before something else is sent or read.
    if (this.#tcp.write(chunk)) done();
    else this.#tcp.once("drain", done);
  }

  override _final(done: () => void): void {
    this.#tcp.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#paused?.delete(this.#reader);
    this.#tcp.destroy();
    done(error);
  }

  readonly #reader = {
    resume: () => {
      this.#windowFull = false;
      this.#handOn();
    },
  };

  readonly #listeners = {
    data: (chunk: Uint8Array) => {
      if (this.#waiting.length === 0 && this.#holds === 0 && !this.#inHead) this.#asked = true;
      this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
      this.#handOn();
    },
    end: () => {
      this.#ended = true;
      this.emit(PEER_ENDED);
      this.#handOn();
    },
    error: (error: Error) => void this.destroy(error),
    close: () => void this.destroy(),
    timeout: () => void this.emit("timeout"),
  };

  get #held(): boolean {
    return this.#holds > 0 || this.#windowFull || this.#blocked || this.destroyed;
  }

  #handOn(): void {
    while (this.#waiting.length > 0 && !this.#held) this.#handOnHead();
    if (this.#held) {
      // Not before it has sent much: in Deno 2.9 a TLS socket that is paused may not write either.
      if (this.#waiting.length >= bounds.READ_WINDOW_BYTES / 2) stopReading(this.#tcp);
      return;
    }
    if (!this.#ended) return void startReading(this.#tcp);
    this.push(null);
  }

  /** The index up to which a head may end, so that each piece begins one request, or two if the blank line itself came in pieces. */
  #handOnHead(): void {
    const waiting = Buffer.from(this.#waiting.buffer, this.#waiting.byteOffset, this.#waiting.length);
    const end = waiting.indexOf(BLANK_LINE);
    const piece = end < 0 ? waiting : waiting.subarray(0, end + BLANK_LINE.length);
    this.#waiting = waiting.subarray(piece.length);
    const bytes = piece.length + (end < 0 ? 0 : bounds.READ_REQUEST_BYTES);
    if (this.#window.count(bytes) && this.#paused !== undefined) {
      this.#windowFull = true;
      this.#paused.add(this.#reader);
    }
    this.#inHead = end < 0;
    this.#blocked = !this.push(piece);
  }
}

/** Node takes it for a socket: it has every method that is used. */
export function asSocket(stream: RequestStream): Socket {
  return stream as unknown as Socket;
}
