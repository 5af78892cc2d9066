/**
 * One socket's way out. `send()` of a WebSocket never blocks and never refuses, so a peer that does not read would fill the
 * server's memory: here every byte is counted before it is handed over.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import {
  BACKLOG_BYTES,
  CLOSE_MS,
  FRAME_OUT_CHARACTERS,
  OUTBOX_BYTES,
  OUTBOX_HIGH_WATER_BYTES,
  OUTBOX_STALL_MS,
} from "../limits.ts";
import type { Close } from "../wire/close.ts";
import { wireBytes } from "../wire/size.ts";

/** What the service needs of a socket; a `WebSocket` has it. */
export interface ChatSocket {
  /** Queues a text frame; never blocks. */
  send(data: string): void;
  /** Begins the close handshake. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. A browser's `WebSocket` has no such thing, and what the runtime serves has not either. */
  terminate?(): void;
  /** Bytes handed over that have not left yet. */
  readonly bufferedAmount: number;
  /** 1 while it is open. */
  readonly readyState: number;
}

/** A socket that tells what happens to it; a subset of a `WebSocket`, so that tests can do without a network. */
export interface EventedSocket extends ChatSocket {
  /** A frame came. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** It is closed; may be told twice. */
  onclose: ((event: CloseEvent) => void) | null;
  /** It broke; that it is closed is told as well. */
  onerror: ((event: Event) => void) | null;
}

/** Text ready to be sent, and its size. Made once, sent to many. */
export interface Frame {
  /** What is sent. */
  text: string;
  /** Its size in UTF-8. */
  bytes: number;
}

const OPEN = 1;

/** What waits in all outboxes of a process, together. */
export class Backlog {
  /** Bytes that wait, as far as is known: each outbox looks when it is asked to, so there may be fewer. */
  bytes = 0;

  /** Whether it is so much that only those who read are given more. */
  get exceeded(): boolean {
    return this.bytes > BACKLOG_BYTES;
  }
}

/** Makes a frame of a text. */
export function frameOf(text: string): Frame {
  return { text, bytes: wireBytes(text) };
}

/** Joins lines into as few frames as `FRAME_OUT_CHARACTERS` allows. */
export function framesOf(lines: string[]): Frame[] {
  const frames: Frame[] = [];
  let start = 0;
  let length = 0;
  lines.forEach((line, index) => {
    if (index > start && length + line.length > FRAME_OUT_CHARACTERS) {
      frames.push(frameOf(lines.slice(start, index).join("\n")));
      start = index;
      length = 0;
    }
    length += line.length + 1;
  });
  if (start < lines.length) frames.push(frameOf(lines.slice(start).join("\n")));
  return frames;
}
export class Outbox {
  readonly #socket: ChatSocket;
  readonly #clock: Clock;
  readonly #backlog: Backlog;
  readonly #onTooSlow: () => void;
  /** Replies that share the next frame, and their length. */
  #lines: string[] = [];
  #linesLength = 0;
  #flushPlanned = false;
  /** Bytes handed over in all. */
  #handedOver = 0;
  /** Of those, how many had left when it was last looked at. */
  #left = 0;
  #progressAt = 0;
  #ended = false;
  /** Whether the socket has closed. */
  #released = false;
  #cancelTermination: Cancel | undefined;

  /**
   * Takes over what is sent on `socket`.
   *
   * @param backlog what waits in all outboxes; this one adds to it
   * @param onTooSlow called when more is to be sent while `OUTBOX_BYTES` wait, or when nothing has left for `OUTBOX_STALL_MS`
   */
  constructor(socket: ChatSocket, clock: Clock, backlog: Backlog, onTooSlow: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#backlog = backlog;
    this.#onTooSlow = onTooSlow;
  }

  /** Whether so much waits that nothing should be added which can be had again later. */
  get full(): boolean {
    const mark = this.#backlog.exceeded ? 0 : OUTBOX_HIGH_WATER_BYTES;
    if (this.#handedOver - this.#left + this.#linesLength <= mark) return false;
    return this.measure() + this.#linesLength > mark;
  }

  /** Sends a line soon: those of one turn of the event loop share a frame. */
  line(line: string): void {
    this.#lines.push(line);
    this.#linesLength += line.length;
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#clock.soon(() => this.flush());
  }

  /** Sends a frame, after the lines that wait: in one with them, if it does not become too large. */
  frame(frame: Frame): void {
    if (this.#lines.length === 0) return this.#hand(frame);
    this.#lines.push(frame.text);
    this.flush();
  }

  /** Sends the lines that wait. */
  flush(): void {
    this.#flushPlanned = false;
    this.#linesLength = 0;
    for (const frame of framesOf(this.#lines.splice(0))) this.#hand(frame);
  }

  /** The socket has closed: nothing waits any more. Until then what was queued takes up memory, whoever has given up on it. */
  release(): void {
    this.#ended = true;
    this.#released = true;
    this.#cancelTermination?.();
    this.#backlog.bytes -= this.#handedOver - this.#left;
    this.#left = this.#handedOver;
  }

  /** Sends the lines that wait, then the close; nothing after that. */
  end({ code, reason }: Close): void {
    if (this.#released) return;
    this.flush();
    this.#ended = true;
    const socket = this.#socket;
    // A peer that does not read, or does not answer, would keep what waits for it.
    if (socket.terminate) this.#cancelTermination ??= this.#clock.after(CLOSE_MS, () => socket.terminate?.());
    // A turn later: while frames of the peer's wait to be taken in, the runtime drops the line before the close has left.
    this.#clock.soon(() => {
      try {
        socket.close(code, reason);
      } catch {
        // The other side has closed it meanwhile.
      }
    });
  }

  /** To be called again and again: finds a peer that has stopped reading. */
  check(): void {
    if (this.measure() > 0 && this.#clock.elapsed() - this.#progressAt > OUTBOX_STALL_MS) this.#onTooSlow();
  }

  #hand({ text, bytes }: Frame): void {
    if (this.#ended || this.#socket.readyState !== OPEN) return;
    if (this.#handedOver === this.#left) this.#progressAt = this.#clock.elapsed();
    // What waits counts, not what comes: a single reply may be larger than all that may wait.
    if (this.#handedOver - this.#left > OUTBOX_BYTES && this.measure() > OUTBOX_BYTES) {
      // Nothing after this one either: a frame must not be left out in between.
      this.#ended = true;
      this.#onTooSlow();
    } else {
      this.#handedOver += bytes;
      this.#backlog.bytes += bytes;
      this.#socket.send(text);
    }
  }

  /** Looks at the socket, which costs a call into the runtime, if anything may wait there. @returns the bytes that wait */
  measure(): number {
    if (this.#handedOver === this.#left) return 0;
    // Of a socket that is being closed the runtime does not say any more.
    if (this.#ended || this.#socket.readyState !== OPEN) return this.#handedOver - this.#left;
    const waiting = this.#socket.bufferedAmount;
    const left = this.#handedOver - waiting;
    if (left > this.#left) {
      this.#backlog.bytes -= left - this.#left;
      this.#left = left;
      this.#progressAt = this.#clock.elapsed();
    }
    return waiting;
  }
}
