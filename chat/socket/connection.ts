/**
 * One socket: what arrives on it is checked and carried out in order; what goes out leaves by its outbox.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { failPoint } from "../base/fail_points.ts";
import * as limits from "../limits.ts";
import { type Backlog, type ChatSocket, Outbox } from "../outbox/outbox.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { BadCommandError, decodeCommand } from "../wire/decode.ts";
import { type Command, encode, type ErrorCode, type Push, type Reply } from "../wire/lines.ts";
import { frameFits, textFits, wireBytes } from "../wire/size.ts";
import type { Stalls } from "../base/loop_lag.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { type Slowed, SlowLane } from "./slow_lane.ts";

/** What a socket speaks: the tutorial's plain text, in a room or as an echo, or `chat.v1`. */
export type Dialect = "plain" | "echo" | "chat.v1";

/** Who is at the other end. */
export interface Peer {
  /** The id it speaks under. */
  id: string;
  /** What it speaks. */
  dialect: Dialect;
  /** Where the connection comes from, for the log. */
  address: string;
  /** A plain client, or one of the echo, that wants the lines of FastAPI's examples besides or instead. */
  like?: "fastapi";
}

/** What a connection hands on. A promise holds up what this connection sends next, and nobody else. */
export interface Receiver {
  /** A plain client's text. */
  text(connection: Connection, text: string): void | Promise<void>;
  /** A `chat.v1` client's command. */
  command(connection: Connection, command: Command): void | Promise<void>;
  /** It is over, for the reason given; called once. */
  closed(connection: Connection, close: Close): void;
  /** Something threw that should not have. */
  trouble(connection: Connection, error: unknown): void;
}

/** What all connections of a process share. */
export interface Surroundings {
  clock: Clock;
  /** What waits in all outboxes. */
  backlog: Backlog;
  /** How long the process has stood still. */
  stalls: Stalls;
  /** What waits in all slow lanes. */
  slowed: Slowed;
  /** False lets clients send at any rate. */
  limitRate: boolean;
}
export class Connection {
  /** Who is at the other end. */
  readonly peer: Peer;
  /** This connection among all others, for logs. */
  readonly session: string = crypto.randomUUID().slice(0, 8);
  /** Its way out. */
  readonly outbox: Outbox;
  /** The names of the rooms it is in. */
  readonly rooms: Set<string> = new Set();
  /** The name others see. */
  name: string;
  /** Whether `hello` was said; a plain client need not. */
  greeted: boolean;
  /** When it came, by the clock's `elapsed()`. */
  readonly since: number;
  /** Messages received. */
  received = 0;

  readonly #receiver: Receiver;
  readonly #limiter: RateLimiter;
  readonly #slowLane: SlowLane;
  readonly #waiting: (() => void | Promise<void>)[] = [];
  readonly #clock: Clock;
  #working = false;
  /** Commands refused for the rate, at most `EXCESS_MS` long, and since when. */
  #excess = 0;
  #excessSince = -Infinity;
  readonly #pauses = new Set<() => void>();
  #closed = false;
  /** How the socket closed, while texts that had come before still wait for their turn. */
  #goneAs: Close | undefined;
  constructor(
    socket: ChatSocket,
    peer: Peer,
    receiver: Receiver,
    { clock, backlog, stalls, slowed, limitRate }: Surroundings,
  ) {
    this.#clock = clock;
    this.peer = peer;
    this.name = `Client #${peer.id}`;
    this.greeted = peer.dialect !== "chat.v1";
    this.#receiver = receiver;
    this.#limiter = new RateLimiter(clock, limitRate, stalls);
    this.#slowLane = new SlowLane({
      clock,
      slowed,
      admit: (bytes) => this.#limiter.admitText(bytes),
      pass: (text) => this.#enqueue(() => this.#receiver.text(this, text)),
      onEmpty: () => this.#goneAs !== undefined && this.#end(this.#goneAs),
    });
    this.since = clock.elapsed();
    this.outbox = new Outbox(socket, clock, backlog, () => this.close(CloseCode.tooSlow));
  }

  /** Whether it is over: nothing it sent is carried out any more, nothing is sent to it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that wait for its peer to read, or for its rate to allow. Looks at the socket, if anything may wait there. */
  measureWaiting(): number {
    return this.outbox.measure() + this.#slowLane.bytes;
  }

  /** How many commands were refused of late because they were over its rate. */
  get excess(): number {
    return this.#clock.elapsed() - this.#excessSince < limits.EXCESS_MS ? this.#excess : 0;
  }

  /** To be called again and again: ends it if its peer has stopped reading, or has not said `hello` in time. */
  check(): void {
    this.#guard(() => {
      this.outbox.check();
      if (!this.greeted && this.#clock.elapsed() - this.since > limits.HELLO_MS) this.close(CloseCode.noHello);
    });
  }

  /** Does something before whatever the client sends; what it sends meanwhile waits. */
  begin(work: () => void | Promise<void>): void {
    this.#enqueue(work);
  }

  /** Resolves once the peer has read enough to be sent a large reply, or is gone. */
  async ready(): Promise<void> {
    for (let ms = limits.OUTBOX_PAUSE_MS; this.outbox.full && !this.#closed; ms *= 2) {
      await this.pause(Math.min(ms, limits.OUTBOX_SWEEP_MS));
    }
  }

  /** Resolves after `ms` milliseconds, or as soon as the connection is over. */
  pause(ms = limits.OUTBOX_PAUSE_MS): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      const end = () => {
        cancel();
        this.#pauses.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      this.#pauses.add(end);
    });
  }

  /** Sends a reply or a push; those of one turn of the event loop share a frame. */
  send(line: Reply | Push): void {
    if (!this.#closed) this.outbox.line(encode(line));
  }

  /**
   * Ends it at once for everybody here. The socket may take its time, or, with a peer that does not read, for ever: so
   * nothing may wait for it.
   */
  close(close: Close): void {
    if (this.#closed) return;
    this.outbox.end(close);
    this.#end(close);
  }

  /** The socket says that it has closed. What a plain client had sent before is still passed on, at its rate: it stays until then. */
  socketClosed(close: Close): void {
    this.outbox.release();
    if (this.#slowLane.empty) this.#end(close);
    else this.#goneAs ??= close;
  }

  #end(close: Close): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#slowLane.stop();
    for (const end of this.#pauses) end();
    this.#receiver.closed(this, close);
  }

  /** Ends it because of a mistake of ours: the operator reads of it, the client is told to come back. */
  fail(error: unknown): void {
    this.#receiver.trouble(this, error);
    this.close(CloseCode.internal);
  }

  /** Takes a frame from the socket. */
  receive(data: unknown): void {
    if (this.#closed) return;
    if (typeof data !== "string") return this.close(CloseCode.binary);
    if (!frameFits(data)) return this.close(CloseCode.tooBig);
    this.#guard(() => {
      failPoint("frame read");
      this.received++;
      if (this.peer.dialect !== "chat.v1") this.#receiveText(data);
      else this.#receiveLines(data);
    });
  }

  #receiveText(text: string): void {
    if (!textFits(text)) return this.close(CloseCode.tooBig);
    if (!this.#slowLane.take(text, wireBytes(text))) this.close(CloseCode.tooFast);
  }

  #receiveLines(data: string): void {
    const lines = data.split("\n").filter((line) => line.trim() !== "");
    if (lines.length > limits.FRAME_IN_LINES) {
      return this.refuse("too_many_lines", `A frame must have at most ${limits.FRAME_IN_LINES} lines`);
    }
    // A frame without a line costs as much as a command: otherwise it could be sent without end.
    if (lines.length === 0) return this.#admit(data.length, undefined, () => {});
    for (const line of lines) {
      if (this.#closed) return;
      this.#receiveLine(line);
    }
  }

  #receiveLine(line: string): void {
    try {
      const command = decodeCommand(line);
      failPoint("command decoded");
      this.#admit(wireBytes(line), command, () => this.#enqueue(() => this.#receiver.command(this, command)));
    } catch (error) {
      if (!(error instanceof BadCommandError)) throw error;
      this.refuse(error.code, error.message, error.ref);
    }
  }

  /** Goes on if the rate allows it; otherwise says when it will. */
  #admit(bytes: number, command: Command | undefined, goOn: () => void): void {
    const refusal = this.#limiter.admit(bytes, command);
    if (refusal === undefined) return goOn();
    this.#countExcess();
    const { message, retryAfterMs, persists } = refusal;
    this.send({ type: "error", ref: command?.ref, code: "rate_limited", message, retryAfterMs });
    if (persists) this.close(CloseCode.tooFast);
  }

  #countExcess(): void {
    if (this.excess === 0) {
      this.#excess = 0;
      this.#excessSince = this.#clock.elapsed();
    }
    this.#excess++;
  }

  /** Answers a command with an error, which counts as a strike. */
  refuse(code: ErrorCode, message: string, ref?: string): void {
    this.send({ type: "error", ref, code, message });
    if (this.#limiter.strike()) this.close(CloseCode.tooManyErrors);
  }

  #enqueue(work: () => void | Promise<void>): void {
    if (this.#waiting.length >= limits.COMMANDS_IN_FLIGHT) return this.close(CloseCode.tooFast);
    this.#waiting.push(work);
    if (!this.#working) this.#work();
  }

  /** Carries out what waits, one after the other. Stays in this turn of the event loop as long as nothing is awaited. */
  #work(): void {
    this.#working = true;
    let work: (() => void | Promise<void>) | undefined;
    while ((work = this.#waiting.shift())) {
      const pending = this.#guard(work);
      if (pending) {
        pending.catch((error) => this.fail(error)).then(() => this.#work());
        return;
      }
    }
    this.#working = false;
  }

  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}
