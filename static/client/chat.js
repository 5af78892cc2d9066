/** A connection for a program. Its types are said in `connect.d.ts`. @module */

import { ChatRoom } from "./chat_room.js";
import { Client } from "./client.js";
import * as limits from "./limits.js";
import { canProve, provenIdOf } from "./program_world.js";
import { RefusedError } from "./sending.js";
import { Tokens } from "./tokens.js";

/** @import { Beginning, ChatEvents, ChatState, ConnectOptions } from "./connect.d.ts" */
/** @import { LinkState } from "./link.js" */
/** @import { ProgramWorld } from "./program_world.js" */

/** One connection, and the rooms that are followed on it. */
export class Chat {
  /** The own id, once it is known. */
  id = "";
  /** The id with which it asks to be let in: that of a token cannot be asked for. */
  #path = "";
  #forgetSignal = () => {};
  #name;
  #world;
  #client;
  /** @type {Tokens | undefined} */
  #tokens;
  /** Whether the server has said who this is. */
  #isKnown = false;
  /** @type {Map<string, ChatRoom>} */
  #rooms = new Map();
  /** @type {Set<{ type: keyof ChatEvents, run: (what: never) => void }>} */
  #listeners = new Set();
  /** @type {ChatState} */
  #state = { phase: "connecting" };

  /**
   * @param {ProgramWorld} world
   * @param {string} address what an id is put behind
   * @param {ConnectOptions} options
   */
  constructor(world, address, { name, identity, id, token, signal }) {
    if (identity !== undefined && !canProve()) {
      throw new TypeError("Cannot prove an identity: pages on plain http cannot");
    }
    const isNew = identity === undefined && id === undefined && token === undefined;
    const key = isNew && canProve() ? world.randomHex(16) : identity;
    this.#name = name ?? "";
    this.#world = world;
    this.#tokens = token === undefined ? undefined : new Tokens(token);
    this.#client = new Client(this.#tokens?.first(world) ?? world, {
      url: () => address + encodeURIComponent(this.#path),
      hello: () => ({ name, key, token: this.#tokens?.current }),
      on: {
        state: (state) => this.#enter(state),
        welcome: ({ id }) => this.#welcomed(id),
        expiring: () => this.#renew(),
        began: (room, line) => this.#rooms.get(room.name)?.began(line),
        gap: (room, missed) => this.#rooms.get(room.name)?.gap(missed),
        received: (room, item) => this.#rooms.get(room.name)?.received(item),
        changed: (room, event) => this.#rooms.get(room.name)?.changed(event),
        joined: (room) => this.#rooms.get(room.name)?.joined(),
        people: (room) => this.#rooms.get(room.name)?.people(),
        joinRefused: (room, error) => this.room(room.name).joinRefused(error),
        // Not before whoever has just sent it waits for it.
        unsent: (room) => queueMicrotask(() => this.#settle(room)),
        stored: (entry) => this.#rooms.get(entry.room)?.sending.stored(entry),
      },
    });
    this.#start(key === undefined ? id ?? world.randomHex(16) : provenIdOf(key));
    if (signal?.aborted) this.close();
    const abort = () => this.close();
    signal?.addEventListener("abort", abort, { once: true });
    this.#forgetSignal = () => signal?.removeEventListener("abort", abort);
  }

  /** @param {string | Promise<string>} id */
  async #start(id) {
    this.#path = await id;
    if (this.#hasEnded) return;
    this.#become(this.#path);
    // With a token the server says who this is: what waits in the storage may be that person's.
    if (this.#tokens === undefined) this.#client.unsent.start();
    this.#client.link.start();
  }

  /** @param {string} id */
  #welcomed(id) {
    this.#become(id);
    if (!this.#isKnown && this.#tokens !== undefined) this.#client.unsent.start();
    this.#isKnown = true;
  }

  /** Goes on under an id. What was written before it was known is that author's: nothing of it was sent. @param {string} id */
  #become(id) {
    const { unsent } = this.#client;
    for (const room of this.#isKnown ? [] : unsent.rooms) {
      for (const entry of unsent.of(room)) if (entry.id === this.id) entry.id = id;
    }
    this.id = id;
    unsent.writeAs({ id, name: this.#name });
  }

  /** The token is soon over. Without a newer one the server ends the connection, and the next one begins with one. */
  async #renew() {
    const tokens = this.#tokens;
    if (!await tokens?.renew() || tokens?.current === undefined) return;
    this.#client.link.ask({ type: "token", token: tokens.current }, () => {});
  }

  /** @returns {ChatState} */
  get state() {
    return this.#state;
  }

  /**
   * @template {keyof ChatEvents} Type
   * @param {Type} type
   * @param {(what: ChatEvents[Type]) => void} run
   * @returns {() => void}
   */
  on(type, run) {
    const listener = { type, run };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param {string} name @param {{ after?: Beginning }} [options] @returns {ChatRoom} */
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

  wake() {
    this.#client.link.wake();
  }

  close() {
    if (this.#state.phase === "closed") return;
    this.#change({ phase: "closed" });
    this.#stop();
  }

  [Symbol.asyncDispose]() {
    return Promise.resolve(this.close());
  }

  get #hasEnded() {
    return this.#state.phase === "closed" || this.#state.phase === "refused";
  }

  get #end() {
    return this.#state.phase === "refused" ? { error: this.#state.reason } : {};
  }

  /** Takes out what the server has refused of a room's. @param {string} name */
  #settle(name) {
    const { unsent } = this.#client;
    for (const entry of unsent.of(name)) {
      if (entry.state !== "failed") continue;
      unsent.remove(entry);
      const reason = new RefusedError(entry.code ?? "", entry.reason ?? "");
      if (this.#rooms.get(name)?.sending.refused(entry, reason)) continue;
      this.#tell("failed", { room: name, text: entry.text, reason });
    }
  }

  /** @param {LinkState} state */
  #enter({ phase, retryAtMs = 0, error }) {
    if (this.#hasEnded) return;
    if (phase === "waiting") return this.#change({ phase, retryAt: retryAtMs, reason: this.#tokens?.problem });
    if (phase !== "refused") return this.#change({ phase });
    if (error?.code === "expired" && this.#tokens?.change) return this.#tryAgain();
    this.#change({ phase, reason: new RefusedError(error?.code ?? "", error?.message ?? "") });
    // It would be refused again.
    this.#stop();
  }

  #stop() {
    // One that times out would keep the program from ending.
    this.#forgetSignal();
    this.#client.close();
    this.#world.end();
  }

  /** With another token. */
  #tryAgain() {
    const { now, after } = this.#world;
    this.#change({ phase: "waiting", retryAt: now() + limits.RETRY_MS });
    after(limits.RETRY_MS, () => this.#client.link.start());
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
