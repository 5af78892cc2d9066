/** A connection in a room, and its cursor. @module */

import type { Batch } from "../dialect/batch.ts";
import type { RoomState } from "../log/message_log.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Session } from "../policy/session.ts";
import type { Close } from "../wire/close.ts";
import type { Position, RoomRefusal } from "../wire/lines.ts";

/** The part of a connection that a room needs. */
export interface Recipient {
  readonly session: Session;
  readonly outbox: Outbox;
  /** Whether it is over: nothing is sent to it any more. */
  readonly closed: boolean;
  close(close: Close): void;
  /** Ends it because of a bug: the operator reads it in the service's log, the client is told to come back. */
  fail(error: unknown): void;
}

/** The end of a membership by a change of the room. */
export interface Removal {
  /** The change. */
  seq: number;
  code: RoomRefusal | "kicked";
  /** Until when, in milliseconds since the epoch; absent: for ever, or not at all. */
  untilMs?: number;
}

export class Membership {
  readonly connection: Recipient;
  /** The last message that it was sent. */
  cursor: number;
  epoch: string;
  /** Served from the log at present, and so passed over by the fan-out. */
  catchingUp = false;
  /** An answer is being read for it: it is sent nothing new before that. In its turn nothing else is read for it meanwhile. */
  held = false;
  /** When it came in, in milliseconds since the epoch. */
  cameMs = 0;
  /** The last change of the room itself by which it was let in. */
  policy = 0;
  /** It ends behind this event, because it may not read what comes then. */
  end: Removal | undefined;
  /** It was passed over when presence went out, and needs the whole list. */
  missedPresence = false;
  /** It is over: the connection has left the room, or has joined it again. */
  over = false;

  constructor(connection: Recipient, { epoch, seq }: Position) {
    this.connection = connection;
    this.cursor = seq;
    this.epoch = epoch;
  }

  /**
   * Sends the messages of a batch that it lacks. The batch must have its epoch and begin no later than its cursor.
   *
   * @returns in how many frames
   */
  send(batch: Batch): number {
    const { outbox } = this.connection;
    const frames = outbox.dialect.frames(batch, this.cursor);
    for (const frame of frames) outbox.frame(frame);
    this.cursor = Math.max(this.cursor, batch.last);
    return frames.length;
  }

  /** Tells it that its run of messages is broken, and that the next message is the one after `head`. */
  reset(room: string, { epoch, first, head }: Pick<RoomState, "epoch" | "first" | "head">): void {
    this.cursor = head;
    this.epoch = epoch;
    this.connection.outbox.send({ type: "reset", room, epoch, first, head });
  }
}
