/**
 * Messages on their way out to many.
 *
 * @module
 */

import type { StoredMessage } from "./log/message_log.ts";
import { type Frame, frameOf, framesOf } from "./outbox.ts";
import { encode, plainLine } from "./protocol.ts";

/** A run of messages of one room: each encoded once per dialect, whoever and however many get it. */
export class Batch {
  /** The first message; 0 in a batch without messages. */
  readonly first: number;
  /** The last message; 0 in a batch without messages. */
  readonly last: number;
  /** The epoch that they are of. */
  readonly epoch: string;
  readonly #messages: StoredMessage[];
  readonly #lines: string[];
  readonly #extras: string[];
  #frames: Frame[] | undefined;
  #plainFrames: Frame[] | undefined;

  /**
   * Encodes them.
   *
   * @param extras lines of presence and typing, which go along to `chat.v1` members
   */
  constructor(room: string, epoch: string, messages: StoredMessage[], extras: string[]) {
    this.epoch = epoch;
    this.first = messages[0]?.seq ?? 0;
    this.last = messages.at(-1)?.seq ?? 0;
    this.#messages = messages;
    this.#lines = messages.map((message) => encode({ type: "message", room, ...message }));
    this.#extras = extras;
  }

  /** Whether there is nothing to send. */
  get empty(): boolean {
    return this.#messages.length === 0 && !this.hasExtras;
  }

  /** Whether presence or typing goes along. */
  get hasExtras(): boolean {
    return this.#extras.length > 0;
  }

  /** For who has nothing of it yet: the same frames for everybody. */
  get frames(): Frame[] {
    return this.#frames ??= framesOf([...this.#lines, ...this.#extras]);
  }

  /** For who has everything up to `cursor`: the rest. */
  framesAfter(cursor: number): Frame[] {
    const had = this.#countUpTo(cursor);
    return had === 0 ? this.frames : framesOf([...this.#lines.slice(had), ...this.#extras]);
  }

  /** For plain sockets, whose dialect demands a frame for each message. */
  plainFramesAfter(cursor: number): Frame[] {
    this.#plainFrames ??= this.#messages.map((message) => frameOf(plainLine(message)));
    const had = this.#countUpTo(cursor);
    return had === 0 ? this.#plainFrames : this.#plainFrames.slice(had);
  }

  #countUpTo(cursor: number): number {
    return this.#messages.length === 0 ? 0 : Math.max(cursor + 1 - this.first, 0);
  }
}
