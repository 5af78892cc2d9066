/**
 * Compares everything that clients and store report of the log: one place must hold one message, in all reports,
 * and one nonce must have one place, under every epoch that there was.
 *
 * @module
 */

import type { ClientEvent, Evidence, Message, Position, Violation } from "./evidence.ts";
export class Ledger {
  readonly #messages = new Map<string, { message: Message; from: string }>();
  readonly #nonces = new Map<string, number>();
  readonly #acked = new Map<string, string>();
  readonly #places = new Map<string, Position[]>();
  readonly #blame: (violation: Violation) => void;

  /** Reads all of it. @param blame called for each disagreement */
  constructor({ store, clients }: Evidence, blame: (violation: Violation) => void) {
    this.#blame = blame;
    for (const [room, { epoch, messages }] of Object.entries(store)) this.#add(room, epoch, messages, "the store");
    for (const { name, id, events } of clients) {
      const epochs = new Map<string, string>();
      for (const event of events) {
        if (event.type === "opened") epochs.clear();
        else if (event.type === "joined" || event.type === "reset") epochs.set(event.room, event.epoch);
        if (event.type === "joined" || event.type === "history") {
          this.#add(event.room, event.epoch, event.messages, name, event.at);
        } else if (event.type === "shows") {
          for (const message of event.messages) this.#add(event.room, message.epoch, [message], name, event.at);
        } else if (event.type === "message") {
          const epoch = epochs.get(event.room);
          if (epoch !== undefined) this.#add(event.room, epoch, [event.message], name, event.at);
        } else if (event.type === "acked") this.#addAck(event, id, name);
      }
    }
  }

  /** The message at a place; undefined where nobody saw it. */
  at(room: string, { epoch, seq }: Position): Message | undefined {
    return this.#messages.get(key(room, epoch, seq))?.message;
  }

  /** Where a text by somebody is, under every epoch. */
  placesOf(room: string, id: string, text: string): Position[] {
    return this.#places.get(key(room, id, text)) ?? [];
  }

  #add(room: string, epoch: string, messages: Message[], from: string, at?: number): void {
    for (const message of messages) {
      const place = key(room, epoch, message.seq);
      const known = this.#messages.get(place);
      if (known === undefined) {
        this.#messages.set(place, { message, from });
        this.#index(room, epoch, message, from, at);
      } else if (!isSame(known.message, message)) {
        const what = `${from} has another message at ${room} ${message.seq} (epoch ${epoch}) than ${known.from}: ` +
          `${shown(message)} and ${shown(known.message)}`;
        this.#blame({ promise: 3, what, room, seq: message.seq, client: from, at });
      }
    }
  }

  #index(room: string, epoch: string, { id, text, nonce, seq }: Message, from: string, at?: number): void {
    const places = key(room, id, text);
    this.#places.set(places, [...this.#places.get(places) ?? [], { epoch, seq }]);
    if (nonce !== undefined) this.#claim(room, { epoch, seq }, { id, nonce, text }, from, at);
  }

  /** An acknowledgement says where a message is, even if nobody ever sees it there. */
  #addAck(
    { room, nonce, text, epoch, seq, at }: Extract<ClientEvent, { type: "acked" }>,
    id: string,
    from: string,
  ): void {
    this.#claim(room, { epoch, seq }, { id, nonce, text }, from, at);
    const place = key(room, epoch, seq);
    const mark = key(id, nonce, text);
    const known = this.#acked.get(place) ?? mark;
    if (known !== mark) {
      const what = `${seq} of ${room} (epoch ${epoch}) was acked to ${nonce} of ${id} and to another message`;
      this.#blame({ promise: 1, what, room, seq, nonce, client: from, at });
    }
    this.#acked.set(place, known);
  }

  #claim(
    room: string,
    { epoch, seq }: Position,
    { id, nonce, text }: { id: string; nonce: string; text: string },
    from: string,
    at?: number,
  ): void {
    // With its text: once a message is trimmed, its nonce is free for another.
    const mark = key(room, epoch, id, nonce, text);
    const known = this.#nonces.get(mark) ?? seq;
    if (known !== seq) {
      const what = `the nonce ${nonce} of ${id} has two places in ${room} (epoch ${epoch}): ${known} and ${seq}`;
      this.#blame({ promise: 2, what, room, seq, nonce, client: from, at });
    }
    this.#nonces.set(mark, known);
  }
}

/** A message in a sentence. */
export function shown({ seq, id, text, nonce }: Message): string {
  return `${seq} by ${id}${nonce === undefined ? "" : ` (${nonce})`} “${text.slice(0, 40)}”`;
}

function isSame(one: Message, other: Message): boolean {
  return one.id === other.id && one.name === other.name && one.text === other.text && one.nonce === other.nonce &&
    one.ts === other.ts;
}

function key(...parts: (string | number)[]): string {
  return parts.join("\0");
}
