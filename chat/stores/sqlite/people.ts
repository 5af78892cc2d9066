/** What one person has left, found and renamed in small parts; and the notes of those who were erased. @module */

import type { People, RoomSummary, Traces } from "../../log/message_log.ts";
import { note } from "../files/ledger.ts";
import { TRACED_EVENTS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { findRoom } from "./rooms.ts";
import { messagesIn } from "./statements.ts";

/** Runs work on the store, as its own: with its errors, and its patience for a file that is locked. */
export interface Runs {
  read<T>(what: string, work: () => T): Promise<T>;
  write<T>(what: string, work: () => T): Promise<T>;
}

/** @param path the store's file; undefined: it is in memory */
export function peopleOf(db: SqliteConnection, path: string | undefined, { read, write }: Runs): People {
  return {
    allRooms: (after, limit) =>
      read("list its rooms", () => db.statement("allRooms").all(after, limit) as unknown as RoomSummary[]),
    tracesIn: (room, id, after) => read("look for somebody", () => tracesIn(db, room, id, after)),
    rename: (room, id, after, name) => write("replace a name", () => rename(db, room, id, after, name)),
    isErased: (id, mark) =>
      read("look for somebody", () => (db.statement("erasure").get(id) as { mark: string } | undefined)?.mark === mark),
    begin: (id, mark) =>
      write("note an erasure", () => {
        if (path !== undefined) note(path, { id, mark });
      }),
    end: (id, mark) => write("note an erasure", () => void db.statement("saveErasure").run(id, mark)),
    rewrite: () =>
      write("write it anew", () => {
        db.db.exec("VACUUM");
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
  });
  // The write-ahead log has the old name.
  db.hasErased = true;
}
