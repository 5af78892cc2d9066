/** Members of a room without a network: what they are sent can be looked at. @module */

import type { Clock } from "../../chat/base/clock.ts";
import { Connection } from "../../chat/socket/connection.ts";
import { Membership, type Position } from "../../chat/room/membership.ts";
import { Backlog, type ChatSocket } from "../../chat/outbox/outbox.ts";

const receiver = {
  text() {},
  command() {},
  closed() {},
  trouble(_connection: Connection, error: unknown) {
    throw error;
  },
};

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

/** A member that speaks `chat.v1`, behind a position. */
export function membershipOf(reader: Reader, id: string, clock: Clock, position: Position): Membership {
  const peer = { id, dialect: "chat.v1" as const, address: "" };
  const surroundings = {
    clock,
    backlog: new Backlog(),
    stalls: { stalledMs: 0 },
    slowed: { bytes: 0 },
    limitRate: false,
  };
  return new Membership(new Connection(reader, peer, receiver, surroundings), position);
}
