/** The rows of rooms. @module */

import type { RoomState } from "../../log/message_log.ts";
import type { DirectoryRange, ListedRoom } from "../../log/directory.ts";
import { ROOMS_FOUND, ROOMS_SEARCHED } from "./bounds.ts";
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

/** Where a list of rooms begins. */
const NEWEST = { room: "", ts: Number.MAX_SAFE_INTEGER };

export function listRooms(db: SqliteConnection, { query = "", after = NEWEST, limit }: DirectoryRange): ListedRoom[] {
  const rows = query === ""
    ? db.statement("rooms").all(after.ts, after.room, limit)
    : db.statement("roomsWith").all(after.ts, after.room, limit, query, ROOMS_SEARCHED, ROOMS_FOUND);
  return (rows as unknown as ListedRoom[]).map(({ room, head, ts }) => ({ room, head, ts }));
}
