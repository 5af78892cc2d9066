/** Events on their way out to many, encoded once for each dialect. @module */

import { jsonLine } from "../base/escape.ts";
import { isMessage, type StoredEvent } from "../event/event.ts";
import { shown } from "../event/kinds.ts";
import { type Frame, frameOf, framesOf, grouped } from "../wire/frame.ts";
import { encode, type WireChange, type WireMessage } from "../wire/lines.ts";
import { asMessage } from "./messages_only.ts";
import { plainLine } from "./plain_text.ts";
import { type DataEvent, dataEvent } from "./stream_text.ts";

export class Outgoing {
  readonly event: StoredEvent;
  readonly #room: string;
  #line: string | undefined;
  #messageLine: string | undefined;
  #plainFrame: Frame | undefined;
  #entry: string | undefined;

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

  /** As in a page: without its room, which those who ask for a page know. */
  get entry(): string {
    return this.#entry ??= jsonLine(shown(this.event));
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

/** How far a batch goes, if its events do not tell; see the fields of {@linkcode Batch}. */
type Reach = Partial<Pick<Batch, "head" | "last" | "below">>;

/** A run of events of one room, of which each membership gets those that it lacks. */
export class Batch {
  /** The first event; 0 in a batch without events. */
  readonly first: number;
  /** The last event, or what is known with it; 0 in a batch without events. */
  readonly last: number;
  /** The last event that there was when it was made; at least {@linkcode last}. */
  readonly head: number;
  /** See {@linkcode Place.below}, in a batch of old messages, which has gaps. */
  readonly below: number | undefined;
  readonly epoch: string;
  /** Lines of presence and typing, which go along to `chat.v1` clients. */
  readonly extras: string[];
  readonly #events: Outgoing[];
  /** The frames that were last asked for, in each form: most memberships need the same. */
  readonly #lines: Made = { skipped: -1, frames: [] };
  readonly #messageLines: Made = { skipped: -1, frames: [] };
  /** The same of streams. */
  #data: { skipped: number; events: DataEvent[] } = { skipped: -1, events: [] };

  /** @param events without a gap, unless they are old messages */
  constructor(epoch: string, events: Outgoing[], extras: string[], { head, last, below }: Reach = {}) {
    this.epoch = epoch;
    this.first = events[0]?.event.seq ?? 0;
    this.last = last ?? events.at(-1)?.event.seq ?? 0;
    this.#events = events;
    this.extras = extras;
    this.head = head ?? this.last;
    this.below = below;
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

  /** The events after `cursor` as a page has them. */
  entriesAfter(cursor: number): string[] {
    return this.#events.slice(this.#countUpTo(cursor)).map(({ entry }) => entry);
  }

  /** The same for streams, in few events of theirs. */
  dataEventsAfter(cursor: number): DataEvent[] {
    const skipped = this.#countUpTo(cursor);
    if (skipped !== this.#data.skipped) {
      let written = skipped;
      const events = grouped(this.entriesAfter(cursor)).map((entries) => {
        written += entries.length;
        const seq = written === this.#events.length ? this.last : this.#events[written - 1]!.event.seq;
        return dataEvent({ epoch: this.epoch, seq, below: this.below }, entries);
      });
      this.#data = { skipped, events };
    }
    return this.#data.events;
  }

  #countUpTo(cursor: number): number {
    return this.#events.length === 0 ? 0 : Math.max(cursor + 1 - this.first, 0);
  }
}
