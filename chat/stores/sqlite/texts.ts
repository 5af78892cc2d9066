/**
 * The texts: a log, in which a text that goes leaves nothing behind.
 *
 * SQLite can write zeros over what is removed (`secure_delete`). But when it moves rows between two pages, to fill or to empty them,
 * copies of these rows may stay in the unused part of a page, and a copy is not found when its text is removed later. So a page with a text is
 * never rearranged: texts are added at the end only, they are written over in their place, and rows are removed only where no page near
 * them has a text. For the space of texts that are gone to be used again, those that are left at the beginning move to the end.
 *
 * @module
 */

import { CLEAN_PART, CLEAN_TEXTS, LEAST_ERASED, MARGIN_BYTES, MARGIN_TEXTS, MOVE_TEXTS, ROW_BYTES } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";

/** @returns its id */
export function addText(db: SqliteConnection, room: number, seq: number, text: string, more: string | null): number {
  return Number(db.statement("addText").run(room, seq, text, more).lastInsertRowid);
}

/** Erases texts. Nobody can look into a store in memory: there they are removed at once. */
export function eraseTexts(db: SqliteConnection, ids: number[]): void {
  if (ids.length === 0) return;
  const statement = db.statement(db.isFile ? "eraseText" : "removeText");
  for (const id of ids) statement.run(id);
  if (!db.isFile) return;
  db.statement("noteErased").run(ids.length);
  db.hasErased = true;
}

interface TextLog {
  /** How many texts behind `cleaned` are erased. */
  erased: number;
  /** No text up to here is left. */
  cleaned: number;
  last: number | null;
}

/**
 * Does one step of cleaning, if enough is erased; part of a transaction.
 *
 * @returns whether to go on
 */
export function cleanTexts(db: SqliteConnection): boolean {
  const { erased, cleaned, last } = db.statement("textLog").get() as unknown as TextLog;
  if (last === null || erased < Math.max(LEAST_ERASED, (last - cleaned) * CLEAN_PART)) return false;
  const most = Math.min(cleaned + CLEAN_TEXTS, last);
  const live = db.statement("liveTexts").all(cleaned, most, MOVE_TEXTS) as { id: number; room: number; seq: number }[];
  const to = live.length < MOVE_TEXTS ? most : live.at(-1)!.id;
  for (const { id, room, seq } of live) {
    db.statement("pointToText").run(room, seq, Number(db.statement("copyText").run(id).lastInsertRowid));
    db.statement("eraseText").run(id);
  }
  db.statement("saveTextLog").run(erased - (to - cleaned - live.length), to);
  removeBehind(db, to);
  return true;
}

/** Removes the rows without a text, up to those that share a page with a text, or are on the two pages before it. */
function removeBehind(db: SqliteConnection, cleaned: number): void {
  let bytes = 0;
  const rows = db.statement("cleanedTexts").all(cleaned, MARGIN_TEXTS) as { id: number; bytes: number }[];
  const stays = rows.find((row) => (bytes += Math.min(row.bytes, ROW_BYTES)) >= MARGIN_BYTES) ?? rows.at(-1);
  if (stays !== undefined) db.statement("removeTexts").run(stays.id - 1);
}
