/**
 * The sockets of `ws` for a server that strangers reach: the work and the memory that a peer can cause are bounded, whatever it
 * sends or leaves unread.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import type { Clock } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";
import * as limits from "../../limits.ts";
import { wireBytes } from "../../wire/size.ts";
import type { Deadlines } from "./deadlines.ts";
import { type PausedReaders, ReadWindow, startReading, stopReading } from "./read_window.ts";
import { frameBytesOf } from "./frame.ts";
import { TokenBucket } from "../../base/token_bucket.ts";
import { WebSocket } from "./ws.ts";

const OPEN = 1;

/** Where `ws` keeps the parts of an unfinished message. Nothing public shows it. */
interface Receiver {
  /** 0 between two frames. */
  _state: number;
  /** 0 between two messages. */
  _fragmented: number;
  /** Whether it goes on parsing. */
  _loop: boolean;
  removeAllListeners(event: "message"): void;
}

export class GuardedSocket extends WebSocket {
  declare private readonly _receiver: Receiver;
  #tcp!: Duplex;
  #clock!: Clock;
  #paused: PausedReaders | undefined;
  #control!: TokenBucket;
  /** Texts that wait until the earlier bytes have left the system, and their size. */
  readonly #texts: string[] = [];
  #textBytes = 0;
  #goodbye: [code?: number, reason?: string] | undefined;
  #goodbyeAt = Infinity;
  /** Whether its goodbye waited already at the last check. */
  #hurried = false;
  #heardAt = 0;
  #window!: ReadWindow;
  /** Messages that have ended, and how many they were when one was last seen unfinished. */
  #messages = 0;
  #unfinished = -1;

  /**
   * Holds it to its bounds from now on.
   *
   * @param tcp its connection
   * @param looks calls {@linkcode look}
   * @param paused where it waits when its window is full; undefined: it reads everything
   */
  guard(tcp: Duplex, clock: Clock, looks: Deadlines<GuardedSocket>, paused: PausedReaders | undefined): void {
    this.#tcp = tcp;
    this.#clock = clock;
    this.#paused = paused;
    this.#control = new TokenBucket(clock, bounds.CONTROL_FRAMES_BURST, bounds.CONTROL_FRAMES_PER_S);
    this.#heardAt = clock.elapsed();
    this.#window = new ReadWindow(clock);
    tcp.on("data", (chunk: Uint8Array) => this.#count(chunk.length));
    tcp.on("drain", () => this.#sendOn());
    this.on("message", () => this.#messages++);
    // Without a listener the process would end. That the socket has closed follows.
    this.on("error", () => {});
    this.on("ping", () => this.#countControlFrame());
    this.on("pong", () => this.#countControlFrame());
    this.on("close", () => {
      looks.delete(this);
      paused?.delete(this);
    });
    looks.restart(this);
  }

  /**
   * Node hands everything that waits to the system in one piece, without showing its progress. So a little is handed over at a time:
   * otherwise a slow reader looks like one that is stuck.
   */
  override send(text: string): void {
    if (this.#goodbye !== undefined || this.readyState !== OPEN) return;
    if (!this.#tcp.writableNeedDrain) return void this.#tcp.write(frameBytesOf(text));
    this.#texts.push(text);
    this.#textBytes += wireBytes(text);
  }

  override get bufferedAmount(): number {
    return super.bufferedAmount + this.#textBytes;
  }

  /** Says goodbye after what waits. */
  override close(code?: number, reason?: string): void {
    // Later frames of the peer are ignored: there may be many.
    this._receiver.removeAllListeners("message");
    this.#goodbyeAt = Math.min(this.#goodbyeAt, this.#clock.elapsed());
    if (this.#texts.length === 0) super.close(code, reason);
    else this.#goodbye ??= [code, reason];
  }

  /** Ends the connection at once, and drops the waiting frames. */
  override terminate(): void {
    this.#texts.length = 0;
    this.#textBytes = 0;
    this.#goodbye = undefined;
    // Not even the rest of the bytes read is parsed.
    this._receiver._loop = false;
    super.terminate();
  }

  #sendOn(): void {
    while (this.#texts.length > 0 && !this.#tcp.writableNeedDrain) {
      const text = this.#texts.shift()!;
      this.#textBytes -= wireBytes(text);
      this.#tcp.write(frameBytesOf(text));
    }
    if (this.#texts.length > 0 || this.#goodbye === undefined) return;
    const [code, reason] = this.#goodbye;
    this.#goodbye = undefined;
    super.close(code, reason);
  }

  #count(bytes: number): void {
    this.#heardAt = this.#clock.elapsed();
    if (!this.#window.count(bytes) || this.#paused === undefined) return;
    if (this.#heardAt - this.#goodbyeAt > bounds.GOODBYE_HEARD_MS) return this.terminate();
    // Each time: the library reads on by itself when it has begun to close.
    this.pause();
    stopReading(this.#tcp);
    this.#paused.add(this);
  }

  override resume(): void {
    super.resume();
    startReading(this.#tcp);
  }

  #countControlFrame(): void {
    if (this.#control.take(1) > 0) this.terminate();
  }

  /** Called every `LOOK_MS`. */
  look(): void {
    if (this.readyState !== OPEN) return;
    if (this.#hurried) this.terminate();
    this.#hurried = this.#goodbye !== undefined;
    const silentMs = this.#clock.elapsed() - this.#heardAt;
    const { _state, _fragmented } = this._receiver;
    const unfinished = _state !== 0 || _fragmented !== 0;
    if (unfinished && this.#unfinished === this.#messages) this.terminate();
    else if (silentMs > limits.IDLE_TIMEOUT_S * 1000 - bounds.LOOK_MS) this.terminate();
    else if (silentMs > limits.IDLE_TIMEOUT_S * 500 - bounds.LOOK_MS) this.ping();
    this.#unfinished = unfinished ? this.#messages : -1;
  }
}
