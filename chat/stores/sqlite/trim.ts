/** Removes messages past retention from a SQLite file. @module */

import { TRIM_MESSAGES, TRIM_ROOMS } from "./bounds.ts";
import type { Connection } from "./connection.ts";
import type { RoomRow } from "./statements.ts";

/**
 * Does one step.
 *
 * @param cursor the room behind which to begin; 0 at first
 * @returns where to go on, and whether to go on at once
 */
export function trimRooms(
  db: Connection,
  cursor: number,
  keep: number,
  day: number,
): { cursor: number; more: boolean } {
  const to = cursor + TRIM_ROOMS;
  const due = db.statement("due").all(cursor, to, keep, day) as unknown as RoomRow[];
  if (due.length > 0 && db.transaction(() => trimMessages(db, due, keep, day))) return { cursor, more: true };
  const last = db.statement("lastRoom").get() as { id: number };
  return to < last.id ? { cursor: to, more: true } : { cursor: 0, more: false };
}

/** @returns whether the step's share of work was used up */
function trimMessages(db: Connection, rooms: RoomRow[], keep: number, day: number): boolean {
  let budget = TRIM_MESSAGES;
  for (const { id, head } of rooms) {
    const { seq } = db.statement("expired").get(id, budget, head - keep, day) as { seq: number };
    const { changes } = db.statement("remove").run(id, seq);
    db.statement("raiseFirst").run(id);
    budget -= Number(changes);
    if (budget <= 0) return true;
  }
  return false;
}
