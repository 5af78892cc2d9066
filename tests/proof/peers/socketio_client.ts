/** Socket.IO's own client, with what it has against loss turned on: retries until an acknowledgement comes, and recovery. @module */

import { io, type Socket } from "../../lib/socketio.ts";
import { Notes, type PeerClient } from "./peer_client.ts";

/** As in its documentation of delivery guarantees, but with more retries than in any storm. */
const RETRIES = 1_000;
const ACK_TIMEOUT_MS = 2_000;

export class SocketIoClient extends Notes implements PeerClient {
  waiting = 0;
  readonly #socket: Socket;

  constructor(port: number, _name: string) {
    super();
    // The offset of the last event that was seen, and an id for each message: as its tutorial has them.
    const auth: { serverOffset: number } = { serverOffset: 0 };
    this.#socket = io(`ws://127.0.0.1:${port}`, {
      transports: ["websocket"],
      retries: RETRIES,
      ackTimeout: ACK_TIMEOUT_MS,
      forceNew: true,
      auth,
    });
    this.#socket.on("message", (text: string, offset?: number) => {
      this.see(text);
      if (offset !== undefined) auth.serverOffset = offset;
    });
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  say(text: string): void {
    this.waiting++;
    this.#socket.emit("message", text, crypto.randomUUID(), (error: unknown) => {
      this.waiting--;
      if (!error) this.sent.add(text);
    });
  }

  wake(): void {
    if (!this.#socket.connected) this.#socket.connect();
  }

  end(): void {
    this.#socket.disconnect();
  }
}
