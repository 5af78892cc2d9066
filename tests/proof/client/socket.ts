/**
 * A client's WebSocket that is opened again whenever it breaks.
 *
 * @module
 */

import type { Link } from "./link.ts";
import type { Random } from "../../lib/random.ts";

/** How long the clients of a proof wait, in milliseconds. */
export const PATIENCE = {
  /** For a connection to stand. */
  connectMs: 1_500,
  /** Between pings. */
  pingMs: 1_000,
  /** For a pong. */
  pongMs: 2_500,
  /** At most, before connecting again: first, and after many failures. */
  firstWaitMs: 50,
  longestWaitMs: 400,
  /** Before publishing again what was stored in another life of the store than the room's. */
  againMs: 200,
  /** What a client leaves behind when it gives a connection up ends after at most this. */
  orphanMs: 2_000,
};

/** What the owner of a {@linkcode Reconnecting} is told. */
export interface SocketEvents {
  opened(): void;
  text(text: string): void;
  closed(why: string): void;
}
export class Reconnecting {
  readonly #link: Link;
  readonly #path: string;
  readonly #protocols: string[];
  readonly #random: Random;
  readonly #events: SocketEvents;
  #socket: WebSocket | undefined;
  #isOpen = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #orphans = new Set<ReturnType<typeof setTimeout>>();
  readonly #endings = new Set<Promise<void>>();
  #stopped = false;

  /** @param path of the URL, with the query @param protocols the subprotocol to ask for, or none */
  constructor(link: Link, path: string, protocols: string[], random: Random, events: SocketEvents) {
    this.#link = link;
    this.#path = path;
    this.#protocols = protocols;
    this.#random = random;
    this.#events = events;
  }

  /** Whether a connection stands. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Connects. */
  start(): void {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#link.port}${this.#path}`, this.#protocols);
    this.#socket = socket;
    const ending = Promise.withResolvers<void>();
    this.#endings.add(ending.promise);
    this.#timer = setTimeout(() => this.giveUp("no connection in time"), PATIENCE.connectMs);
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      clearTimeout(this.#timer);
      this.#isOpen = true;
      this.#events.opened();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#events.text(data);
    };
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => {
      ending.resolve();
      this.#endings.delete(ending.promise);
      if (this.#socket === socket) this.#ended(`${code} ${reason}`);
    };
  }

  /** Sends a frame, if a connection stands. */
  send(text: string): void {
    if (this.#isOpen && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** It works: the next break is the first one again. */
  steady(): void {
    this.#failures = 0;
  }

  /** Takes the connection as broken. The other side may not know of that for a while. */
  giveUp(why: string): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const cut = this.#link.orphans();
    const timer = setTimeout(() => {
      this.#orphans.delete(timer);
      cut();
    }, this.#random.between(0, PATIENCE.orphanMs));
    this.#orphans.add(timer);
    this.#ended(why);
    socket.close();
  }
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const timer of this.#orphans) clearTimeout(timer);
    this.#socket?.close();
    this.#socket = undefined;
    const cutting = setTimeout(() => this.#link.cut(), 500);
    await Promise.all(this.#endings);
    clearTimeout(cutting);
  }

  #ended(why: string): void {
    clearTimeout(this.#timer);
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#socket = undefined;
    if (wasOpen) this.#events.closed(why);
    if (this.#stopped) return;
    const bound = Math.min(PATIENCE.firstWaitMs * 2 ** this.#failures++, PATIENCE.longestWaitMs);
    this.#timer = setTimeout(() => this.start(), this.#random.between(0, bound));
  }
}
