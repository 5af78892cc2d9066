/** Messages on their way out to many, encoded once for each dialect. @module */

import type { StoredMessage } from "../log/message_log.ts";
import { type Frame, frameOf, framesOf } from "../wire/frame.ts";
import { encode } from "../wire/lines.ts";
import { plainLine } from "./plain_text.ts";

export class Outgoing {
  readonly message: StoredMessage;
  readonly #room: string;
  #line: string | undefined;
  #plainFrame: Frame | undefined;

  constructor(room: string, message: StoredMessage) {
    this.#room = room;
    this.message = message;
  }

  get line(): string {
    return this.#line ??= encode({ type: "message", room: this.#room, ...this.message });
  }

  get plainFrame(): Frame {
    return this.#plainFrame ??= frameOf(plainLine(this.message));
  }
}

/** A run of messages of one room, of which each membership gets those that it lacks. */
export class Batch {
  /** The first message; 0 in a batch without messages. */
  readonly first: number;
  /** The last message; 0 in a batch without messages. */
  readonly last: number;
  readonly epoch: string;
  /** Lines of presence and typing, which go along to `chat.v1` clients. */
  readonly extras: string[];
  readonly #messages: Outgoing[];
  /** The frames that were last asked for, and how many messages they leave out: most memberships need the same. */
  #skipped = -1;
  #frames: Frame[] = [];

  /** @param messages without a gap */
  constructor(epoch: string, messages: Outgoing[], extras: string[]) {
    this.epoch = epoch;
    this.first = messages[0]?.message.seq ?? 0;
    this.last = messages.at(-1)?.message.seq ?? 0;
    this.#messages = messages;
    this.extras = extras;
  }

  get empty(): boolean {
    return this.#messages.length === 0 && this.extras.length === 0;
  }

  /** The messages after `cursor`, in as few frames as possible. */
  framesAfter(cursor: number): Frame[] {
    const skipped = this.#countUpTo(cursor);
    if (skipped !== this.#skipped) {
      this.#skipped = skipped;
      this.#frames = framesOf([...this.#messages.slice(skipped).map(({ line }) => line), ...this.extras]);
    }
    return this.#frames;
  }

  /** The same for plain sockets, whose dialect demands a frame for each message. */
  plainFramesAfter(cursor: number): Frame[] {
    return this.#messages.slice(this.#countUpTo(cursor)).map(({ plainFrame }) => plainFrame);
  }

  #countUpTo(cursor: number): number {
    return this.#messages.length === 0 ? 0 : Math.max(cursor + 1 - this.first, 0);
  }
}
