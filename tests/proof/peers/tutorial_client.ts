/** The tutorials' own client, and better than it: it comes back at once, and says only what an open socket takes. @module */

import { Notes, type PeerClient } from "./peer_client.ts";

/** How long it waits before it comes back, in milliseconds. */
const BACK_MS = 200;

export class TutorialClient extends Notes implements PeerClient {
  /** Nothing is: what is sent is sent. */
  readonly waiting = 0;
  readonly #url: string;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded: PromiseWithResolvers<void> | undefined;

  constructor(port: number, name: string) {
    super();
    this.#url = `ws://127.0.0.1:${port}/ws/${name}`;
    this.#dial();
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  say(text: string): void {
    if (!this.connected) return;
    this.#socket!.send(text);
    this.sent.add(text);
  }

  wake(): void {
    if (this.#timer !== undefined) this.#dial();
  }

  end(): Promise<void> | void {
    clearTimeout(this.#timer);
    if (this.#socket === undefined) return;
    this.#hasEnded = Promise.withResolvers();
    this.#socket.close();
    return this.#hasEnded.promise;
  }

  #dial(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const [, text] = /^Client #\S+ says: (.*)$/s.exec(data) ?? [];
      if (text !== undefined) this.see(text);
    };
    socket.onerror = () => {};
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (this.#hasEnded) return this.#hasEnded.resolve();
      this.#timer = setTimeout(() => this.#dial(), BACK_MS);
    };
  }
}
