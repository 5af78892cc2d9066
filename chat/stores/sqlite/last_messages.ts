/** When each author wrote last, in rooms with slow mode. @module */

import { TRIM_EVENTS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";

/** @returns nothing if that is longer ago than the longest wait, or never was */
export function lastOf(db: SqliteConnection, room: number, author: string): number | undefined {
  return (db.statement("lastMessage").get(room, author) as { ts: number } | undefined)?.ts;
}

export function saveLast(db: SqliteConnection, room: number, author: string, at: { ts: number; day: number }): void {
  db.statement("saveLastMessage").run(room, author, at.ts, at.day);
}

/** Removes those of days before `day`. @returns whether there may be more */
export function forgetLast(db: SqliteConnection, day: number): boolean {
  return Number(db.statement("removeLastMessages").run(day, TRIM_EVENTS).changes) === TRIM_EVENTS;
}
