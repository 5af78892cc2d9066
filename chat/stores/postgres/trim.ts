/** Removes what is past retention, in small steps. Several processes may do so: each leaves out rooms that another one has locked. @module */

import type { Moment } from "../../log/store.ts";
import { CHANGES_KEPT } from "../../log/bounds.ts";
import { firstDayKept } from "../../log/store_clock.ts";
import { SLOW_DAYS } from "../slow_mode.ts";
import { PG_TRIM_EVENTS, PG_TRIM_ROOMS } from "./bounds.ts";
import { IN_ORDER, type PostgresConnection } from "./connection.ts";
import type { Room } from "./draft.ts";
import type { Sql } from "./link.ts";

/** How much is kept: so many messages of a room, of no day before that. A room may say less by its settings, of which the days count from `today`. */
export interface Kept {
  keep: number;
  day: number;
  today: number;
}

/** A room that may have something to remove, and what it keeps. */
interface DueRoom extends Pick<Room, "id" | "first" | "head" | "floor" | "messageCount" | "changes"> {
  keep: number;
  fromDay: number;
}

/**
 * Does one step, which trims at most one room.
 *
 * @param cursor the room behind which to begin; 0 at first
 * @returns where to go on, and whether to go on at once
 */
export function trimRooms(
  connection: PostgresConnection,
  cursor: number,
  kept: Kept,
): Promise<{ cursor: number; more: boolean }> {
  return connection.transaction(async (sql) => {
    const to = cursor + PG_TRIM_ROOMS;
    const [[due], [last]] = await Promise.all([
      sql<DueRoom>`SELECT * FROM (
        SELECT id, first, head, floor, message_count AS "messageCount", removed, oldest_day, changes,
          least(${kept.keep}::bigint, nullif(keep_messages, 0)) AS keep,
          greatest(${kept.day}::integer, ${firstDayKept(kept.today, 0)}::integer - nullif(keep_days, 0)) AS "fromDay"
        FROM rooms WHERE id > ${cursor} AND id <= ${to}) AS room
        WHERE changes > ${CHANGES_KEPT} OR first <= head AND ("messageCount" - removed > keep OR oldest_day < "fromDay")
        ORDER BY id LIMIT 1`,
      sql<{ id: number }>`SELECT coalesce(max(id), 0) AS id FROM rooms`,
    ]);
    if (due === undefined) return to < last!.id ? { cursor: to, more: true } : { cursor: 0, more: false };
    // It is trimmed by what it is by then.
    const [room] = await sql<
      Omit<DueRoom, "keep" | "fromDay">
    >`SELECT id, first, head, floor, message_count AS "messageCount", changes
      FROM rooms WHERE id = ${due.id} FOR UPDATE SKIP LOCKED`;
    if (room === undefined) return { cursor: due.id, more: true };
    await trimRoom(sql, { ...due, ...room });
    return { cursor, more: true };
  });
}

/** Removes what is kept only for a time. @returns whether there may be more */
export async function forgetLast(connection: PostgresConnection, now: Moment): Promise<boolean> {
  const { count } = await connection.use((sql) =>
    sql`DELETE FROM last_messages WHERE (room, author) IN
      (SELECT room, author FROM last_messages WHERE day < ${now.day - SLOW_DAYS} ORDER BY day LIMIT ${PG_TRIM_EVENTS})`
  );
  return count === PG_TRIM_EVENTS;
}

async function trimRoom(sql: Sql, { id, messageCount, changes, keep, fromDay }: DueRoom): Promise<void> {
  sql.script(IN_ORDER);
  const [messages, oldChanges] = await Promise.all([
    sql<{ seq: number; ordinal: number; day: number }>`SELECT seq, ordinal, day FROM messages WHERE room = ${id}
      ORDER BY seq LIMIT ${PG_TRIM_EVENTS}`,
    sql<{ seq: number }>`SELECT seq FROM changes WHERE room = ${id} ORDER BY seq LIMIT ${PG_TRIM_EVENTS}`,
  ]);
  const expired = upTo(messages, ({ ordinal, day }) => ordinal > messageCount - keep && day >= fromDay);
  const over = upTo(oldChanges, ({ seq }, index) => seq > expired.seq && index >= changes - CHANGES_KEPT);
  removeChanges(sql, id, over);
  // Above the floor every event is kept: so these go only when all changes before them have gone.
  if (over.count < PG_TRIM_EVENTS) removeMessages(sql, id, expired);
  await sql`UPDATE rooms SET first = coalesce(oldest.seq, head + 1), removed = coalesce(oldest.ordinal - 1, message_count),
      oldest_day = coalesce(oldest.day, 0), changes = changes - ${over.count},
      floor = greatest(floor, ${over.seq}, ${over.count < PG_TRIM_EVENTS ? expired.seq : 0})
    FROM (SELECT 1) AS one LEFT JOIN (SELECT seq, ordinal, day FROM messages WHERE room = ${id} ORDER BY seq LIMIT 1) AS oldest ON true
    WHERE id = ${id}`;
}

/** The oldest so many events, up to one of them. */
interface Oldest {
  seq: number;
  count: number;
}

function upTo<Row extends { seq: number }>(rows: Row[], stays: (row: Row, index: number) => boolean): Oldest {
  const index = rows.findIndex(stays);
  const count = index === -1 ? rows.length : index;
  return { seq: rows[count - 1]?.seq ?? 0, count };
}

function removeChanges(sql: Sql, room: number, { seq, count }: Oldest): void {
  if (count === 0) return;
  sql`DELETE FROM nonces AS n USING changes AS c WHERE c.room = ${room} AND c.seq <= ${seq}
    AND n.room = c.room AND n.author = c.author AND n.nonce = c.nonce`;
  sql`DELETE FROM changes WHERE room = ${room} AND seq <= ${seq}`;
}

function removeMessages(sql: Sql, room: number, { seq, count }: Oldest): void {
  if (count === 0) return;
  sql`DELETE FROM nonces AS n USING messages AS m WHERE m.room = ${room} AND m.seq <= ${seq}
    AND n.room = m.room AND n.author = m.author AND n.nonce = m.nonce`;
  sql`DELETE FROM reactions WHERE room = ${room} AND target <= ${seq}`;
  sql`DELETE FROM reports WHERE room = ${room} AND target <= ${seq}`;
  sql`DELETE FROM messages WHERE room = ${room} AND seq <= ${seq}`;
}
