/** Members of a room without a network: what they are sent can be looked at. @module */

import type { Clock } from "../../chat/base/clock.ts";
import { chatV1 } from "../../chat/dialect/chat_v1.ts";
import { Backlog, type ChatSocket, Outbox } from "../../chat/outbox/outbox.ts";
import { Session } from "../../chat/policy/session.ts";
import { Membership } from "../../chat/room/membership.ts";
import type { Position } from "../../chat/wire/lines.ts";

/** A socket that keeps what it is sent, and whose peer reads everything at once. */
export class Reader implements ChatSocket {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  /** The `seq`s of each frame. */
  readonly frames: number[][] = [];
  /** Called for each frame. */
  onFrame = () => {};

  send(frame: string): void {
    this.frames.push(frame.split("\n").map((line) => JSON.parse(line).seq));
    this.onFrame();
  }

  close(): void {}
}

/** An outbox that speaks `chat.v1`. */
export function outboxOf(socket: ChatSocket, clock: Clock, close = () => {}, backlog = new Backlog()): Outbox {
  return new Outbox({ socket, dialect: chatV1, clock, backlog, close });
}

/** A member that speaks `chat.v1`, behind a position. */
export function membershipOf(reader: Reader, id: string, clock: Clock, position: Position): Membership {
  const fail = (error: unknown) => {
    throw error;
  };
  const session = new Session(id, true);
  return new Membership({ session, outbox: outboxOf(reader, clock), closed: false, close: () => {}, fail }, position);
}
