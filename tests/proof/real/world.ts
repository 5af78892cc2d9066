/**
 * The real world as one client has it: WebSockets through its own bad network, and the machine's clock.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";
import type { Connection, Listener, World } from "../client/world.ts";
import type { Link } from "./link.ts";

/** A connection that a client gives up is cut after at most this time, in milliseconds. */
const ORPHAN_MS = 2_000;
/** How long its connections may take to close at the end of the run. */
const END_MS = 500;

export class RealWorld implements World {
  readonly patience = {
    connectMs: 1_500,
    pingMs: 1_000,
    pongMs: 2_500,
    firstWaitMs: 50,
    longestWaitMs: 400,
    againMs: 200,
  };
  readonly now: () => number;
  readonly random: Random;
  /** What it takes to serve its client; ended with it. */
  readonly owned = new AsyncDisposableStack();
  readonly #link: Link;
  readonly #path: string;
  readonly #protocols: string[];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** Resolve as its connections have closed. */
  readonly #endings = new Set<Promise<void>>();

  /** @param path of the URL, with the query @param protocols the subprotocol to ask for, or none */
  constructor(link: Link, path: string, protocols: string[], random: Random, now: () => number) {
    this.#link = link;
    this.#path = path;
    this.#protocols = protocols;
    this.random = random;
    this.now = now;
  }

  readonly after = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  };

  readonly dial = (listener: Listener): Connection => {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#link.port}${this.#path}`, this.#protocols);
    const ending = Promise.withResolvers<void>();
    this.#endings.add(ending.promise);
    socket.onopen = () => listener.opened();
    socket.onmessage = ({ data }) => listener.frame(data);
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => {
      ending.resolve();
      this.#endings.delete(ending.promise);
      listener.closed(code, reason);
    };
    return {
      send: (frame) => socket.readyState === WebSocket.OPEN && socket.send(frame),
      close: () => {
        this.after(this.random.between(0, ORPHAN_MS), this.#link.orphans());
        socket.close();
      },
    };
  };

  /** Where its bad network begins. */
  get port(): number {
    return this.#link.port;
  }

  /** Resolves once nothing of it is left; its client must have left. */
  async end(): Promise<void> {
    const cutting = setTimeout(() => this.#link.cut(), END_MS);
    await Promise.all([...this.#endings, this.owned.disposeAsync()]);
    clearTimeout(cutting);
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#link.close();
  }
}
