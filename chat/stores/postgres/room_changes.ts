/** The changes of a room itself, which stay when others are trimmed: whoever opens the room reads them all. @module */

import { condense } from "../../event/condense.ts";
import type { StoredRoomChange } from "../../event/event.ts";
import { ROOM_CHANGES_WHOLE } from "../bounds.ts";
import type { Room } from "./draft.ts";
import type { Sql } from "./link.ts";
import { numbers, texts } from "./values.ts";

interface Added {
  room: { id: number };
  change: StoredRoomChange;
}

/** Adds some, and condenses the old ones of rooms in which many have gathered. */
export async function writeRoomChanges(sql: Sql, added: { room: Room; change: StoredRoomChange }[]): Promise<void> {
  if (added.length === 0) return;
  insert(sql, added);
  const counts = Map.groupBy(added, ({ room }) => room.id);
  const rooms = await sql<{ room: number; count: number }>`SELECT room, count(*) FROM room_changes
    WHERE room = ANY(${numbers([...counts.keys()])}::bigint[]) GROUP BY room`;
  for (const { room, count } of rooms) {
    const whole = count - count % ROOM_CHANGES_WHOLE;
    const before = count - counts.get(room)!.length;
    if (whole > ROOM_CHANGES_WHOLE && before < whole) await condenseOld(sql, room, count - ROOM_CHANGES_WHOLE);
  }
}

function insert(sql: Sql, added: Added[]): void {
  sql`INSERT INTO room_changes (room, seq, event)
    SELECT room, seq, event::json FROM unnest(${numbers(added.map(({ room }) => room.id))}::bigint[],
      ${numbers(added.map(({ change }) => change.seq))}::bigint[],
      ${texts(added.map(({ change }) => JSON.stringify(change)))}::text[]) AS c (room, seq, event)`;
}

async function condenseOld(sql: Sql, room: number, count: number): Promise<void> {
  const rows = await sql<
    { event: StoredRoomChange }
  >`SELECT event FROM room_changes WHERE room = ${room} ORDER BY seq LIMIT ${count}`;
  const old = rows.map(({ event }) => event);
  sql`DELETE FROM room_changes WHERE room = ${room} AND seq <= ${old.at(-1)!.seq}`;
  insert(sql, condense(old).map((change) => ({ room: { id: room }, change })));
}
