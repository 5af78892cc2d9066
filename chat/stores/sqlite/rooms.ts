/** The rows of rooms. @module */

import type { RoomState } from "../../log/message_log.ts";
import { fold } from "../../base/fold.ts";
import type { DirectoryRange, DirectoryRoom } from "../../log/directory.ts";
import { NEWEST, NOBODY, roomOf, type ToldRow } from "../listed_room.ts";
import type { SqliteConnection } from "./connection.ts";
import type { RoomRow } from "./statements.ts";

/** The row of a room, or what it is before its first event. */
export function findRoom(db: SqliteConnection, name: string): RoomRow {
  const row = db.statement("room").get(name) as unknown as RoomRow | undefined;
  return row ?? { id: 0, first: 1, head: 0, floor: 0, ts: 0, messageCount: 0, changes: 0, policy: 0 };
}

export function saveRoom(
  db: SqliteConnection,
  { id, first, head, floor, ts, messageCount, changes, policy }: RoomRow,
): void {
  db.statement("saveRoom").run(id, first, head, floor, ts, messageCount, changes, policy);
}

export function stateOfRoom({ first, head, floor, messageCount, policy }: RoomRow, epoch: string): RoomState {
  return { epoch, first, head, floor, messageCount, ...policy > 0 ? { policy } : {} };
}

export function listRooms(db: SqliteConnection, range: DirectoryRange): DirectoryRoom[] {
  return (findRows(db, range) as unknown as ToldRow[]).map(roomOf);
}

function findRows(db: SqliteConnection, range: DirectoryRange) {
  const { query, after = NEWEST, limit, reader: { id, now } = NOBODY, mine, only } = range;
  const page = [after.ts, after.room, limit, id, now];
  if (only !== undefined) return db.statement("myRoom").all(only, null, null, id);
  if (mine) return db.statement("myRooms").all(...page, fold(query ?? ""));
  return query === undefined ? db.statement("rooms").all(...page) : db.statement("roomsWith").all(...page, fold(query));
}
