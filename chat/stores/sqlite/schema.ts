/** The tables of the SQLite store, and how an older file is upgraded. @module */

import type { DatabaseSync } from "node:sqlite";
import { StoreOpenError } from "../../log/message_log.ts";
import { readPragma } from "../files/served_files.ts";

/** "SwBd" in the file's header: it is ours (`PRAGMA application_id`). */
const APPLICATION_ID = 0x53774264;

/** Each step brings a file from the version that is its index to the next. Steps are never changed, only added. */
const STEPS = [
  // A room's row outlives its messages: `head` must never be given out again.
  // Messages lie sorted by room and number (WITHOUT ROWID), so the newest 50 are neighbours however many there are.
  `CREATE TABLE meta (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     epoch TEXT NOT NULL, run TEXT NOT NULL, earlier_run TEXT NOT NULL, commits INTEGER NOT NULL
   );
   INSERT INTO meta VALUES (1, '', '', '', 0);
   CREATE TABLE rooms (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
     first INTEGER NOT NULL, head INTEGER NOT NULL, ts INTEGER NOT NULL
   );
   CREATE TABLE messages (
     room INTEGER NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL,
     author TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, nonce TEXT,
     PRIMARY KEY (room, seq)
   ) WITHOUT ROWID;
   CREATE UNIQUE INDEX nonces ON messages (room, author, nonce) WHERE nonce IS NOT NULL;
   PRAGMA application_id = ${APPLICATION_ID};`,
  // The fingerprint of each nonce's message (`fingerprint.ts`). Older messages have none, and their text is compared instead.
  `ALTER TABLE meta ADD COLUMN fingerprint_key BLOB;
   UPDATE meta SET fingerprint_key = randomblob(32);
   ALTER TABLE messages ADD COLUMN fingerprint BLOB;`,
  // The store's own time (`store_clock.ts`). Older messages count as stored today: their times cannot be trusted.
  `ALTER TABLE meta ADD COLUMN time TEXT;
   ALTER TABLE messages ADD COLUMN day INTEGER NOT NULL DEFAULT 0;`,
];

/**
 * Creates the tables, or upgrades them, in one transaction.
 *
 * @throws {StoreOpenError} if the file belongs to another program or to a newer version of this one.
 */
export function migrate(db: DatabaseSync, path: string, steps: readonly string[] = STEPS): void {
  const version = readPragma(db, "user_version");
  if (version > steps.length) {
    throw new StoreOpenError(
      `Cannot open the store ${path}: it was written by a newer version (format ${version}, known up to ${steps.length})`,
    );
  }
  const empty = readPragma(db, "schema_version") === 0;
  if (!empty && readPragma(db, "application_id") !== APPLICATION_ID) {
    throw new StoreOpenError(`Cannot open the store ${path}: the file is another program's database`);
  }
  if (version === steps.length) return;
  db.exec(`BEGIN IMMEDIATE; ${steps.slice(version).join(";")}; PRAGMA user_version = ${steps.length}; COMMIT`);
}
