/**
 * Connections that are not sockets, with `GUARD=on`: those that have sent no request yet, are being answered, or are kept for more.
 *
 * @module
 */

import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Cancel, type Clock, every } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";
import type { RequestStream } from "./request_stream.ts";
import { Turns } from "../../base/turns.ts";
export class RequestConnections {
  readonly #clock: Clock;
  readonly #turns: Turns;
  /** Since when each has sent no request. The one that was longest without one comes first. */
  readonly #connections = new Map<string, { tcp: Socket; since: number }>();
  #cancelSweep: Cancel | undefined;

  /** Watches those of a server from now on. */
  constructor(server: Server, clock: Clock) {
    this.#clock = clock;
    this.#turns = new Turns(clock);
    server.on("connection", (tcp: Socket) => {
      const name = nameOf(tcp);
      tcp.on("close", () => this.#delete(name));
      this.#touch(name, tcp);
      const [oldest] = this.#connections.values();
      if (this.#connections.size > bounds.CONNECTIONS_WITHOUT_SOCKET) oldest!.tcp.destroy();
    });
  }

  /** This one has become a socket. */
  delete(tcp: Socket): void {
    this.#delete(nameOf(tcp));
  }

  /**
   * Answers a request, and reads no more from its connection until the answer has left: so only one of them takes up memory. All
   * connections share the event loop fairly with each other, and leave some of it for the chats.
   */
  serve(stream: RequestStream, response: ServerResponse, answer: () => Promise<void>): void {
    const name = nameOf(stream);
    const known = this.#connections.get(name);
    // Many sent at once count as one: a client that reads none of the answers would stay longer for each.
    if (stream.hold() && known !== undefined) this.#touch(name, known.tcp);
    response.on("close", () => stream.letGo());
    this.#turns.run(stream, answer).catch(() => void stream.destroy());
  }

  #touch(name: string, tcp: Socket): void {
    this.#connections.delete(name);
    this.#connections.set(name, { tcp, since: this.#clock.elapsed() });
    this.#cancelSweep ??= every(this.#clock, bounds.HEADS_SWEEP_MS, () => this.#sweep());
  }

  #delete(name: string): void {
    this.#connections.delete(name);
    if (this.#connections.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }

  /** Node's own timers restart with every byte: a peer that does not read, or sends empty lines, would stay. */
  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const { tcp, since } of this.#connections.values()) {
      if (now - since < bounds.WITHOUT_REQUEST_MS) break;
      tcp.destroy();
    }
  }
}

/** The same for a TLS socket as for the TCP socket below it. */
function nameOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string {
  return `${remoteAddress}:${remotePort}`;
}
