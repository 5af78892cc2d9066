/**
 * Connections that are not sockets, with `GUARD=on`: those that have sent no request yet, are being answered, or are kept for more.
 *
 * @module
 */

import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { Turns } from "../../base/turns.ts";
import * as bounds from "./bounds.ts";
import { Deadlines } from "./deadlines.ts";
import type { RequestStream } from "./request_stream.ts";

export class RequestConnections {
  readonly #turns: Turns;
  readonly #connections = new Map<string, Socket>();
  /** They wait for a request. Node's own timers restart with every byte: a peer that does not read, or sends empty lines, would stay. */
  readonly #waiting: Deadlines<string>;

  /** Watches those of a server from now on. */
  constructor(server: Server, clock: Clock) {
    this.#turns = new Turns(clock);
    const cut = (name: string) => void this.#connections.get(name)!.destroy();
    this.#waiting = new Deadlines(clock, bounds.WITHOUT_REQUEST_MS, bounds.HEADS_SWEEP_MS, cut);
    server.on("connection", (tcp: Socket) => {
      const name = nameOf(tcp);
      tcp.on("close", () => this.#delete(name));
      this.#connections.set(name, tcp);
      this.#waiting.restart(name);
      if (this.#connections.size > bounds.CONNECTIONS_WITHOUT_SOCKET) cut(this.#waiting.next!);
    });
  }

  /** This one has become a socket, or is sent a stream: as long as that lasts, it is bounded as a socket is. */
  delete(tcp: Pick<Socket, "remoteAddress" | "remotePort">): void {
    this.#delete(nameOf(tcp));
  }

  /**
   * Answers a request, and reads no more from its connection until the answer has left: so only one of them takes up memory. All
   * connections share the event loop fairly with each other, and leave some of it for the chats.
   */
  serve(stream: RequestStream, response: ServerResponse, answer: () => Promise<void>): void {
    const name = nameOf(stream);
    // Many sent at once count as one: a client that reads none of the answers would stay longer for each.
    if (stream.hold() && this.#connections.has(name)) this.#waiting.restart(name);
    response.on("close", () => stream.letGo());
    this.#turns.run(stream, answer).catch(() => void stream.destroy());
  }

  #delete(name: string): void {
    this.#connections.delete(name);
    this.#waiting.delete(name);
  }
}

/** The same for a TLS socket as for the TCP socket below it. */
function nameOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string {
  return `${remoteAddress}:${remotePort}`;
}
