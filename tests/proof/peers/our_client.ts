/** The client package, as a program uses it. @module */

import { connect } from "../../../static/client/connect.js";
import { Notes, type PeerClient } from "./peer_client.ts";

export class OurClient extends Notes implements PeerClient {
  waiting = 0;
  readonly #chat;
  readonly #reading: Promise<void>;

  constructor(port: number, name: string) {
    super();
    this.#chat = connect(`ws://127.0.0.1:${port}`, { name });
    this.#reading = this.#read();
  }

  get connected(): boolean {
    return this.#chat.state.phase === "online";
  }

  async say(text: string): Promise<void> {
    this.waiting++;
    try {
      await this.#chat.room("lobby").send(text);
      this.sent.add(text);
    } catch {
      // It is told that this was not sent.
    }
    this.waiting--;
  }

  wake(): void {
    this.#chat.wake();
  }

  async end(): Promise<void> {
    this.#chat.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const event of this.#chat.room("lobby", { after: "start" })) {
      if (event.type === "message") this.see(event.text);
    }
  }
}
