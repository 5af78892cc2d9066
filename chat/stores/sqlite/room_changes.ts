/** The changes of a room itself, which stay when others are trimmed: whoever opens the room reads them all. @module */

import { condense } from "../../event/condense.ts";
import type { StoredRoomChange } from "../../event/event.ts";
import { ROOM_CHANGES_WHOLE } from "../bounds.ts";
import type { SqliteConnection } from "./connection.ts";

/** Adds one, and condenses the old ones if many have gathered. */
export function addRoomChange(db: SqliteConnection, room: number, change: StoredRoomChange): void {
  db.statement("addRoomChange").run(room, change.seq, JSON.stringify(change));
  const { count } = db.statement("countRoomChanges").get(room) as { count: number };
  if (count > ROOM_CHANGES_WHOLE && count % ROOM_CHANGES_WHOLE === 0) condenseOld(db, room, count - ROOM_CHANGES_WHOLE);
}

function condenseOld(db: SqliteConnection, room: number, count: number): void {
  const { json } = db.statement("oldestRoomChanges").get(room, count) as { json: string };
  const old = (JSON.parse(json) as StoredRoomChange[]).sort((a, b) => a.seq - b.seq);
  db.statement("removeRoomChanges").run(room, old.at(-1)!.seq);
  for (const change of condense(old)) db.statement("addRoomChange").run(room, change.seq, JSON.stringify(change));
}
