/**
 * One socket's way out. `send()` of a WebSocket never blocks and never refuses, so a peer that does not read would fill the
 * server's memory: here every byte is counted before it is handed over.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import type { Dialect } from "../dialect/dialect.ts";
import * as limits from "../limits.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { type Frame, framesOf } from "../wire/frame.ts";
import type { Push, Reply } from "../wire/lines.ts";

/** The part of a `WebSocket` that the service needs. */
export interface ChatSocket {
  /** Queues a text frame; never blocks. */
  send(data: string): void;
  close(code: number, reason: string): void;
  /** Ends the connection at once. The runtime's `WebSocket` cannot do that. */
  terminate?(): void;
  /** Bytes handed over that have not left yet. */
  readonly bufferedAmount: number;
  readonly readyState: number;
}

/** A socket with events; a subset of a `WebSocket`, so that tests can do without a network. */
export interface EventedSocket extends ChatSocket {
  onmessage: ((event: MessageEvent) => void) | null;
  /** It is closed, or broke; may be called twice. */
  onclose: ((event: CloseEvent) => void) | null;
}

const { OPEN } = WebSocket;

/** What waits in all outboxes of a process together. */
export class Backlog {
  /** As last measured: there may be fewer by now. */
  bytes = 0;

  /** Whether it is so much that only peers that read are sent more. */
  get exceeded(): boolean {
    return this.bytes > limits.BACKLOG_BYTES;
  }
}

export interface OutboxParts {
  socket: ChatSocket;
  dialect: Dialect;
  clock: Clock;
  backlog: Backlog;
  /**
   * Ends the connection: because more is to be sent while `OUTBOX_BYTES` wait, or nothing has left for `OUTBOX_STALL_MS`; or because its
   * dialect says something by a close.
   */
  close(close: Close): void;
}

export class Outbox {
  dialect: Dialect;
  readonly #parts: OutboxParts;
  /** Replies that share the next frame, and their length. */
  #lines: string[] = [];
  #linesLength = 0;
  #flushPlanned = false;
  /** Bytes handed over that had not left at the last look. */
  #waiting = 0;
  #progressAt = 0;
  #ended = false;
  /** Whether the socket has closed. */
  #released = false;
  #cancelTermination: Cancel | undefined;

  constructor(parts: OutboxParts) {
    this.dialect = parts.dialect;
    this.#parts = parts;
  }

  /** Takes the dialect of a peer that knows these features. */
  agreeOn(features: string[]): void {
    this.dialect = this.dialect.withFeatures?.(features) ?? this.dialect;
  }

  /** Whether so much waits that messages, which can be read again later, should not be added. */
  get full(): boolean {
    const mark = this.#parts.backlog.exceeded ? 0 : limits.OUTBOX_HIGH_WATER_BYTES;
    if (this.#waiting + this.#linesLength <= mark) return false;
    return this.measure() + this.#linesLength > mark;
  }

  /** Whether more may be sent, at once or in a moment. The sweep checks a peer that takes longer. */
  async hasSpace(): Promise<boolean> {
    if (this.full) await this.#pause(limits.OUTBOX_PAUSE_MS);
    return !this.full;
  }

  /** Resolves once the peer has read enough to be sent a large reply, or is gone. */
  async ready(): Promise<void> {
    for (let ms = limits.OUTBOX_PAUSE_MS; this.full && !this.#ended; ms *= 2) {
      await this.#pause(Math.min(ms, limits.OUTBOX_SWEEP_MS));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(ms, resolve));
  }

  /** Sends a line in the peer's dialect, if it can say it. */
  send(line: Reply | Push): void {
    const said = this.dialect.say(line);
    if (said === undefined) return;
    if (typeof said === "string") this.line(said);
    else if ("bytes" in said) this.frame(said);
    else this.#parts.close(said);
  }

  /** Sends a line soon: those of one turn of the event loop share a frame. */
  line(line: string): void {
    if (this.#ended) return;
    this.#lines.push(line);
    this.#linesLength += line.length;
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#parts.clock.soon(() => this.flush());
  }

  /** Sends a frame, after the lines that wait: in one with them, if it does not become too large. */
  frame(frame: Frame): void {
    if (this.#lines.length === 0) return this.#hand(frame);
    this.#lines.push(frame.text);
    this.flush();
  }

  flush(): void {
    this.#flushPlanned = false;
    this.#linesLength = 0;
    for (const frame of framesOf(this.#lines.splice(0))) this.#hand(frame);
  }

  /** The socket has closed: nothing waits any more. Until then the queued frames take up memory, even if the connection was given up. */
  release(): void {
    this.#ended = true;
    this.#released = true;
    this.#cancelTermination?.();
    this.#forget();
  }

  #forget(): void {
    this.#parts.backlog.bytes -= this.#waiting;
    this.#waiting = 0;
  }

  /** What waited is dropped by that, even where the connection stays until its peer ends it. */
  #terminate(): void {
    this.#parts.socket.terminate?.();
    this.#forget();
  }

  /** Sends the lines that wait, then the close; nothing after that. */
  end({ code, reason }: Close): void {
    if (this.#released) return;
    this.flush();
    this.#ended = true;
    const { socket, clock } = this.#parts;
    // A peer that does not read, or does not answer, would keep its waiting frames in memory.
    if (socket.terminate) this.#cancelTermination ??= clock.after(limits.CLOSE_MS, () => this.#terminate());
    // A turn later: while the peer's frames wait to be read, the runtime drops the connection before the close has left.
    clock.soon(() => {
      try {
        socket.close(code, reason);
      } catch {
        // The other side has closed it meanwhile.
      }
    });
  }

  /** Called on every sweep: finds a peer that has stopped reading. */
  check(): void {
    if (this.measure() > 0 && this.#parts.clock.elapsed() - this.#progressAt > limits.OUTBOX_STALL_MS) {
      this.#parts.close(CloseCode.tooSlow);
    }
  }

  #hand({ text, bytes }: Frame): void {
    if (this.#ended || this.#parts.socket.readyState !== OPEN) return;
    if (this.#waiting === 0) this.#progressAt = this.#parts.clock.elapsed();
    // Only the waiting bytes count, not the new frame: a single reply may be larger than the bound.
    if (this.#waiting > limits.OUTBOX_BYTES && this.measure() > limits.OUTBOX_BYTES) {
      // Nothing after this one either: a frame must not be left out in between.
      this.#ended = true;
      this.#parts.close(CloseCode.tooSlow);
    } else {
      this.#waiting += bytes;
      this.#parts.backlog.bytes += bytes;
      this.#parts.socket.send(text);
    }
  }

  /** Looks at the socket, which costs a call into the runtime, if anything may wait there. @returns the bytes that wait */
  measure(): number {
    if (this.#waiting === 0) return 0;
    // The runtime does not report this for a socket that is being closed.
    if (this.#ended || this.#parts.socket.readyState !== OPEN) return this.#waiting;
    const waiting = this.#parts.socket.bufferedAmount;
    if (waiting < this.#waiting) {
      this.#parts.backlog.bytes -= this.#waiting - waiting;
      this.#waiting = waiting;
      this.#progressAt = this.#parts.clock.elapsed();
    }
    return waiting;
  }
}
