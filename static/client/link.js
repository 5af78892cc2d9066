/**
 * The line to the server: one WebSocket that speaks `chat.v1`, kept up. It connects, says hello, paces commands, finds
 * the reply to each, pings, notices a dead connection and comes back. What the lines mean to rooms is not its concern.
 *
 * @module
 */

import * as limits from "./limits.js";
import { decodeFrame, FEATURES, readable, SUBPROTOCOL } from "./lines.js";
import { costOf, TokenBucket } from "./token_bucket.js";
import { every } from "./world.js";

/** @import { Answers, Commands, Line, Of } from "./lines.js" */
/** @import { Socket, World } from "./world.js" */

/**
 * The state of the link. `retryAtMs` is on the world's clock `now`.
 * @typedef {{ phase: "connecting" | "online" | "waiting" | "refused", retryAtMs?: number, error?: Of<"error"> }} LinkState
 */

/**
 * A command that waits for its reply. The reply is assumed to have the type that the command asks for.
 * @typedef {{ reply(line: Line): void, dueMs: number }} Asked
 */
/**
 * @typedef {object} LinkOptions
 * @property {() => string} url where to connect to
 * @property {() => { name?: string, key?: string, token?: string }} hello the fields of `hello`
 * @property {object} [further] lines to read beside those of every client, with their fields
 */
/**
 * The events of a link.
 * @typedef {object} LinkEvents
 * @property {(state: LinkState) => void} state it does something else now
 * @property {() => void} open commands can be sent; the server's welcome is still to come
 * @property {(welcome: Of<"welcome">) => void} welcome the server has let it in
 * @property {(error: Of<"error">) => void} [refused] the server has not; it waits for {@linkcode Link.start}
 * @property {(line: Line) => void} push
 * @property {() => void} down the connection ended
 */

/** The one connection of a client. It is brought up by {@linkcode Link.start} and owns its socket and its timers. */
export class Link {
  #world;
  #url;
  #hello;
  #on;
  #readable;
  /** @type {LinkState} */
  #state = { phase: "waiting" };
  /** @type {Socket | undefined} */
  #socket;
  #bucket;
  /** @type {{ line: string, cost: number }[]} */
  #queue = [];
  /** @type {Map<string | undefined, Asked>} by reference */
  #asked = new Map();
  #refs = 0;
  #failures = 0;
  /** When it entered its state, and when the server was last heard to have sent everything, on the world's clock `elapsed`. */
  enteredMs = 0;
  checkedMs = 0;
  #pingDueMs = 0;
  #pingedMs = 0;
  #wokenMs = -Infinity;
  #leastWaitMs = 0;
  #notBeforeMs = 0;
  #open = false;
  #flushing = false;
  #cancelFlush = () => {};
  #cancelRetry = () => {};
  #cancelTick = () => {};

  /** @param {World} world @param {LinkOptions & { on: LinkEvents }} options */
  constructor(world, { url, hello, on, further }) {
    this.#world = world;
    this.#bucket = new TokenBucket(world.elapsed);
    this.#url = url;
    this.#hello = hello;
    this.#on = on;
    this.#readable = readable(further);
  }

  /** @returns {LinkState} */
  get state() {
    return this.#state;
  }

  /** Whether the server has said welcome. */
  get online() {
    return this.#state.phase === "online";
  }

  /** Whether commands can be sent. */
  get open() {
    return this.#open;
  }

  /** Connects now, without waiting any longer. */
  start() {
    this.#release();
    this.#enter({ phase: "connecting" });
    this.#cancelTick = every(this.#world, limits.TICK_MS, () => this.#tick());
    this.#socket = this.#world.dial(this.#url(), SUBPROTOCOL, {
      opened: () => this.#greet(),
      received: (frame) => this.#received(frame),
      closed: (code) => this.#lost(code),
    });
  }

  /** Ends the connection, until {@linkcode start}. */
  stop() {
    this.#release();
    this.#notBeforeMs = Infinity;
    this.#enter({ phase: "waiting" });
  }

  /** Something happened that may have changed the network: checks the connection at once. */
  wake() {
    const nowMs = this.#world.elapsed();
    if (nowMs - this.#wokenMs < limits.WAKE_MS) return;
    this.#wokenMs = nowMs;
    if (this.#state.phase === "waiting" && nowMs >= this.#notBeforeMs) this.start();
    else if (this.online && this.#pingedMs === 0) this.#ping();
  }

  /**
   * Sends a command once the pace allows.
   *
   * @template {keyof Commands} Type
   * @param {{ type: Type } & Commands[Type]} command
   * @param {(line: Answers[Type]) => void} reply gets the reply; or an `error` with the code `link_down` (and the `closeCode`) if the
   *   connection ends first, or `unavailable` if the server leaves it unanswered
   */
  ask(command, reply) {
    if (!this.#open || this.#asked.size >= limits.COMMANDS_WAITING) {
      return void queueMicrotask(() => reply(failure("link_down")));
    }
    const ref = this.#await({ reply, dueMs: this.#world.elapsed() + limits.REPLY_MS });
    this.#enqueue({ ...command, ref });
  }

  /** Sends a command that nobody waits for, unless others are waiting. @param {{ type: "typing", room: string }} command */
  tell(command) {
    if (this.#open && this.#queue.length === 0) this.#enqueue(command);
  }

  /** @param {Asked} asked @returns {string} the reference that the reply will have */
  #await(asked) {
    const ref = (this.#refs++).toString(36);
    this.#asked.set(ref, asked);
    return ref;
  }

  /** @param {LinkState} state */
  #enter(state) {
    this.#state = state;
    this.enteredMs = this.#world.elapsed();
    this.#on.state(state);
  }

  #greet() {
    const ref = this.#await({ reply: (line) => this.#greeted(line), dueMs: Infinity });
    this.#bucket = new TokenBucket(this.#world.elapsed);
    this.#open = true;
    this.#enqueue({ ...this.#hello(), features: FEATURES, type: "hello", ref });
    // In the same frame, not after the welcome: that saves the time of a round trip.
    this.#on.open();
  }

  /** @param {Line} line */
  #greeted(line) {
    if (line.type === "welcome") {
      this.checkedMs = this.#world.elapsed();
      this.#pingDueMs = this.checkedMs + limits.PING_MS;
      this.#bucket.adopt(line.limits);
      this.#enter({ phase: "online" });
      this.#on.welcome(line);
    } else if (line.type === "error" && line.code !== "link_down") {
      // It cannot tell now who this is: another time it can.
      if (line.code === "unavailable") return this.#lost(1013);
      this.#release();
      this.#enter({ phase: "refused", error: line });
      this.#on.refused?.(line);
    }
  }

  /** @param {string} frame */
  #received(frame) {
    for (const line of decodeFrame(frame, this.#readable)) {
      if (line.ref !== undefined) this.#answer(line, line.ref);
      else if (line.type === "reconnect") this.#leaveIn(line.afterMs);
      else this.#on.push(line);
    }
  }

  /** @param {Line} line @param {string} [ref] */
  #answer(line, ref) {
    const asked = this.#asked.get(ref);
    this.#asked.delete(ref);
    asked?.reply(line);
  }

  /** @param {Record<string, unknown>} command */
  #enqueue(command) {
    const line = JSON.stringify(command);
    this.#queue.push({ line, cost: costOf(line) });
    if (this.#flushing) return;
    // Commands of one turn share a frame.
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush() {
    this.#flushing = false;
    this.#cancelFlush();
    const frame = [];
    let bytes = 0;
    for (const { line, cost } of this.#queue) {
      // Four bytes a character at most; a line on its own always fits.
      bytes += 4 * line.length + 1;
      if (frame.length === limits.FRAME_LINES || (frame.length > 0 && bytes > limits.FRAME_BYTES)) break;
      if (!this.#bucket.take(cost)) break;
      frame.push(line);
    }
    this.#queue.splice(0, frame.length);
    if (frame.length > 0) this.#socket?.send(frame.join("\n"));
    const next = this.#queue[0];
    if (next === undefined) return;
    this.#cancelFlush = this.#world.after(frame.length > 0 ? 0 : this.#bucket.waitMs(next.cost), () => this.#flush());
  }

  #ping() {
    this.#pingedMs = this.#world.elapsed();
    this.#pingDueMs = this.#pingedMs + limits.PING_MS;
    const ref = this.#await({
      dueMs: Infinity,
      reply: (line) => {
        this.#pingedMs = 0;
        if (line.type !== "pong") return;
        this.checkedMs = this.#world.elapsed();
        this.#on.push(line);
      },
    });
    // Past the queue: a ping that waits would make a busy connection look dead.
    this.#bucket.take(1);
    this.#socket?.send(JSON.stringify({ type: "ping", ref }));
  }

  #tick() {
    const nowMs = this.#world.elapsed();
    if (!this.online) {
      if (nowMs - this.enteredMs > limits.OPEN_MS) this.#lost(1006);
      return;
    }
    if (nowMs - this.enteredMs > limits.STABLE_MS) this.#failures = 0;
    if (this.#pingedMs > 0 && nowMs - this.#pingedMs > limits.PONG_MS) return this.#lost(1006);
    const isInDoubt = [...this.#asked.values()].some(({ dueMs }) => dueMs - limits.REPLY_MS + limits.DOUBT_MS < nowMs);
    if (this.#pingedMs === 0 && (nowMs > this.#pingDueMs || isInDoubt)) this.#ping();
    for (const [ref, { dueMs }] of this.#asked) if (dueMs <= nowMs) this.#answer(failure("unavailable"), ref);
  }

  /** The server is about to close. @param {number} afterMs */
  #leaveIn(afterMs) {
    this.#leastWaitMs = this.#world.elapsed() + afterMs;
    this.#cancelRetry();
    this.#cancelRetry = this.#world.after(afterMs, () => this.start());
  }

  /** @param {number} code */
  #lost(code) {
    this.#release(code);
    const nowMs = this.#world.elapsed();
    const bound = Math.min(limits.BACKOFF_MOST_MS, limits.BACKOFF_MS * 2 ** this.#failures);
    const told = Math.max(0, this.#leastWaitMs - nowMs);
    const atLeastMs = told || (code === 1008 ? limits.PENALTY_MS : 0);
    const waitMs = told || atLeastMs + this.#world.random() * bound;
    this.#notBeforeMs = nowMs + atLeastMs;
    this.#leastWaitMs = 0;
    if (!told) this.#failures++;
    this.#cancelRetry = this.#world.after(waitMs, () => this.start());
    this.#enter({ phase: "waiting", retryAtMs: this.#world.now() + waitMs });
  }

  /** Drops the socket without waiting for its close, and fails every command that waits for a reply. */
  #release(closeCode = 1000) {
    this.#cancelRetry();
    this.#cancelTick();
    this.#cancelFlush();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#pingedMs = 0;
    this.#queue = [];
    socket?.close();
    const wasOpen = this.#open;
    this.#open = false;
    // Nothing can be asked meanwhile.
    for (const ref of this.#asked.keys()) this.#answer(failure("link_down", closeCode), ref);
    if (wasOpen) this.#on.down();
  }
}

/** What a command is answered that the server has not answered. @param {string} code @param {number} [closeCode] @returns {Of<"error">} */
function failure(code, closeCode) {
  return { type: "error", code, message: "", closeCode };
}
