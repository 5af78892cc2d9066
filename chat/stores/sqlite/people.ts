/** What one person has left, found and renamed in small parts; and the notes of those who were erased. @module */

import type { People, RoomSummary, Traces } from "../../log/people.ts";
import type { Ledger } from "../files/ledger.ts";
import { TRACED_EVENTS } from "../bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { findRoom } from "./rooms.ts";
import { messagesIn } from "./statements.ts";

/** Runs work on the store, as its own: with its errors, and its patience for a file that is locked. */
export interface Runs {
  read<T>(what: string, work: () => T): Promise<T>;
  write<T>(what: string, work: () => T): Promise<T>;
}

/** The tables that have names, and words that are no texts. What is in the others leaves nothing behind: see `texts.ts`. */
const NAMED = ["messages", "changes", "room_changes", "reports"];

/** @param ledger of the store's file; undefined: it is in memory */
export function peopleOf(db: SqliteConnection, ledger: Ledger | undefined, { read, write }: Runs): People {
  return {
    allRooms: (after, limit) =>
      read("list its rooms", () => db.statement("allRooms").all(after, limit) as unknown as RoomSummary[]),
    tracesIn: (room, id, after) => read("look for somebody", () => tracesIn(db, room, id, after)),
    rename: (room, id, after, name) => write("replace a name", () => rename(db, room, id, after, name)),
    isErased: (id, mark) =>
      read("look for somebody", () => (db.statement("erasure").get(id) as { mark: string } | undefined)?.mark === mark),
    begin: (id, mark) => write("note an erasure", () => ledger?.note({ id, mark })),
    end: (id, mark) => write("note an erasure", () => void db.statement("saveErasure").run(id, mark)),
    rewrite: () =>
      write("write it anew", () => {
        db.transaction(() => NAMED.forEach((table) => rewriteTable(db, table)));
        db.emptyLog();
      }),
  };
}

function tracesIn(db: SqliteConnection, name: string, id: string, after: number): Traces {
  const { id: room, head } = findRoom(db, name);
  const to = after + TRACED_EVENTS;
  const { json } = db.statement("reactionsOf").get(room, after, to, id) as { json: string };
  return {
    messages: messagesIn(db.statement("messagesOf").get(room, after, to, id)).sort((one, other) => one.seq - other.seq),
    reactions: JSON.parse(json),
    ...to < head ? { next: to } : {},
  };
}

function rename(db: SqliteConnection, room: string, id: string, after: number, name: string): void {
  const { id: number } = findRoom(db, room);
  db.transaction(() => {
    for (const table of ["renameMessages", "renameChanges", "renameRoomChanges"] as const) {
      db.statement(table).run(number, after, after + TRACED_EVENTS, id, name);
    }
    if (after > 0) return;
    db.statement("removeInvitesBy").run(number, id);
    db.statement("removeReportsBy").run(number, id);
  });
  // The write-ahead log has the old name.
  db.hasErased = true;
}

/**
 * Writes a table anew. SQLite leaves copies of rows in pages that it has rearranged, and those go with the old table, over which it writes zeros. (VACUUM is
 * not for a process with few permissions.)
 */
function rewriteTable({ db }: SqliteConnection, table: string): void {
  const ofTable = db.prepare("SELECT sql FROM sqlite_schema WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL");
  const [[made], indexes] = [ofTable.all("table", table), ofTable.all("index", table)];
  db.exec(`ALTER TABLE ${table} RENAME TO rewritten_${table}; ${made!.sql}`);
  db.exec(`INSERT INTO ${table} SELECT * FROM rewritten_${table}; DROP TABLE rewritten_${table}`);
  for (const { sql } of indexes) db.exec(sql as string);
}
