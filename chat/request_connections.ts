/**
 * Connections that are no sockets, with `GUARD=on`: those that have asked for nothing yet, are being answered, or are kept for more.
 *
 * @module
 */

import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "./clock.ts";
import { CONNECTIONS_WITHOUT_SOCKET } from "./limits.ts";
import { Turns } from "./turns.ts";

/** See the module. */
export class RequestConnections {
  /** Those that were longest without a request come first. */
  readonly #connections = new Map<string, Socket>();
  /** What each connection is being answered, in the order in which it asked. */
  readonly #answers = new WeakMap<Socket, Promise<void>>();
  readonly #turns: Turns;

  /** Counts those of a server from now on, and has the oldest go when there are too many. */
  constructor(server: Server, clock: Clock) {
    this.#turns = new Turns(clock);
    server.on("connection", (tcp: Socket) => {
      const name = nameOf(tcp);
      this.#connections.set(name, tcp);
      tcp.on("close", () => this.#connections.delete(name));
      if (this.#connections.size <= CONNECTIONS_WITHOUT_SOCKET) return;
      const [oldest] = this.#connections.values();
      oldest!.destroy();
    });
  }

  /** This one has become a socket. */
  delete(socket: Socket): void {
    this.#connections.delete(nameOf(socket));
  }

  /**
   * Has a request answered after those that came before it on the same connection, once their answers have left: so only one of them
   * takes up memory. All connections share the event loop fairly with each other, and leave some of it for the chats.
   */
  serve(socket: Socket, response: ServerResponse, answer: () => Promise<void>): void {
    this.#touch(nameOf(socket));
    const before = this.#answers.get(socket) ?? Promise.resolve();
    const left = new Promise<void>((resolve) => response.on("close", resolve));
    const answered = before.then(() => this.#turns.run(socket, answer)).then(() => left);
    this.#answers.set(socket, answered.catch(() => void socket.destroy()));
  }

  #touch(name: string): void {
    const tcp = this.#connections.get(name);
    if (tcp === undefined) return;
    this.#connections.delete(name);
    this.#connections.set(name, tcp);
  }
}

/** The same for a TLS socket as for the TCP socket below it. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
