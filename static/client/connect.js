/**
 * The client for programs: rooms as streams that miss nothing, and messages that arrive once.
 *
 * ```js
 * const chat = connect("wss://chat.example", { name: "Echo" });
 * const room = chat.room("lobby");
 * for await (const event of room) {
 *   if (event.type === "message" && event.id !== chat.id) await room.send(event.text, { reply: event.seq });
 * }
 * ```
 *
 * @module
 */

import { ChatRoom } from "./chat_room.js";
import { Client } from "./client.js";
import { idOf } from "./key.js";
import { programWorld } from "./program_world.js";
import { RefusedError } from "./sending.js";

/** @import { Beginning } from "./room_stream.js" */
/** @import { LinkState } from "./link.js" */
/** @import { Area } from "./storage.js" */

/**
 * @typedef {object} ConnectOptions
 * @property {string} name what others see
 * @property {string} [identity] the secret of an id that nobody else can take: 128 random bits or more, kept by you. Without it and `id`, one is made up for this
 *   connection
 * @property {string} [id] instead of that, an id that anybody may use; messages under it cannot be edited or deleted
 * @property {Area | false} [storage] where messages wait that are not sent yet, such as `localStorage`; else in memory
 * @property {typeof globalThis.WebSocket} [WebSocket] where there is no global one
 * @property {AbortSignal} [signal] ends the connection
 */
/**
 * What the connection is doing. `retryAt`: when it tries again, in milliseconds since the epoch. `reason`: why the server does not let it in; then it does not
 * try again.
 * @typedef {{ phase: "connecting" | "online" | "waiting" | "refused" | "closed", retryAt?: number, reason?: RefusedError }} ChatState
 */

/**
 * The events of a connection. `failed`: the server refuses something that an earlier program had left in the storage.
 * @typedef {{ state: ChatState, failed: { room: string, text?: string, reason: RefusedError } }} ChatEvents
 */

/**
 * Connects, and stays connected until it is closed.
 *
 * @param {string | URL} url where the chat is: `wss://chat.example`, `https://example.org/chat`
 * @param {ConnectOptions} options
 * @returns {Chat}
 * @throws {TypeError} if the URL cannot be used, or there is no `WebSocket`
 */
export function connect(url, options) {
  return new Chat(url, options);
}

/** One connection, and the rooms that are followed on it. */
class Chat {
  /** The own id. */
  id;
  #client;
  /** @type {Map<string, ChatRoom>} */
  #rooms = new Map();
  /** @type {Set<{ type: keyof ChatEvents, run: (what: never) => void }>} */
  #listeners = new Set();
  /** @type {ChatState} */
  #state = { phase: "connecting" };

  /** @param {string | URL} url @param {ConnectOptions} options */
  constructor(url, { name, identity, id, signal, ...options }) {
    const world = programWorld(options);
    const key = identity ?? (id === undefined ? world.randomHex(16) : undefined);
    this.id = key === undefined ? String(id) : idOf(key);
    const address = addressOf(url, this.id);
    this.#client = new Client(world, {
      url: () => address,
      hello: () => ({ name, key }),
      on: {
        state: (state) => this.#enter(state),
        welcome: (line) => {
          this.id = line.id;
        },
        refused: () => {},
        began: (room, line) => this.#rooms.get(room.name)?.began(line),
        gap: (room, missed) => this.#rooms.get(room.name)?.gap(missed),
        received: (room, item) => this.#rooms.get(room.name)?.received(item),
        changed: (room, event) => this.#rooms.get(room.name)?.changed(event),
        joined: (room) => this.#rooms.get(room.name)?.joined(),
        reset: () => {},
        people: (room) => this.#rooms.get(room.name)?.people(),
        joinRefused: (room, error) => this.room(room.name).joinRefused(error),
        // Not before whoever has just sent it waits for it.
        unsent: (room) => queueMicrotask(() => this.#settle(room)),
        stored: (entry) => this.#rooms.get(entry.room)?.stored(entry),
      },
    });
    this.#client.unsent.author = { id: this.id, name };
    this.#client.unsent.start();
    this.#client.link.start();
    if (signal?.aborted) this.close();
    signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  /** @returns {ChatState} */
  get state() {
    return this.#state;
  }

  /**
   * Has something called with each event of one type.
   *
   * @template {keyof ChatEvents} Type
   * @param {Type} type
   * @param {(what: ChatEvents[Type]) => void} run
   * @returns {() => void} ends that
   */
  on(type, run) {
    const listener = { type, run };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * A room: joined once it is read from or written to, and the same object each time.
   *
   * @param {string} name
   * @param {{ after?: Beginning }} [options] where its stream begins, unless it has begun: behind a position that was kept, with the oldest message that
   *   the server keeps, or with what comes from now on
   * @returns {ChatRoom}
   */
  room(name, { after } = {}) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new ChatRoom(name, this.#client, () => this.#rooms.delete(name));
      if (this.#hasEnded) room.end(this.#end);
      this.#rooms.set(name, room);
    }
    if (after !== undefined) room.beginAt(after);
    return room;
  }

  /** Looks at the connection at once, or tries again: for whoever learns that the network has changed. */
  wake() {
    this.#client.link.wake();
  }

  /** Ends the connection, its timers and its streams. What was not stored yet is rejected, and stays in the storage. */
  close() {
    if (this.#state.phase === "closed") return;
    this.#client.close();
    this.#change({ phase: "closed" });
  }

  async [Symbol.asyncDispose]() {
    await Promise.resolve(this.close());
  }

  get #hasEnded() {
    return this.#state.phase === "closed" || this.#state.phase === "refused";
  }

  get #end() {
    return this.#state.reason === undefined ? {} : { error: this.#state.reason };
  }

  /** Takes out what the server has refused of a room's. @param {string} name */
  #settle(name) {
    const { unsent } = this.#client;
    for (const entry of unsent.of(name)) {
      if (entry.state !== "failed") continue;
      unsent.remove(entry);
      const reason = new RefusedError(entry.code ?? "", entry.reason ?? "");
      if (this.#rooms.get(name)?.refused(entry, reason)) continue;
      this.#tell("failed", { room: name, text: entry.text, reason });
    }
  }

  /** @param {LinkState} state */
  #enter({ phase, retryAtMs, error }) {
    if (this.#hasEnded) return;
    if (phase !== "refused") return this.#change({ phase, retryAt: retryAtMs });
    this.#change({ phase, reason: new RefusedError(error?.code ?? "", error?.message ?? "") });
    // It would be refused again.
    this.#client.close();
  }

  /** @param {ChatState} state */
  #change(state) {
    this.#state = state;
    if (this.#hasEnded) { for (const room of this.#rooms.values()) room.end(this.#end); }
    this.#tell("state", state);
  }

  /** @template {keyof ChatEvents} Type @param {Type} type @param {ChatEvents[Type]} what */
  #tell(type, what) {
    for (const listener of [...this.#listeners]) {
      if (listener.type === type) /** @type {(what: ChatEvents[Type]) => void} */ (listener.run)(what);
    }
  }
}

/** @param {string | URL} url @param {string} id */
function addressOf(url, id) {
  const address = new URL(url);
  address.protocol = address.protocol.replace("http", "ws");
  if (!address.protocol.startsWith("ws")) {
    throw new TypeError(`Cannot connect to ${url}: it must begin with wss: or https:`);
  }
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/ws/${encodeURIComponent(id)}`;
  address.search = address.hash = "";
  return address.href;
}
