/** One socket: its frames are checked and carried out in order; everything for it leaves by its outbox. @module */

import { networkOf } from "../base/addresses.ts";
import { failPoint } from "../base/fail_points.ts";
import type { Stalls } from "../base/loop_lag.ts";
import { execute } from "../commands/execute.ts";
import type { Caller, Chat } from "../commands/handler.ts";
import type { Input } from "../dialect/dialect.ts";
import { dialectOf, type Speech } from "../dialect/dialect_of.ts";
import { COMMANDS_IN_FLIGHT, HELLO_MS, TOKEN_EXPIRING_MS, TOKEN_GRACE_MS } from "../limits.ts";
import { type Backlog, type EventedSocket, Outbox } from "../outbox/outbox.ts";
import type { Denial } from "../policy/may.ts";
import { Session } from "../policy/session.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { BadCommandError } from "../wire/decode.ts";
import { frameOf } from "../wire/frame.ts";
import { frameFits } from "../wire/size.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { SlowLane, type SlowLaneParts } from "./slow_lane.ts";

/** The other end, and its dialect. */
export interface Peer extends Speech {
  id: string;
  /** The address of the other end, for the service's log. */
  address: string;
}

/** All connections of a process share these. */
export interface Surroundings {
  chat: Chat;
  backlog: Backlog;
  stalls: Stalls;
  slowed: SlowLaneParts["slowed"];
  /** Requests so far that the rate has let pass. */
  admitted: number;
  /** Called once when a connection is over, which its socket may outlive. */
  onEnd(connection: Connection, close: Close): void;
  /** Called when a socket has closed, perhaps twice. */
  onSocketClosed(socket: EventedSocket): void;
  onBug(connection: Connection, error: unknown): void;
}

/** The code of RFC 6455 for a connection that ended without a close frame. */
const BROKEN = 1006;

export class Connection implements Caller {
  readonly peer: Peer;
  readonly session: Session;
  readonly outbox: Outbox;
  /** When it came, by the clock's `elapsed()`. */
  readonly since: number;
  /** Frames received. */
  frames = 0;
  /** Whether it is over: nothing is carried out for it or sent to it any more. */
  closed = false;
  readonly limiter: RateLimiter;

  readonly #socket: EventedSocket;
  readonly #surroundings: Surroundings;
  /** Where texts wait for its rate, if its dialect cannot say that they came too fast. */
  readonly #slowLane: SlowLane | undefined;
  readonly #waiting: Input[] = [];
  #working = false;
  /** How the socket closed, while texts that had come before still wait for their turn. */
  #goneAs: Close | undefined;

  /** @param room the room of a plain client */
  constructor(socket: EventedSocket, peer: Peer, room: string, surroundings: Surroundings) {
    const { chat: { clock, quota }, backlog, stalls, slowed } = surroundings;
    const dialect = dialectOf(peer, room);
    this.peer = peer;
    this.session = new Session(peer.id, !dialect.hasReplies, networkOf(peer.address));
    this.since = clock.elapsed();
    this.outbox = new Outbox({ socket, dialect, clock, backlog, close: (close) => this.close(close) });
    this.#socket = socket;
    this.#surroundings = surroundings;
    this.limiter = new RateLimiter(clock, stalls, quota && { quota, session: this.session });
    if (dialect.hasReplies) return;
    this.#slowLane = new SlowLane({
      clock,
      slowed,
      takeOrWaitMs: (input) => this.limiter.takeOrWaitMs(input),
      pass: (input) => this.#pass(input),
      onEmpty: () => this.#goneAs !== undefined && this.#end(this.#goneAs),
    });
  }

  /** Bytes that wait for its peer to read, or for its rate. Measures the socket, if anything may wait there. */
  measureWaiting(): number {
    return this.outbox.measure() + (this.#slowLane?.bytes ?? 0);
  }

  /** Serves the socket's events from now on. */
  begin(): void {
    const socket = this.#socket;
    socket.onmessage = ({ data }) => {
      this.receive(data);
      // Later frames do not even become events: there may be many.
      if (this.closed) socket.onmessage = null;
    };
    // The runtime reports a broken connection with 0.
    socket.onclose = ({ code, reason }) => this.#socketClosed({ code: code || BROKEN, reason });
    // A socket that closed before it came here has no more events.
    if (socket.readyState === WebSocket.CLOSED) return this.#socketClosed({ code: BROKEN, reason: "" });
    for (const request of this.outbox.dialect.arrivals ?? []) this.#enqueue({ request, bytes: 0 });
  }

  /** Called on every sweep: ends it if its peer has stopped reading, has not said `hello` in time, or shows no new token. */
  check(): void {
    this.#attempt(() => {
      this.outbox.check();
      const { greeted, token } = this.session;
      const now = this.#surroundings.chat.clock.elapsed();
      if (!greeted && now - this.since > HELLO_MS) this.close(CloseCode.noHello);
      if (token !== undefined) this.#checkToken(token, token.expiresAtMs - now);
    });
  }

  #checkToken(token: NonNullable<Session["token"]>, leftMs: number): void {
    if (leftMs < -TOKEN_GRACE_MS) return this.close(CloseCode.expired);
    if (token.asked || leftMs > TOKEN_EXPIRING_MS || !this.session.greeted) return;
    token.asked = true;
    this.outbox.send({ type: "expiring", inMs: Math.max(0, Math.ceil(leftMs)) });
  }

  /**
   * Ends it at once for everybody here. The socket may take its time, or, with a peer that does not read, for ever: so
   * nothing may wait for it.
   */
  close(close: Close): void {
    if (this.closed) return;
    this.outbox.end(close);
    this.#end(close);
  }

  fail(error: unknown): void {
    this.#surroundings.onBug(this, error);
    this.close(CloseCode.internal);
  }

  refuse({ code, message }: Denial, ref?: string): void {
    this.outbox.send({ type: "error", ref, code, message });
    if (this.limiter.strike()) this.close(CloseCode.tooManyErrors);
  }

  /** The socket has closed. A plain client's earlier texts are still passed on, at its rate: the connection stays until then. */
  #socketClosed(close: Close): void {
    this.outbox.release();
    if (this.#slowLane?.empty === false) this.#goneAs ??= close;
    else this.#end(close);
    this.#surroundings.onSocketClosed(this.#socket);
  }

  #end(close: Close): void {
    if (this.closed) return;
    this.closed = true;
    this.#waiting.length = 0;
    this.#slowLane?.stop();
    const { rooms, clients } = this.#surroundings.chat;
    clients.remove(this);
    for (const room of [...this.session.rooms]) rooms.leave(this, room);
    this.#surroundings.onEnd(this, close);
  }

  receive(data: unknown): void {
    if (this.closed) return;
    if (typeof data !== "string") return this.close(CloseCode.binary);
    if (!frameFits(data)) return this.close(CloseCode.tooBig);
    this.#attempt(() => {
      failPoint("frame received");
      this.frames++;
      for (const input of this.outbox.dialect.read(data)) {
        if (this.closed) return;
        if (input instanceof BadCommandError) this.refuse(input, input.ref);
        else this.#admit(input);
      }
    });
  }

  /** Goes on if the rate allows it. Otherwise the client is told when, or the text waits if the dialect cannot say that. */
  #admit(input: Input): void {
    failPoint("command decoded");
    if (this.#slowLane !== undefined) {
      if (!this.#slowLane.take(input)) this.close(CloseCode.tooFast);
      return;
    }
    const tooFast = this.limiter.admit(input);
    if (tooFast === undefined) return this.#pass(input);
    const { message, retryAfterMs, persists } = tooFast;
    this.outbox.send({ type: "error", ref: input.request?.ref, code: "rate_limited", message, retryAfterMs });
    if (persists) this.close(CloseCode.tooFast);
  }

  #pass(input: Input): void {
    if (input.request === undefined && input.answer === undefined) return;
    this.#surroundings.admitted++;
    this.#enqueue(input);
  }

  #enqueue(input: Input): void {
    if (this.closed) return;
    if (this.#waiting.length >= COMMANDS_IN_FLIGHT) return this.close(CloseCode.tooFast);
    this.#waiting.push(input);
    if (!this.#working) this.#work();
  }

  /** Carries out the waiting requests, one after the other. Stays in this turn of the event loop as long as nothing is awaited. */
  #work(): void {
    this.#working = true;
    let input: Input | undefined;
    while ((input = this.#waiting.shift())) {
      const { request, answer } = input;
      const pending = this.#attempt(() => {
        if (answer !== undefined) this.outbox.frame(frameOf(answer()));
        return request && execute(this.#surroundings.chat, this, request);
      });
      if (pending) {
        pending.catch((error) => this.fail(error)).then(() => this.#work());
        return;
      }
    }
    this.#working = false;
  }

  #attempt<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}
