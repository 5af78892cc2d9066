/** A reader that does what every client must: it takes each event of a run once, and keeps the newest copies. @module */

import { isMessage, revOf, type StoredEvent, type StoredMessage } from "../../chat/event/event.ts";
import { apply } from "../../chat/event/kinds.ts";

export class Reader {
  readonly messages = new Map<number, StoredMessage>();
  /** Everything up to it has been taken from the run. */
  position: number;
  readonly #id: string;

  constructor(id: string, position: number) {
    this.#id = id;
    this.position = position;
  }

  /** Takes a page, however old. */
  page(messages: StoredMessage[]): void {
    for (const message of messages) {
      const held = this.messages.get(message.seq);
      if (held === undefined || revOf(message) > revOf(held)) this.messages.set(message.seq, message);
    }
  }

  /** Takes a part of the run: what it has of it, it leaves. */
  run(events: StoredEvent[]): void {
    for (const event of events.filter(({ seq }) => seq > this.position)) {
      if (event.seq !== this.position + 1) throw new Error(`The run has a gap before ${event.seq}`);
      this.position = event.seq;
      this.#change(event);
      if (isMessage(event)) this.page([event]);
    }
  }

  #change(event: StoredEvent): void {
    const target = this.messages.get((isMessage(event) ? event.reply : event.target) ?? 0);
    if (target !== undefined) this.messages.set(target.seq, this.#marked(apply(target, event), event));
  }

  /** A run is the same for everybody, so that a reader marks its own reactions itself, those counted already included. */
  #marked(message: StoredMessage, event: StoredEvent): StoredMessage {
    if (event.kind !== "react" || event.id !== this.#id || message.reactions === undefined) return message;
    const reactions = message.reactions.map(({ mine, ...one }) =>
      (one.emoji === event.emoji ? event.on : mine) ? { ...one, mine: true as const } : one
    );
    return { ...message, reactions };
  }
}
