/** Events on their way out to many, encoded once for each dialect. @module */

import { isMessage, type StoredEvent } from "../event/event.ts";
import { shown } from "../event/kinds.ts";
import { type Frame, frameOf, framesOf } from "../wire/frame.ts";
import { encode, type WireChange, type WireMessage } from "../wire/lines.ts";
import { asMessage } from "./messages_only.ts";
import { plainLine } from "./plain_text.ts";

export class Outgoing {
  readonly event: StoredEvent;
  readonly #room: string;
  #line: string | undefined;
  #messageLine: string | undefined;
  #plainFrame: Frame | undefined;

  constructor(room: string, event: StoredEvent) {
    this.#room = room;
    this.event = event;
  }

  get line(): string {
    return this.#line ??= encode(pushOf(this.#room, this.event));
  }

  /** For clients that know only messages. */
  get messageLine(): string {
    if (this.#messageLine === undefined) {
      const message = asMessage(this.event);
      this.#messageLine = message === this.event ? this.line : encode(pushOf(this.#room, message));
    }
    return this.#messageLine;
  }

  /** Nothing for a change: plain text cannot say it. */
  get plainFrame(): Frame | undefined {
    return isMessage(this.event) ? this.#plainFrame ??= frameOf(plainLine(this.event)) : undefined;
  }
}

function pushOf(room: string, event: StoredEvent): WireMessage | WireChange {
  const fields = shown(event);
  return isMessage(fields) ? { type: "message", room, ...fields } : { type: "change", room, ...fields };
}

/** Frames, and how many events of the batch they leave out. */
interface Made {
  skipped: number;
  frames: Frame[];
}

/** A run of events of one room, of which each membership gets those that it lacks. */
export class Batch {
  /** The first event; 0 in a batch without events. */
  readonly first: number;
  /** The last event; 0 in a batch without events. */
  readonly last: number;
  readonly epoch: string;
  /** Lines of presence and typing, which go along to `chat.v1` clients. */
  readonly extras: string[];
  readonly #events: Outgoing[];
  /** The frames that were last asked for, in each form: most memberships need the same. */
  readonly #lines: Made = { skipped: -1, frames: [] };
  readonly #messageLines: Made = { skipped: -1, frames: [] };

  /** @param events without a gap */
  constructor(epoch: string, events: Outgoing[], extras: string[]) {
    this.epoch = epoch;
    this.first = events[0]?.event.seq ?? 0;
    this.last = events.at(-1)?.event.seq ?? 0;
    this.#events = events;
    this.extras = extras;
  }

  get empty(): boolean {
    return this.#events.length === 0 && this.extras.length === 0;
  }

  /** The events after `cursor`, in as few frames as possible. */
  framesAfter(cursor: number): Frame[] {
    return this.#makeFrames(this.#lines, cursor, ({ line }) => line);
  }

  /** The same for clients that know only messages. */
  messageFramesAfter(cursor: number): Frame[] {
    return this.#makeFrames(this.#messageLines, cursor, ({ messageLine }) => messageLine);
  }

  #makeFrames(made: Made, cursor: number, lineOf: (event: Outgoing) => string): Frame[] {
    const skipped = this.#countUpTo(cursor);
    if (skipped !== made.skipped) {
      made.skipped = skipped;
      made.frames = framesOf([...this.#events.slice(skipped).map(lineOf), ...this.extras]);
    }
    return made.frames;
  }

  /** The same for plain sockets, whose dialect demands a frame for each message and has no changes. */
  plainFramesAfter(cursor: number): Frame[] {
    return this.#events.slice(this.#countUpTo(cursor)).flatMap(({ plainFrame }) => plainFrame ?? []);
  }

  #countUpTo(cursor: number): number {
    return this.#events.length === 0 ? 0 : Math.max(cursor + 1 - this.first, 0);
  }
}
