/**
 * A plain client, as of the tutorials: it says things, reads what is said, and connects again when it is disconnected. It
 * is promised no message that came while it was away.
 *
 * @module
 */

import type { ClientLog } from "../judge/evidence.ts";
import type { Link } from "./link.ts";
import type { Random } from "../../lib/random.ts";
import { Reconnecting } from "./socket.ts";
export class PlainClient {
  readonly log: ClientLog;
  readonly room: string;
  readonly #socket: Reconnecting;
  readonly #now: () => number;
  readonly #heard = new Set<string>();
  #count = 0;

  /** @param now the time, in milliseconds, for its log */
  constructor(id: string, room: string, link: Link, random: Random, now: () => number) {
    this.room = room;
    this.#now = now;
    this.log = { name: id, id, dialect: "plain", room, events: [] };
    this.#socket = new Reconnecting(link, `/ws/${encodeURIComponent(id)}?room=${room}`, [], random, {
      opened: () => {
        this.#socket.steady();
        this.log.events.push({ at: now(), type: "opened" });
      },
      text: (text) => {
        this.log.events.push({ at: now(), type: "text", text });
        this.#heard.add(text);
      },
      closed: (why) => this.log.events.push({ at: now(), type: "closed", why }),
    });
    this.#socket.start();
  }

  /** Whether a connection stands. */
  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** Whether it has read this. */
  heard(text: string): boolean {
    return this.#heard.has(text);
  }

  /** Says something, if it is connected. */
  say(): void {
    if (!this.isOpen) return;
    const text = `${this.log.id} says ${++this.#count}`;
    this.log.events.push({ at: this.#now(), type: "sent", room: this.room, text });
    this.#socket.send(text);
  }
  stop(): Promise<void> {
    return this.#socket.stop();
  }
}
