/** What a room is made of. @module */

import type { Clock } from "../base/clock.ts";
import type { Turns } from "../base/turns.ts";
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
}

/** What a room tells of its connections. */
export interface RoomEvents {
  /** A connection is out of the room, because it may not read what comes next. */
  onRemoved(connection: Recipient, removal: Removal): void;
  /** A connection may perhaps do something else in the room than before. */
  onMayChange(connection: Recipient): void;
}
