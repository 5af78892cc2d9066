/**
 * The line to the server: one WebSocket that speaks `chat.v1`, kept up. It connects, says hello, paces commands, finds
 * the reply to each, pings, notices a dead connection and comes back. What the lines mean to rooms is not its concern.
 *
 * @module
 */

import * as limits from "./limits.js";

/** The dialect asked for. */
export const SUBPROTOCOL = "chat.v1";

/** @typedef {{ id: string, name: string }} Member */
/** @typedef {Member & { seq: number, text: string, ts: number, nonce?: string }} Message */
/** @typedef {{ epoch: string, seq: number }} Position */

/**
 * What the page uses of each line that comes down; the fields mean what `chat/protocol.md` says. Those that are not optional
 * have been looked at. `closeCode` is our own: that of the connection which ended before it brought a reply.
 *
 * @typedef {object} Lines
 * @property {{ id: string, name: string, limits: { commandBurst?: unknown, commandsPerSecond?: unknown } }} welcome
 * @property {Position & { room: string, memberCount: number, messages: Message[] } & Joined} joined
 * @property {{ ref: string, name?: string } & Partial<Position>} ok
 * @property {{ room: string, epoch: string, messages: Message[], more?: boolean }} history
 * @property {{ heads: Record<string, Position> }} pong
 * @property {{ code: string, message: string, retryAfterMs?: number, closeCode?: number }} error
 * @property {Message & { room: string }} message
 * @property {{ room: string, joins: Member[], leaves: string[], memberCount: number, members?: Member[] }} presence
 * @property {{ room: string, id: string }} typing
 * @property {{ room: string, epoch: string, first: number, head: number }} reset
 * @property {{ afterMs: number }} reconnect
 */
/** @typedef {{ recovered?: boolean, missed?: number, members?: Member[] }} Joined */

/** A line of one type that came down. @template {keyof Lines} Type @typedef {{ type: Type, ref?: string } & Lines[Type]} Of */
/** A line that came down. @typedef {{ [Type in keyof Lines]: Of<Type> }[keyof Lines]} Line */

/**
 * What can be asked.
 *
 * @typedef {object} Commands
 * @property {{ room: string, after?: Position }} join
 * @property {{ room: string }} leave
 * @property {{ room: string, nonce: string, text: string }} publish
 * @property {{ room: string, before: number, limit: number }} history
 * @property {{ name: string }} rename
 */
/**
 * The type of the reply to each, where it is not an `error`.
 * @typedef {{ join: "joined", leave: "ok", publish: "ok", history: "history", rename: "ok" }} Replies
 */
/** What comes of each. @typedef {{ [Type in keyof Replies]: Of<Replies[Type]> | Of<"error"> }} Answers */

/**
 * What the link is doing. `retryAtMs` is on the clock of `Date.now()`.
 * @typedef {{ phase: "connecting" | "online" | "waiting" | "refused", retryAtMs?: number, reason?: string }} LinkState
 */

/** @typedef {(value: unknown) => boolean} Check */

/** @type {Check} */
const isString = (value) => typeof value === "string";
/** @type {Check} */
const isNumber = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {Check} */
const isMember = (value) => isObject(value) && isString(value.id) && isString(value.name);
/** @type {Check} */
const isMessage = (value) =>
  isObject(value) && isMember(value) && isNumber(value.seq) && isString(value.text) && isNumber(value.ts);
/** @type {(is: Check) => Check} */
const listOf = (is) => (value) => Array.isArray(value) && value.every(is);

/** A check of every field that is not optional. @template Line @typedef {{ [F in Needed<Line>]: Check }} Checks */
/** @template Line @typedef {{ [F in keyof Line]-?: {} extends Pick<Line, F> ? never : F }[keyof Line]} Needed */

/**
 * The fields without which a line could not be used. Lines of other types are passed over.
 * @type {{ [Type in keyof Lines]: Checks<Lines[Type]> }}
 */
const FIELDS = {
  welcome: { id: isString, name: isString, limits: isObject },
  joined: { room: isString, epoch: isString, seq: isNumber, memberCount: isNumber, messages: listOf(isMessage) },
  ok: { ref: isString },
  history: { room: isString, epoch: isString, messages: listOf(isMessage) },
  pong: { heads: isObject },
  error: { code: isString, message: isString },
  message: { room: isString, seq: isNumber, id: isString, name: isString, text: isString, ts: isNumber },
  presence: { room: isString, joins: listOf(isMember), leaves: listOf(isString), memberCount: isNumber },
  typing: { room: isString, id: isString },
  reset: { room: isString, epoch: isString, first: isNumber, head: isNumber },
  reconnect: { afterMs: isNumber },
};
/** @type {Map<unknown, Record<string, Check>>} */
const CHECKS = new Map(Object.entries(FIELDS));

/**
 * Reads a frame. Lines of an unknown type, or not as they must be, are left out: a newer server may send them.
 *
 * @param {string} frame lines, separated by newlines
 * @returns {Line[]}
 */
export function decodeFrame(frame) {
  const lines = [];
  for (const text of frame.split("\n")) {
    const line = text === "" ? undefined : decodeLine(text);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** @param {string} text @returns {Line | undefined} */
function decodeLine(text) {
  try {
    const line = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {value is Line} */
function isLine(value) {
  const checks = isObject(value) && CHECKS.get(value.type);
  return !!checks && Object.entries(checks).every(([field, is]) => is(value[field]));
}

const utf8 = new TextEncoder();

/** How many commands' worth of the server's rates a line uses: one, or more by its bytes. @param {string} line */
function costOf(line) {
  return Math.max(1, utf8.encode(line).length / (limits.FRAME_BYTES / limits.COMMANDS_PER_S));
}

/** A token bucket: what may be sent now, and when the rest. */
class Pace {
  #burst = limits.COMMAND_BURST * limits.RATE_SHARE;
  #perMs = limits.COMMANDS_PER_S * limits.RATE_SHARE / 1000;
  #tokens = this.#burst;
  #filledMs = performance.now();

  /** Goes by what the server has told. @param {{ commandBurst?: unknown, commandsPerSecond?: unknown }} told */
  adopt({ commandBurst, commandsPerSecond }) {
    if (isNumber(commandBurst)) this.#burst = Number(commandBurst) * limits.RATE_SHARE;
    if (isNumber(commandsPerSecond)) this.#perMs = Number(commandsPerSecond) * limits.RATE_SHARE / 1000;
  }

  /** Takes `cost` tokens; false if there are not enough. @param {number} cost */
  take(cost) {
    const nowMs = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
    if (this.#tokens < Math.min(cost, this.#burst)) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Milliseconds until {@linkcode take} of `cost` may succeed. @param {number} cost */
  waitMs(cost) {
    return Math.max(1, Math.ceil((Math.min(cost, this.#burst) - this.#tokens) / this.#perMs));
  }
}

/** The one connection of a tab. It is brought up by {@linkcode start} and owns its socket and its timers. */
export class Link {
  #url;
  #hello;
  #on;
  /** @type {LinkState} */
  #state = { phase: "waiting" };
  /** @type {WebSocket | undefined} */
  #socket;
  #pace = new Pace();
  /** @type {{ line: string, cost: number }[]} */
  #queue = [];
  /**
   * A reply is taken to be one to its command: a server that gives another breaks the protocol.
   * @type {Map<string, { reply(line: Line): void, dueMs: number }>}
   */
  #asked = new Map();
  #refs = 0;
  #failures = 0;
  #openedMs = 0;
  #pingDueMs = 0;
  #pingedMs = 0;
  #wokenMs = 0;
  #leastWaitMs = 0;
  #notBeforeMs = 0;
  #open = false;
  #flushing = false;
  #flushTimer = 0;
  #retryTimer = 0;
  #tickTimer = 0;

  /**
   * @param {object} options
   * @param {() => string} options.url where to connect to
   * @param {() => { name: string, key?: string }} options.hello the fields of `hello`
   * @param {object} options.on
   * @param {() => void} options.on.open commands can be sent; the server's welcome is still to come
   * @param {(welcome: Of<"welcome">) => void} options.on.up the server said welcome
   * @param {() => void} options.on.down the connection ended
   * @param {(line: Line) => void} options.on.push a push came
   * @param {(error: Of<"error">) => void} options.on.refused `hello` was refused; the link has stopped
   * @param {(state: LinkState) => void} options.on.state
   */
  constructor({ url, hello, on }) {
    this.#url = url;
    this.#hello = hello;
    this.#on = on;
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

  /** Connects now, whatever it was waiting for. */
  start() {
    clearTimeout(this.#retryTimer);
    this.#release();
    this.#enter({ phase: "connecting" });
    this.#openedMs = performance.now();
    this.#tickTimer = setInterval(() => this.#tick(), limits.TICK_MS);
    const socket = new WebSocket(this.#url(), SUBPROTOCOL);
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#hear(String(event.data));
    socket.onclose = (event) => this.#lost(event.code);
  }

  /** Something happened that may have changed the network: looks after the connection at once. */
  wake() {
    const nowMs = performance.now();
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
      return void queueMicrotask(() => reply({ type: "error", code: "link_down", message: "Not connected" }));
    }
    const ref = (this.#refs++).toString(36);
    this.#asked.set(ref, { reply, dueMs: performance.now() + limits.REPLY_MS });
    this.#enqueue({ ...command, ref });
  }

  /** Sends a command that nobody waits for, unless others are waiting. @param {{ type: "typing", room: string }} command */
  tell(command) {
    if (this.#open && this.#queue.length === 0) this.#enqueue(command);
  }

  /** @param {LinkState} state */
  #enter(state) {
    this.#state = state;
    this.#on.state(state);
  }

  #greet() {
    const ref = (this.#refs++).toString(36);
    this.#asked.set(ref, { reply: (line) => this.#greeted(line), dueMs: Infinity });
    this.#pace = new Pace();
    this.#open = true;
    this.#enqueue({ ...this.#hello(), type: "hello", ref });
    // In the same frame, not after the welcome: that saves the time of a round trip.
    this.#on.open();
  }

  /** @param {Line} line */
  #greeted(line) {
    if (line.type === "welcome") {
      this.#openedMs = performance.now();
      this.#pingDueMs = this.#openedMs + limits.PING_MS;
      this.#pace.adopt(line.limits);
      this.#enter({ phase: "online" });
      this.#on.up(line);
    } else if (line.type === "error" && line.code !== "link_down") {
      this.#release();
      this.#enter({ phase: "refused", reason: line.message });
      this.#on.refused(line);
    }
  }

  /** @param {string} frame */
  #hear(frame) {
    for (const line of decodeFrame(frame)) {
      if (line.ref !== undefined) this.#answered(line);
      else if (line.type === "reconnect") this.#leaveIn(line.afterMs);
      else this.#on.push(line);
    }
  }

  /** @param {Line} line */
  #answered(line) {
    const asked = this.#asked.get(String(line.ref));
    this.#asked.delete(String(line.ref));
    asked?.reply(line);
  }

  /** @param {object} command */
  #enqueue(command) {
    const line = JSON.stringify(command);
    this.#queue.push({ line, cost: costOf(line) });
    if (this.#flushing) return;
    // What is asked in one turn shares a frame.
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush() {
    this.#flushing = false;
    clearTimeout(this.#flushTimer);
    const frame = [];
    let bytes = 0;
    for (const { line, cost } of this.#queue) {
      // Four bytes a character at most; a line on its own always fits.
      bytes += 4 * line.length + 1;
      if (frame.length === limits.FRAME_LINES || (frame.length > 0 && bytes > limits.FRAME_BYTES)) break;
      if (!this.#pace.take(cost)) break;
      frame.push(line);
    }
    this.#queue.splice(0, frame.length);
    if (frame.length > 0) this.#socket?.send(frame.join("\n"));
    const next = this.#queue[0];
    if (next !== undefined) {
      this.#flushTimer = setTimeout(() => this.#flush(), frame.length > 0 ? 0 : this.#pace.waitMs(next.cost));
    }
  }

  #ping() {
    this.#pingedMs = performance.now();
    this.#pingDueMs = this.#pingedMs + limits.PING_MS;
    const ref = (this.#refs++).toString(36);
    this.#asked.set(ref, {
      dueMs: Infinity,
      reply: (line) => {
        this.#pingedMs = 0;
        if (line.type === "pong") this.#on.push(line);
      },
    });
    // Past the queue: a ping that waits would take a busy line for a dead one.
    this.#pace.take(1);
    this.#socket?.send(JSON.stringify({ type: "ping", ref }));
  }

  #tick() {
    const nowMs = performance.now();
    if (!this.online) {
      if (nowMs - this.#openedMs > limits.OPEN_MS) this.#lost(1006);
      return;
    }
    if (nowMs - this.#openedMs > limits.STABLE_MS) this.#failures = 0;
    if (this.#pingedMs > 0 && nowMs - this.#pingedMs > limits.PONG_MS) return this.#lost(1006);
    if (this.#pingedMs === 0 && nowMs > this.#pingDueMs) this.#ping();
    for (const [ref, { reply, dueMs }] of this.#asked) {
      if (dueMs > nowMs) continue;
      this.#asked.delete(ref);
      reply({ type: "error", code: "unavailable", message: "The server did not answer" });
    }
  }

  /** The server is about to close. @param {number} afterMs */
  #leaveIn(afterMs) {
    this.#leastWaitMs = performance.now() + afterMs;
    const socket = this.#socket;
    this.#retryTimer = setTimeout(() => socket === this.#socket && this.start(), afterMs);
  }

  /** @param {number} code */
  #lost(code) {
    clearTimeout(this.#retryTimer);
    this.#release(code);
    const nowMs = performance.now();
    const bound = Math.min(limits.BACKOFF_MOST_MS, limits.BACKOFF_MS * 2 ** this.#failures);
    const told = this.#leastWaitMs > nowMs ? this.#leastWaitMs - nowMs : 0;
    const atLeastMs = told || (code === 1008 ? limits.PENALTY_MS : 0);
    const waitMs = told || atLeastMs + Math.random() * bound;
    this.#notBeforeMs = nowMs + atLeastMs;
    this.#leastWaitMs = 0;
    if (!told) this.#failures = Math.min(this.#failures + 1, 16);
    this.#retryTimer = setTimeout(() => this.start(), waitMs);
    this.#enter({ phase: "waiting", retryAtMs: Date.now() + waitMs });
  }

  /** Lets go of the socket without waiting for its close, and tells all who wait for a reply. */
  #release(closeCode = 1000) {
    clearInterval(this.#tickTimer);
    clearTimeout(this.#flushTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#pingedMs = 0;
    this.#queue = [];
    if (socket !== undefined) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    /** @type {Of<"error">} */
    const error = { type: "error", code: "link_down", message: "The connection was lost", closeCode };
    const wasOpen = this.#open;
    this.#open = false;
    for (const { reply } of asked) reply(error);
    if (wasOpen) this.#on.down();
  }
}
