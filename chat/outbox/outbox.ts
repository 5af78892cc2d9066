/**
 * One socket's way out. `send()` of a WebSocket never blocks and never refuses, so a peer that does not read would fill the
 * server's memory: here every byte is counted before it is handed over.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import type { Dialect } from "../dialect/dialect.ts";
import {
  CLOSE_MS,
  OUTBOX_BYTES,
  OUTBOX_HIGH_WATER_BYTES,
  OUTBOX_PAUSE_MS,
  OUTBOX_STALL_MS,
  OUTBOX_SWEEP_MS,
} from "../limits.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { type Frame, framesOf } from "../wire/frame.ts";
import type { Push, Reply } from "../wire/lines.ts";
import type { Backlog } from "./backlog.ts";

/** The part of a `WebSocket` that the service needs. */
export interface ChatSocket {
  /** Queues a text frame; never blocks. */
  send(data: string): void;
  /** Begins the close handshake. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. The runtime's `WebSocket` cannot do that. */
  terminate?(): void;
  /** Bytes handed over that have not left yet. */
  readonly bufferedAmount: number;
  /** 1 while it is open. */
  readonly readyState: number;
}

/** A socket with events; a subset of a `WebSocket`, so that tests can do without a network. */
export interface EventedSocket extends ChatSocket {
  /** A frame came. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** It is closed; may be called twice. */
  onclose: ((event: CloseEvent) => void) | null;
  /** It broke; `onclose` follows. */
  onerror: ((event: Event) => void) | null;
}

const OPEN = 1;

/** What an {@linkcode Outbox} is made of. */
export interface OutboxParts {
  socket: ChatSocket;
  /** The dialect of its peer. */
  dialect: Dialect;
  clock: Clock;
  /** The bytes that wait in all outboxes; this one adds to them. */
  backlog: Backlog;
  /**
   * Ends the connection: because more is to be sent while `OUTBOX_BYTES` wait, or nothing has left for `OUTBOX_STALL_MS`; or because its
   * dialect says something by a close.
   */
  close(close: Close): void;
}

export class Outbox {
  readonly dialect: Dialect;
  readonly #socket: ChatSocket;
  readonly #clock: Clock;
  readonly #backlog: Backlog;
  readonly #close: (close: Close) => void;
  /** Replies that share the next frame, and their length. */
  #lines: string[] = [];
  #linesLength = 0;
  #flushPlanned = false;
  /** Bytes handed over in all. */
  #handedOver = 0;
  /** Of those, how many had left at the last check. */
  #left = 0;
  #progressAt = 0;
  #ended = false;
  /** Whether the socket has closed. */
  #released = false;
  #cancelTermination: Cancel | undefined;
  /** They end the waits for the peer to read. */
  readonly #pauses = new Set<() => void>();

  constructor({ socket, dialect, clock, backlog, close }: OutboxParts) {
    this.dialect = dialect;
    this.#socket = socket;
    this.#clock = clock;
    this.#backlog = backlog;
    this.#close = close;
  }

  /** Whether so much waits that messages, which can be read again later, should not be added. */
  get full(): boolean {
    const mark = this.#backlog.exceeded ? 0 : OUTBOX_HIGH_WATER_BYTES;
    if (this.#handedOver - this.#left + this.#linesLength <= mark) return false;
    return this.measure() + this.#linesLength > mark;
  }

  /** Whether more may be sent, at once or in a moment. The sweep checks a peer that takes longer. */
  async hasSpace(): Promise<boolean> {
    if (this.full) await this.#pause(OUTBOX_PAUSE_MS);
    return !this.full;
  }

  /** Resolves once the peer has read enough to be sent a large reply, or is gone. */
  async ready(): Promise<void> {
    for (let ms = OUTBOX_PAUSE_MS; this.full && !this.#ended; ms *= 2) await this.#pause(Math.min(ms, OUTBOX_SWEEP_MS));
  }

  /** Resolves after `ms` milliseconds, or as soon as nothing can be sent any more. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended) return resolve();
      const end = () => {
        cancel();
        this.#pauses.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      this.#pauses.add(end);
    });
  }

  /** Sends a line in the peer's dialect, if it can say it. */
  send(line: Reply | Push): void {
    const said = this.dialect.say(line);
    if (said === undefined) return;
    if (typeof said === "string") this.line(said);
    else if ("bytes" in said) this.frame(said);
    else this.#close(said);
  }

  /** Sends a line soon: those of one turn of the event loop share a frame. */
  line(line: string): void {
    if (this.#ended) return;
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

  /** The socket has closed: nothing waits any more. Until then the queued frames take up memory, even if the connection was given up. */
  release(): void {
    this.#end();
    this.#released = true;
    this.#cancelTermination?.();
    this.#backlog.bytes -= this.#handedOver - this.#left;
    this.#left = this.#handedOver;
  }

  /** Sends the lines that wait, then the close; nothing after that. */
  end({ code, reason }: Close): void {
    if (this.#released) return;
    this.flush();
    this.#end();
    const socket = this.#socket;
    // A peer that does not read, or does not answer, would keep its waiting frames in memory.
    if (socket.terminate) this.#cancelTermination ??= this.#clock.after(CLOSE_MS, () => socket.terminate?.());
    // A turn later: while the peer's frames wait to be read, the runtime drops the connection before the close has left.
    this.#clock.soon(() => {
      try {
        socket.close(code, reason);
      } catch {
        // The other side has closed it meanwhile.
      }
    });
  }

  #end(): void {
    this.#ended = true;
    for (const end of this.#pauses) end();
  }

  /** Called on every sweep: finds a peer that has stopped reading. */
  check(): void {
    if (this.measure() > 0 && this.#clock.elapsed() - this.#progressAt > OUTBOX_STALL_MS) {
      this.#close(CloseCode.tooSlow);
    }
  }

  #hand({ text, bytes }: Frame): void {
    if (this.#ended || this.#socket.readyState !== OPEN) return;
    if (this.#handedOver === this.#left) this.#progressAt = this.#clock.elapsed();
    // Only the waiting bytes count, not the new frame: a single reply may be larger than the bound.
    if (this.#handedOver - this.#left > OUTBOX_BYTES && this.measure() > OUTBOX_BYTES) {
      // Nothing after this one either: a frame must not be left out in between.
      this.#ended = true;
      this.#close(CloseCode.tooSlow);
    } else {
      this.#handedOver += bytes;
      this.#backlog.bytes += bytes;
      this.#socket.send(text);
    }
  }

  /** Looks at the socket, which costs a call into the runtime, if anything may wait there. @returns the bytes that wait */
  measure(): number {
    if (this.#handedOver === this.#left) return 0;
    // The runtime does not report this for a socket that is being closed.
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
