/**
 * The tutorials' `ConnectionManager` grown up: `connect`, `disconnect`, `send` and `broadcast` mean what they mean there, for as many
 * rooms as there are, and a message that was acknowledged is never lost.
 *
 * @module
 */

import { networkOf } from "./chat/base/addresses.ts";
import { type Cancel, type Clock, systemClock } from "./chat/base/clock.ts";
import { describeError } from "./chat/base/errors.ts";
import { Turns } from "./chat/base/turns.ts";
import * as limits from "./chat/limits.ts";
import { type Appended, type MessageLog, StoreUnavailableError } from "./chat/log/message_log.ts";
import { LimitedLines } from "./chat/logging/limited_lines.ts";
import { type Logger, reportTo } from "./chat/logging/logger.ts";
import { Backlog, type EventedSocket } from "./chat/outbox/outbox.ts";
import type { Stats } from "./chat/overload/stats.ts";
import { Upkeep } from "./chat/overload/upkeep.ts";
import { Admission } from "./chat/policy/admission.ts";
import { type AddressBounds, Quota } from "./chat/policy/quota.ts";
import { Clients } from "./chat/room/clients.ts";
import { Rooms } from "./chat/room/rooms.ts";
import { Connection, type Peer, type Surroundings } from "./chat/socket/connection.ts";
import { Visitor } from "./chat/socket/visitor.ts";
import { type Close, CloseCode } from "./chat/wire/close.ts";
import { BadCommandError, readCommand } from "./chat/wire/decode.ts";
import { checkId } from "./chat/wire/identity.ts";
import { Invalid } from "./chat/wire/invalid.ts";
import type { Push } from "./chat/wire/lines.ts";

/** What a {@linkcode ConnectionManager} is made of. */
export interface ManagerOptions {
  /** Where messages are kept. The manager closes it when it has drained. */
  log: MessageLog;
  /** Gets the events; default: nobody does. */
  logger?: Logger;
  /** Default: the machine's. */
  clock?: Clock;
  /** The share of the allowed memory that is used: 1 is all. Default: it is not checked. */
  memory?: () => number;
  /** False lets clients send at any rate: for benchmarks. Default: true. */
  limitRate?: boolean;
  /** What one address may do, if rates are limited. */
  addressBounds?: AddressBounds;
  /** Lets clients in. Default: everybody, under any id that is free. */
  admission?: Admission;
}

/** Serves every socket of a process, and messages from the program itself. */
export class ConnectionManager {
  readonly #logger: Logger;
  readonly #connections = new Set<Connection>();
  /** A socket may outlive its connection, and a connection its socket. */
  readonly #sockets = new Map<EventedSocket, Connection>();
  readonly #visitors = new Set<Visitor>();
  /** Answers on their way to those who asked for a change without a socket: as many as there are such requests. */
  readonly #answers = new Set<Promise<void>>();
  readonly #upkeep: Upkeep;
  readonly #surroundings: Surroundings;
  /** Bugs that connections triggered: a stranger may have found out how to cause one at will. */
  readonly #bugs: LimitedLines;
  #draining: Promise<void> | undefined;
  #whenNoSockets: (() => void) | undefined;
  #tooSlow = 0;

  /** Takes over `log`. */
  constructor(options: ManagerOptions) {
    const { log, logger = () => {}, clock = systemClock, limitRate = true, memory = () => 0 } = options;
    const { admission = new Admission(), addressBounds } = options;
    const report = reportTo(logger);
    const parts = { log, clock, turns: new Turns(clock), report };
    const rooms = new Rooms(parts);
    this.#logger = logger;
    const here = { connections: this.#connections, visitors: this.#visitors, rooms };
    this.#upkeep = new Upkeep({ ...here, clock, memory, report });
    this.#bugs = new LimitedLines("trouble", logger, clock);
    const quota = limitRate ? new Quota(clock, this.#upkeep.stalls, addressBounds) : undefined;
    this.#surroundings = {
      chat: { ...parts, rooms, admission, clients: new Clients(), quota },
      backlog: new Backlog(),
      stalls: this.#upkeep.stalls,
      slowed: { bytes: 0 },
      admitted: 0,
      onEnd: (connection, close) => this.#forget(connection, close),
      onSocketClosed: (socket) => {
        const connection = this.#sockets.get(socket);
        if (this.#sockets.delete(socket)) quota?.letGo(connection!.session.network);
        if (this.#sockets.size === 0) this.#whenNoSockets?.();
      },
      onBug: ({ session }, error) => this.#bugs.tell({ session: session.label, error: describeError(error) }),
    };
  }

  /**
   * Serves an open socket until it closes.
   *
   * @param room the room of a plain client; one that speaks `chat.v1` joins rooms itself
   */
  connect(socket: EventedSocket, peer: Peer, room: string): Connection {
    const connection = new Connection(socket, peer, room, this.#surroundings);
    this.#connections.add(connection);
    this.#sockets.set(socket, connection);
    this.#surroundings.chat.quota?.hold(connection.session.network);
    const { id, dialect, address } = peer;
    if (!connection.outbox.dialect.isBrief) {
      this.#logger("connect", { id, dialect, address, session: connection.session.label });
    }
    if (this.#draining === undefined) this.#upkeep.start();
    else connection.close(CloseCode.goingAway);
    connection.begin();
    return connection;
  }

  /**
   * Lets somebody ask for one thing without a connection. The caller must end it.
   *
   * @returns undefined if there are too many, or the manager is stopping
   */
  visit(id: string, address: string): Visitor | undefined {
    if (this.#draining !== undefined || this.#visitors.size >= limits.VISITORS) return undefined;
    const { chat, backlog, stalls } = this.#surroundings;
    const visitor = new Visitor(id, address, {
      chat,
      backlog,
      stalls,
      onEnd: (visitor) => this.#visitors.delete(visitor),
      onBug: ({ session }, error) => this.#bugs.tell({ session: session.label, error: describeError(error) }),
      onAdmitted: () => this.#surroundings.admitted++,
    });
    this.#visitors.add(visitor);
    this.#upkeep.start();
    return visitor;
  }

  /** An answer is on its way, about something that may have been stored: the manager does not stop before it has left. */
  answering(left: Promise<void>): void {
    const done = left.catch(() => {}).then(() => void this.#answers.delete(done));
    this.#answers.add(done);
  }

  /** Ends a connection. A second call does nothing. */
  disconnect(connection: Connection, close: Close = CloseCode.goingAway): void {
    connection.close(close);
  }

  /**
   * Sends a push to one connection, in its dialect: a plain client is shown messages only. Nothing is stored, and
   * nothing is promised about it.
   */
  send(connection: Connection, push: Push): void {
    connection.outbox.send(push);
  }

  /**
   * Publishes a message in a room, to everybody in it, on every server of the same store, whoever may write there.
   *
   * @param author the id that it is published under
   * @param nonce stands for this message, so that it is stored once however often it is sent; default: it has none
   * @returns its place, once it is stored
   * @throws {TypeError} if one of these is not as the protocol's `publish` has it, or the nonce stands for another message
   * @throws {StoreUnavailableError} if it is not stored, or not known to be: it may be sent again, with the same nonce
   */
  async broadcast(room: string, author: string, text: string, nonce?: string): Promise<Appended> {
    checkMessage(room, author, text, nonce);
    const event = { id: author, name: `Client #${author}`, text, nonce };
    const result = await this.#surroundings.chat.log.append(room, event);
    if (!("refused" in result)) return result;
    if (result.refused === "nonce_used") {
      throw new TypeError(`Cannot broadcast: ${author} has used the nonce ${nonce} for something else in ${room}`);
    }
    throw new StoreUnavailableError(`Cannot broadcast: the store refused the message: ${result.refused}`);
  }

  /**
   * Stops: takes no new connection, asks `chat.v1` clients to come back later, finishes the work under way, says goodbye. No acknowledged
   * message is lost, and each that was handed to the store gets its answer if the store gives one. Takes at most `DRAIN_MS`.
   */
  drain(): Promise<void> {
    return this.#draining ??= this.#drain();
  }

  /** Whether another connection is taken: false when it is full, overloaded or stopping. */
  get accepts(): boolean {
    const held = Math.max(this.#sockets.size, this.#connections.size);
    return this.#draining === undefined && held < limits.CONNECTIONS && !this.#upkeep.watchdog.overloaded;
  }

  /** Takes the share of a new connection from this address. @returns 0, or after how many milliseconds to try again */
  connectMs(address: string): number {
    return this.#surroundings.chat.quota?.connectMs(networkOf(address)) ?? 0;
  }

  /** How many there are of everything, and whether that is too much. */
  get stats(): Stats {
    return {
      connections: this.#connections.size,
      sockets: this.#sockets.size,
      visitors: this.#visitors.size,
      rooms: this.#surroundings.chat.rooms.size,
      received: this.#surroundings.admitted,
      tooSlow: this.#tooSlow,
      overloaded: this.#upkeep.watchdog.overloaded,
      shed: this.#upkeep.watchdog.shed,
      waitingBytes: this.#surroundings.backlog.bytes,
    };
  }

  async #drain(): Promise<void> {
    const { log, clock, rooms } = this.#surroundings.chat;
    for (const connection of this.#connections) {
      this.send(connection, { type: "reconnect", afterMs: Math.round(Math.random() * limits.RECONNECT_SPREAD_MS) });
    }
    let cancelDeadline: Cancel | undefined;
    const deadline = new Promise<void>((late) => cancelDeadline = clock.after(limits.DRAIN_MS, late));
    // A store that cannot be closed must not delay the goodbyes.
    const closed = log.close().catch((error) => reportTo(this.#logger)("The store could not be closed", error));
    await Promise.race([closed, deadline]);
    for (const connection of this.#connections) connection.close(CloseCode.goingAway);
    for (const visitor of [...this.#visitors]) visitor.close(CloseCode.goingAway);
    if (this.#sockets.size > 0) {
      await Promise.race([new Promise<void>((done) => this.#whenNoSockets = done), deadline]);
    }
    await Promise.race([Promise.all(this.#answers), deadline]);
    // The runtime's server says that of an answer a moment before it has handed it to the system.
    for (let turn = 0; turn < limits.ANSWER_TURNS; turn++) await new Promise<void>((next) => clock.soon(next));
    this.#upkeep.stop();
    this.#bugs.stop();
    cancelDeadline?.();
    rooms.close();
  }

  #forget(connection: Connection, { code, reason }: Close): void {
    this.#connections.delete(connection);
    if (code === CloseCode.tooSlow.code) this.#tooSlow++;
    const { peer: { dialect, address }, session, outbox, frames: received } = connection;
    if (outbox.dialect.isBrief) return;
    const seconds = Math.round((this.#surroundings.chat.clock.elapsed() - connection.since) / 1000);
    this.#logger("disconnect", {
      id: session.id,
      dialect,
      address,
      session: session.label,
      code,
      reason,
      seconds,
      received,
    });
  }
}

/** Checks what a program says by the rules for what clients say: others could not read it, or not name its author. @throws {TypeError} */
function checkMessage(room: string, author: string, text: string, nonce = "none"): void {
  try {
    checkId(author);
    readCommand({ type: "publish", ref: "none", room, text, nonce });
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof BadCommandError)) throw error;
    throw new TypeError(`Cannot broadcast: ${error.message}`);
  }
}
