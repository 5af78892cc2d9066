/** Removes what is past retention, in small steps. @module */

import type { Moment } from "../../log/store.ts";
import { firstDayKept } from "../../log/store_clock.ts";
import { SLOW_DAYS } from "../slow_mode.ts";
import { TRIM_EVENTS, TRIM_REACTIONS, TRIM_ROOMS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { forgetLast } from "./last_messages.ts";
import { forgetReports } from "./reports.ts";
import { saveRoom } from "./rooms.ts";
import type { RoomRow } from "./statements.ts";
import { cleanTexts, eraseTexts } from "./texts.ts";

/** How much of each room stays. */
export interface Kept {
  /** The newest so many messages, as far as they are not of days before `day`. */
  keep: number;
  day: number;
  /** The newest so many changes, as far as they are behind the oldest message that stays. */
  changes: number;
}

/** A room that may have something to remove, and what it keeps. */
interface DueRow extends RoomRow {
  keep: number;
  fromDay: number;
}

/**
 * Does one step in the rooms.
 *
 * @param cursor the room behind which to begin; 0 at first
 * @param kept of every room; of one whose settings say so, less
 * @param today see `store_clock.ts`
 * @returns where to go on, and whether to go on at once
 */
export function trimRooms(
  db: SqliteConnection,
  cursor: number,
  kept: Kept,
  today: number,
): { cursor: number; more: boolean } {
  const to = cursor + TRIM_ROOMS;
  const yesterday = firstDayKept(today, 0);
  const due = db.statement("due").all(cursor, to, kept.keep, kept.day, yesterday) as unknown as DueRow[];
  if (due.length > 0 && db.transaction(() => trimSome(db, due, kept.changes))) return { cursor, more: true };
  const last = db.statement("lastRoom").get() as { id: number };
  return to < last.id ? { cursor: to, more: true } : { cursor: 0, more: false };
}

/** Removes what is left of messages that are gone: one step. @returns whether to go on at once */
export function tidy(db: SqliteConnection): boolean {
  return db.transaction(() => removeLeftovers(db) || cleanTexts(db));
}

/** Removes what is kept only for a time: one step. @returns whether to go on at once */
export function forgetOld(db: SqliteConnection, now: Moment): boolean {
  return db.transaction(() => forgetLast(db, now.day - SLOW_DAYS) || forgetReports(db, now.ts));
}

/** @returns whether the step's share of work was used up */
function trimSome(db: SqliteConnection, rooms: DueRow[], changes: number): boolean {
  let budget = TRIM_EVENTS;
  for (const room of rooms) {
    budget -= trimRoom(db, room, { keep: room.keep, day: room.fromDay, changes }, budget);
    if (budget <= 0) return true;
  }
  return false;
}

/** Removes the oldest events of a room, as far as they are past retention. @returns how many it removed */
export function trimRoom(db: SqliteConnection, room: RoomRow, kept: Kept, budget: number): number {
  const messages = expiredMessages(db, room, kept, budget);
  const changes = expiredChanges(db, room, messages.upTo, kept, budget);
  removeChanges(db, room, changes);
  // Above the floor every event is kept: so these go only when all changes before them have gone.
  const isEnough = changes.count === budget;
  if (!isEnough) removeMessages(db, room, messages);
  saveRoom(db, room);
  return changes.count + (isEnough ? 0 : messages.count);
}

/** The oldest so many events, up to one of them. */
interface Oldest {
  upTo: number;
  count: number;
}

function expiredMessages(db: SqliteConnection, room: RoomRow, { keep, day }: Kept, limit: number): Oldest {
  const rows = db.statement("oldestMessages").all(room.id, limit) as { seq: number; ordinal: number; day: number }[];
  const stays = rows.findIndex((row) => row.ordinal > room.messageCount - keep && row.day >= day);
  return upToIndex(rows, stays);
}

function expiredChanges(db: SqliteConnection, room: RoomRow, upTo: number, { changes }: Kept, limit: number): Oldest {
  const rows = db.statement("oldestChanges").all(room.id, limit) as { seq: number }[];
  const stays = rows.findIndex(({ seq }, index) => seq > upTo && index >= room.changes - changes);
  return upToIndex(rows, stays);
}

function upToIndex(rows: { seq: number }[], stays: number): Oldest {
  const count = stays === -1 ? rows.length : stays;
  return { upTo: rows[count - 1]?.seq ?? 0, count };
}

function removeChanges(db: SqliteConnection, room: RoomRow, { upTo, count }: Oldest): void {
  if (count === 0) return;
  db.statement("removeChangeNonces").run(room.id, upTo);
  db.statement("removeChanges").run(room.id, upTo);
  room.changes -= count;
  room.floor = Math.max(room.floor, upTo);
}

function removeMessages(db: SqliteConnection, room: RoomRow, { upTo, count }: Oldest): void {
  if (count > 0) {
    const texts = db.statement("textsOf").all(room.id, upTo) as { text: number }[];
    eraseTexts(db, texts.map(({ text }) => text));
    if (Number(db.statement("addLeftovers").run(room.id, upTo).changes) > 0) db.hasErased = true;
    db.statement("removeMessageNonces").run(room.id, upTo);
    db.statement("removeMessages").run(room.id, upTo);
    db.statement("removeReportsUpTo").run(room.id, upTo);
    room.floor = Math.max(room.floor, upTo);
  }
  const first = db.statement("firstMessage").get(room.id) as { seq: number } | undefined;
  room.first = first?.seq ?? room.head + 1;
}

function removeLeftovers(db: SqliteConnection): boolean {
  const leftover = db.statement("leftover").get() as { room: number; target: number } | undefined;
  if (leftover === undefined) return false;
  const { room, target } = leftover;
  const { changes } = db.statement("removeReactions").run(room, target, TRIM_REACTIONS);
  if (Number(changes) < TRIM_REACTIONS) db.statement("removeLeftover").run(room, target);
  return true;
}
