/** What a room is made of. @module */

import type { Clock } from "../base/clock.ts";
import type { Turns } from "../base/turns.ts";
import type { Lease } from "../log/leases.ts";
import type { MessageLog } from "../log/message_log.ts";
import type { Recipient, Removal } from "./membership.ts";
import type { ReportTrouble } from "../logging/logger.ts";

/** The same for all rooms of a process. */
export interface ProcessParts {
  /** Where messages are kept. */
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Called when a bug shows. */
  readonly report: ReportTrouble;
}

export interface RoomParts extends ProcessParts {
  readonly name: string;
  /** Tells other processes of the members here. Absent: none shares the store, or it cannot. */
  readonly sharing?: Sharing;
}

/** What a room tells of its connections. */
export interface RoomEvents {
  /** A connection is out of the room, because it may not read what comes next. */
  onRemoved(connection: Recipient, removal: Removal): void;
  /** A connection may perhaps do something else in the room than before. */
  onMayChange(connection: Recipient): void;
}

/** Where other processes share the store: what they are told of the members here. */
export interface Sharing {
  /** Somebody came, has another name, or has gone. */
  tell(lease: Lease): void;
  tellTyping(room: string, id: string): void;
}
