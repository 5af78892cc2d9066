/**
 * A connection in a room, and what it has been sent.
 *
 * @module
 */

import type { Batch } from "./batch.ts";
import type { Connection } from "../socket/connection.ts";
import type { RoomState } from "../log/message_log.ts";

/** A position in a room, as a client gives it. */
export interface Position {
  /** The life of the store under which `seq` counts. */
  epoch: string;
  /** The last message before the position. */
  seq: number;
}
export class Membership {
  readonly connection: Connection;
  /** The last message that it was sent. */
  cursor: number;
  /** The epoch under which `cursor` counts. */
  epoch: string;
  /** Served from the log at present, and so passed over by the fan-out. */
  catchingUp = false;
  /** It was passed over when presence went out, and needs the whole list. */
  missedPresence = false;

  /** Begins behind a position. */
  constructor(connection: Connection, { epoch, seq }: Position) {
    this.connection = connection;
    this.cursor = seq;
    this.epoch = epoch;
  }

  /** Whether it speaks the tutorial's dialect, in which only texts can be said. */
  get isPlain(): boolean {
    return this.connection.peer.dialect === "plain";
  }

  /**
   * Sends what it does not have of a batch, whose epoch must be its own and which must begin no later than it stands.
   *
   * @returns in how many frames
   */
  send(batch: Batch): number {
    const frames = this.isPlain ? batch.plainFramesAfter(this.cursor) : batch.framesAfter(this.cursor);
    for (const frame of frames) this.connection.outbox.frame(frame);
    this.cursor = Math.max(this.cursor, batch.last);
    return frames.length;
  }

  /** Tells it that what it has does not go on, and that the next message is the one after `head`. */
  reset(room: string, { epoch, first, head }: RoomState): void {
    this.cursor = head;
    this.epoch = epoch;
    if (!this.isPlain) this.connection.send({ type: "reset", room, epoch, first, head });
  }
}
