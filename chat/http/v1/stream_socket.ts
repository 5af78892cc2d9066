/**
 * The body of a response, as a socket that only sends: so somebody who reads a stream is a connection as any other, with the same bounds on what
 * waits for it.
 *
 * @module
 */

import type { EventedSocket } from "../../outbox/outbox.ts";

const utf8 = new TextEncoder();

export class StreamSocket implements EventedSocket {
  onmessage: EventedSocket["onmessage"] = null;
  onclose: EventedSocket["onclose"] = null;
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  /** Resolves once nothing is sent any more, and nothing waits. */
  readonly ended: Promise<void>;
  /** What has not been taken yet: the outbox bounds it. */
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes that were taken last. They wait as well: that they have gone out shows only when more is asked for. */
  #taken = 0;
  #close: { code: number; reason: string } = { code: 1006, reason: "" };
  #onEnd!: () => void;
  #wake: (() => void) | undefined;

  constructor() {
    this.ended = new Promise((resolve) => this.#onEnd = resolve);
  }

  send(text: string): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const bytes = utf8.encode(text);
    this.bufferedAmount += bytes.length;
    this.#waiting.push(bytes);
    this.#wake?.();
  }

  /** Ends it behind what waits. */
  close(code: number, reason: string): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = WebSocket.CLOSING;
    this.#close = { code, reason };
    if (this.bufferedAmount === 0) this.#end();
  }

  /** Drops what waits, and ends it. As long as its reader takes nothing, its connection is there, and counts. */
  terminate(): void {
    this.#drop();
    this.readyState = Math.max(this.readyState, WebSocket.CLOSING);
    this.#wake?.();
  }

  /** Its reader has gone, or has enough. */
  leave(): void {
    this.#drop();
    this.#end();
  }

  #drop(): void {
    this.#waiting.length = 0;
    this.#taken = 0;
    this.bufferedAmount = 0;
  }

  /**
   * Takes what was sent next, once there is something, and so says that what it took before has gone out. Only one may wait for that.
   *
   * @param most how many bytes of it at a time
   * @returns nothing if nothing more comes
   */
  async take(most = Infinity): Promise<Uint8Array<ArrayBuffer> | undefined> {
    this.bufferedAmount -= this.#taken;
    this.#taken = 0;
    while (this.#waiting.length === 0 && this.readyState === WebSocket.OPEN) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.#waiting.length === 0) return void this.#end();
    if (this.#waiting[0]!.length > most) this.#split(most);
    const bytes = this.#waiting.shift()!;
    this.#taken = bytes.length;
    return bytes;
  }

  /** In copies: a view of the whole would keep all of it in memory for as long as one part is not read. */
  #split(most: number): void {
    const whole = this.#waiting.shift()!;
    const parts = Array.from(
      { length: Math.ceil(whole.length / most) },
      (_, index) => whole.slice(index * most, (index + 1) * most),
    );
    this.#waiting.unshift(...parts);
  }

  #end(): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.#wake?.();
    this.onclose?.(new CloseEvent("close", this.#close));
    this.#onEnd();
  }
}
