/**
 * Somebody who asks for one thing and goes, without a socket. It has a session as a connection has one, and its requests are carried out by the same
 * commands; but nobody sees it in a room, and it is sent nothing but its answers.
 *
 * @module
 */

import { networkOf } from "../base/addresses.ts";
import { execute } from "../commands/execute.ts";
import type { Caller } from "../commands/handler.ts";
import { chatV1 } from "../dialect/chat_v1.ts";
import type { ChatRequest } from "../dialect/dialect.ts";
import { type ChatSocket, Outbox, type OutboxParts } from "../outbox/outbox.ts";
import type { Grant } from "../policy/grants.ts";
import type { Denial } from "../policy/may.ts";
import { Session } from "../policy/session.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { CHANGES, type Command, type ErrorCode, type Push, type Reply } from "../wire/lines.ts";
import type { Surroundings } from "./connection.ts";
import { RateLimiter } from "./rate_limiter.ts";

/** The `ref` of whatever a visitor asks for: it asks for one thing after the other. */
export const REF = "visit";

type Failure = Extract<Reply, { type: "error" }>;

/** Thrown where an answer is an error. */
export class Refused extends Error {
  constructor(readonly failure: Omit<Failure, "type" | "ref" | "code"> & { code: ErrorCode | "internal" }) {
    super(failure.message);
  }
}

/** What somebody says of itself: see the command `hello`. */
export type Introduction = Omit<Extract<Command, { type: "hello" }>, "type" | "ref" | "features">;

/** What happens around a visitor. */
export interface Reception extends Pick<Surroundings, "chat" | "backlog" | "stalls"> {
  /** Called once when it is over. */
  onEnd(visitor: Visitor): void;
  onBug(visitor: Visitor, error: unknown): void;
  /** Called for each request that the rate lets pass. */
  onAdmitted(): void;
}

export class Visitor implements Caller {
  readonly session: Session;
  readonly outbox: Outbox;
  closed = false;
  readonly #reception: Reception;
  #waiting: { resolve(reply: Reply): void; reject(error: Refused): void } | undefined;

  /** @param address where it comes from, as `ADDRESS:PORT` */
  constructor(id: string, address: string, reception: Reception) {
    const { chat: { clock }, backlog } = reception;
    this.#reception = reception;
    this.session = new Session(id, false, networkOf(address));
    const close = (close: Close) => this.close(close);
    const parts = { socket: NOWHERE, dialect: chatV1, clock, backlog, close };
    this.outbox = new Answers(parts, (reply) => this.#answer(reply));
  }

  /**
   * Says who it is, and has a command carried out, in the command's room if there is one.
   *
   * @param asked the command, or what gives it once its sender is let in
   * @param bytes the size of what was asked
   * @throws {Refused} if that may not be, or cannot
   */
  async ask(
    introduction: Introduction,
    asked: Command | ((grants?: readonly Grant[]) => Promise<Command>),
    bytes: number,
  ): Promise<Reply> {
    await this.#carryOut({ ...introduction, type: "hello", ref: REF, features: [CHANGES] });
    const command = typeof asked === "function" ? await asked(this.session.grants) : asked;
    if ("room" in command) await this.#carryOut({ type: "visit", ref: REF, room: command.room! });
    this.#takeRate(command, bytes);
    return await this.#carryOut(command);
  }

  /** Ends it: nothing of it is left. A second call does nothing. */
  end(): void {
    if (this.closed) return;
    this.closed = true;
    const { chat: { clients, rooms }, onEnd } = this.#reception;
    clients.remove(this);
    for (const room of [...this.session.rooms]) rooms.leave(this, room);
    onEnd(this);
  }

  /** Ends it before it has its answer, as a connection is ended. */
  close(close: Close): void {
    const isRevoked = close === CloseCode.revoked;
    this.#refuse({ code: isRevoked ? "revoked" : "unavailable", message: close.reason });
    this.end();
  }

  fail(error: unknown): void {
    this.#reception.onBug(this, error);
    this.#refuse({ code: "internal", message: "Something went wrong here" });
    this.end();
  }

  refuse({ code, message }: Denial, ref?: string): void {
    this.outbox.send({ type: "error", ref, code, message });
  }

  #carryOut(request: ChatRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.closed) return this.close(CloseCode.goingAway);
      try {
        execute(this.#reception.chat, this, request)?.catch((error) => this.fail(error));
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Its rates outlast it: those of its id if that is proven, or else those of its address. */
  #takeRate(command: Command, bytes: number): void {
    const { chat: { clock, quota }, stalls, onAdmitted } = this.#reception;
    const { session } = this;
    const who = session.proven ? session.id : session.network;
    const limiter = new RateLimiter(clock, stalls, quota && { quota, session, visitor: who });
    const tooFast = limiter.admit({ request: command, bytes });
    if (tooFast === undefined) return onAdmitted();
    const { message, retryAfterMs } = tooFast;
    throw new Refused({ code: "rate_limited", message, retryAfterMs });
  }

  #answer(reply: Reply): void {
    if (reply.type === "error") this.#refuse(reply);
    else this.#waiting?.resolve(reply);
  }

  #refuse({ code, message, retryAfterMs, until }: Refused["failure"]): void {
    this.#waiting?.reject(new Refused({ code, message, retryAfterMs, until }));
  }
}

/** There is no socket. */
const NOWHERE: ChatSocket = { readyState: WebSocket.CLOSED, bufferedAmount: 0, send() {}, close() {} };

/** A way out by which only answers go. */
class Answers extends Outbox {
  readonly #onReply: (reply: Reply) => void;

  constructor(parts: OutboxParts, onReply: (reply: Reply) => void) {
    super(parts);
    this.#onReply = onReply;
  }

  override send(line: Reply | Push): void {
    if ("ref" in line && line.ref === REF) this.#onReply(line as Reply);
  }
}
