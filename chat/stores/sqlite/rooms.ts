/** The rows of rooms. @module */

import type { RoomState } from "../../log/message_log.ts";
import type { SqliteConnection } from "./connection.ts";
import type { RoomRow } from "./statements.ts";

/** The row of a room, or what it is before its first event. */
export function findRoom(db: SqliteConnection, name: string): RoomRow {
  const row = db.statement("room").get(name) as unknown as RoomRow | undefined;
  return row ?? { id: 0, first: 1, head: 0, floor: 0, ts: 0, messageCount: 0, changes: 0 };
}

export function saveRoom(db: SqliteConnection, { id, first, head, floor, ts, messageCount, changes }: RoomRow): void {
  db.statement("saveRoom").run(id, first, head, floor, ts, messageCount, changes);
}

export function stateOfRoom({ first, head, floor, messageCount }: RoomRow, epoch: string): RoomState {
  return { epoch, first, head, floor, messageCount };
}
