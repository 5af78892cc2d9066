/**
 * The switchboard. It accepts sockets, owns the rooms, and connects the two: commands go down into the log, the log's tail
 * comes up to the members.
 *
 * It is the tutorials' `ConnectionManager` grown up: `connect`, `disconnect` and `broadcast` mean what they mean there, for as many
 * rooms as there are, and a message that was acknowledged is never lost.
 *
 * @module
 */

import { type Cancel, type Clock, every, systemClock } from "./chat/base/clock.ts";
import { execute, type Switchboard } from "./chat/commands/execute.ts";
import { Connection, type Peer, type Receiver, type Surroundings } from "./chat/socket/connection.ts";
import { LimitedLines } from "./chat/logging/limited_lines.ts";
import * as limits from "./chat/limits.ts";
import { type Appended, type MessageLog, StoreUnavailableError } from "./chat/log/message_log.ts";
import { describeError, type Logger } from "./chat/logging/logger.ts";
import { LoopLag } from "./chat/base/loop_lag.ts";
import { Backlog, type EventedSocket, frameOf } from "./chat/outbox/outbox.ts";
import { echoLine, wroteLine } from "./chat/dialect/plain.ts";
import { type Close, CloseCode } from "./chat/wire/close.ts";
import type { Command } from "./chat/wire/lines.ts";
import type { Room } from "./chat/room/room.ts";
import { Rooms } from "./chat/room/rooms.ts";
import { shed } from "./chat/overload/shedding.ts";
import { sweep } from "./chat/base/sweep.ts";
import { Turns } from "./chat/base/turns.ts";
import { isBlank } from "./chat/wire/visible.ts";
import { Watchdog } from "./chat/overload/watchdog.ts";

/** How RFC 6455 names the end of a connection of which no close frame came. */
const BROKEN = 1006;
/** The `readyState` of a socket that has closed. */
const CLOSED = 3;

/** What a {@linkcode ConnectionManager} is made of. */
export interface ManagerOptions {
  /** Where messages are kept. The manager closes it when it has drained. */
  log: MessageLog;
  /** Where to tell what happens; default: nowhere. */
  logger?: Logger;
  /** Default: the machine's. */
  clock?: Clock;
  /** The share of the memory that may be used which is: 1 is all. Default: nobody looks. */
  memory?: () => number;
  /** False lets clients send at any rate: for benchmarks. Default: true. */
  limitRate?: boolean;
}

/** Numbers about a running switchboard. */
export interface ManagerStats {
  /** Connections being served. */
  connections: number;
  /** Sockets that have not closed yet, those that were given up on included. */
  sockets: number;
  /** Rooms open. */
  rooms: number;
  /** Frames received since the start. */
  received: number;
  /** Connections closed since the start because their peer did not read. */
  tooSlow: number;
  /** Whether no new connections are taken because there is more to do or to keep than can be. */
  overloaded: boolean;
  /** Connections closed since the start because of that. */
  shed: number;
  /** Bytes that wait for peers to read them, all together. */
  waitingBytes: number;
}

/** See the module. */
export class ConnectionManager {
  readonly #log: MessageLog;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #lag: LoopLag;
  readonly #watchdog: Watchdog;
  readonly #turns: Turns;
  readonly #surroundings: Surroundings;
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<EventedSocket>();
  readonly #rooms: Rooms;
  readonly #switchboard: Switchboard;
  readonly #receiver: Receiver;
  /** Bugs that connections came upon: somebody may have found out how to cause one as often as they like. */
  readonly #failed: LimitedLines;
  #cancelSweep: Cancel | undefined;
  #draining: Promise<void> | undefined;
  #whenNoSockets: (() => void) | undefined;
  #received = 0;
  #tooSlow = 0;

  /** Takes over `log`. */
  constructor({ log, logger = () => {}, clock = systemClock, limitRate = true, memory = () => 0 }: ManagerOptions) {
    this.#log = log;
    this.#logger = logger;
    this.#clock = clock;
    this.#lag = new LoopLag(clock);
    this.#watchdog = new Watchdog({
      clock,
      memory,
      shed: () => shed(this.#connections),
      report: (message) => logger("trouble", { message }),
    });
    this.#failed = new LimitedLines("trouble", logger, clock);
    this.#turns = new Turns(clock);
    this.#surroundings = { clock, backlog: new Backlog(), stalls: this.#lag, slowed: { bytes: 0 }, limitRate };
    this.#rooms = new Rooms({
      log,
      clock,
      turns: this.#turns,
      report: (message, cause) => logger("trouble", { message, error: describeError(cause) }),
    });
    this.#switchboard = { log, turns: this.#turns, rooms: this.#rooms };
    this.#receiver = {
      text: (connection, text) => this.#receiveText(connection, text),
      command: (connection, command) => this.#receiveCommand(connection, command),
      closed: (connection, close) => this.#closed(connection, close),
      trouble: ({ session }, error) => this.#failed.tell({ session, error: describeError(error) }),
    };
  }

  /** Whether another connection is taken: false when it is full, overloaded or stopping. */
  get accepts(): boolean {
    // A socket may outlive its connection, and a connection its socket.
    const held = Math.max(this.#sockets.size, this.#connections.size);
    return this.#draining === undefined && held < limits.CONNECTIONS && !this.#watchdog.overloaded;
  }

  /** See {@linkcode ManagerStats}. */
  get stats(): ManagerStats {
    return {
      connections: this.#connections.size,
      sockets: this.#sockets.size,
      rooms: this.#rooms.size,
      received: this.#received,
      tooSlow: this.#tooSlow,
      overloaded: this.#watchdog.overloaded,
      shed: this.#watchdog.shed,
      waitingBytes: this.#surroundings.backlog.bytes,
    };
  }

  /**
   * Serves an open socket until it closes.
   *
   * @param room the room of a plain client; one that speaks `chat.v1` joins rooms itself
   */
  connect(socket: EventedSocket, peer: Peer, room: string): Connection {
    const connection = new Connection(socket, peer, this.#receiver, this.#surroundings);
    this.#connections.add(connection);
    this.#sockets.add(socket);
    const { id, dialect, address } = peer;
    this.#logger("connect", { id, dialect, address, session: connection.session });
    socket.onmessage = ({ data }) => {
      connection.receive(data);
      // What it sends after that is not even made an event of: it may be much.
      if (connection.closed) socket.onmessage = null;
    };
    // The close event follows, or has come already.
    socket.onerror = () => {};
    const closed = ({ code, reason }: Close) => {
      this.#sockets.delete(socket);
      // The runtime tells of a connection that broke with 0.
      connection.socketClosed({ code: code || BROKEN, reason });
      if (this.#sockets.size === 0) this.#whenNoSockets?.();
    };
    socket.onclose = closed;
    if (this.#draining !== undefined) {
      connection.close(CloseCode.goingAway);
      return connection;
    }
    this.#lag.start();
    this.#watchdog.start();
    this.#cancelSweep ??= every(this.#clock, limits.OUTBOX_SWEEP_MS, () => this.#sweep());
    // Of one that closed before it came here nothing is told any more.
    if (socket.readyState === CLOSED) closed({ code: BROKEN, reason: "" });
    else if (peer.dialect === "plain") connection.begin(() => this.#enter(connection, room));
    return connection;
  }

  /** Ends a connection. A second call does nothing. */
  disconnect(connection: Connection, close: Close = CloseCode.goingAway): void {
    connection.close(close);
  }

  /**
   * Says something in a room, to everybody in it, on every server of the same store.
   *
   * @param author the id under which it is said
   * @returns what became of it, once it is stored
   * @throws {StoreUnavailableError} if it is not stored, or not known to be
   */
  async broadcast(room: string, author: string, text: string): Promise<Appended> {
    const result = await this.#log.append(room, { id: author, name: `Client #${author}`, text });
    if ("refused" in result) throw new StoreUnavailableError(`The store refused the message: ${result.refused}`);
    return result;
  }

  /**
   * Stops: takes no one new, asks `chat.v1` clients to come back later, finishes what was begun, says goodbye. No message that was
   * acknowledged is lost, and each that was handed to the store gets its answer if the store gives it. Takes at most `DRAIN_MS`.
   */
  drain(): Promise<void> {
    return this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (const connection of this.#connections) {
      if (connection.peer.dialect !== "chat.v1") continue;
      connection.send({ type: "reconnect", afterMs: Math.round(Math.random() * limits.RECONNECT_SPREAD_MS) });
    }
    let cancelDeadline: Cancel | undefined;
    const deadline = new Promise<void>((late) => cancelDeadline = this.#clock.after(limits.DRAIN_MS, late));
    // A store that cannot be closed keeps nobody waiting for a goodbye.
    const closed = this.#log.close().catch((error) =>
      this.#logger("trouble", { message: "The store could not be closed", error: describeError(error) })
    );
    await Promise.race([closed, deadline]);
    for (const connection of this.#connections) connection.close(CloseCode.goingAway);
    if (this.#sockets.size > 0) {
      await Promise.race([new Promise<void>((done) => this.#whenNoSockets = done), deadline]);
    }
    this.#stopSweep();
    this.#lag.stop();
    this.#watchdog.stop();
    this.#failed.stop();
    cancelDeadline?.();
    this.#rooms.close();
  }

  // What a plain client does.

  async #enter(connection: Connection, name: string): Promise<void> {
    try {
      const room = this.#rooms.open(name);
      await room.opened;
      this.#enterOpen(connection, room);
    } catch (error) {
      this.#refusePlain(connection, error);
    }
  }

  #enterOpen(connection: Connection, room: Room): void {
    if (connection.closed) return;
    if (room.full) return connection.close(CloseCode.roomFull);
    connection.rooms.add(room.name);
    room.enter(connection);
  }

  #receiveText(connection: Connection, frame: string): void {
    this.#received++;
    const { id, dialect, like } = connection.peer;
    // Some writers of text put a byte order mark before what they write.
    const text = frame.startsWith("\uFEFF") ? frame.slice(1) : frame;
    if (dialect === "echo") return connection.outbox.frame(frameOf(echoLine(text, like === "fastapi")));
    // An empty field that was sent is nobody's message, and no reason to lose the connection either.
    if (isBlank(text)) return;
    if (like === "fastapi") connection.outbox.frame(frameOf(wroteLine(text)));
    for (const room of connection.rooms) {
      this.broadcast(room, id, text).catch((error) => this.#refusePlain(connection, error));
    }
  }

  #refusePlain(connection: Connection, error: unknown): void {
    if (error instanceof StoreUnavailableError) connection.close(CloseCode.unavailable);
    else connection.fail(error);
  }

  // What a chat.v1 client does.

  #receiveCommand(connection: Connection, command: Command): void | Promise<void> {
    this.#received++;
    return execute(this.#switchboard, connection, command);
  }

  // The end of a connection, and the look at those that go on.

  #closed(connection: Connection, { code, reason }: Close): void {
    this.#connections.delete(connection);
    for (const room of [...connection.rooms]) this.#rooms.leave(connection, room);
    if (code === CloseCode.tooSlow.code) this.#tooSlow++;
    const { peer: { id, dialect, address }, session, received } = connection;
    const seconds = Math.round((this.#clock.elapsed() - connection.since) / 1000);
    this.#logger("disconnect", { id, dialect, address, session, code, reason, seconds, received });
  }

  async #sweep(): Promise<void> {
    await sweep(this.#clock, this.#connections, (connection) => connection.check());
    await this.#rooms.sweep();
    if (this.#connections.size > 0 || this.#rooms.size > 0) return;
    this.#stopSweep();
    this.#lag.stop();
    // An overload has to be seen to end.
    if (!this.#watchdog.overloaded) this.#watchdog.stop();
  }

  #stopSweep(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }
}
