/** How the tables of the SQLite store came to be as they are, and how an older file is upgraded. @module */

import type { DatabaseSync } from "node:sqlite";
import { StoreOpenError } from "../../log/store.ts";
import type { Tell } from "../../logging/logger.ts";
import { newerFormat, upgraded } from "../errors.ts";
import { readPragma } from "../files/served_files.ts";
import { RESERVE_BYTES } from "./bounds.ts";
import { FORMAT_4, type Step } from "./format_4.ts";
import { FORMAT_6 } from "./format_6.ts";
import { FORMAT_8 } from "./format_8.ts";
import { FORMAT_9 } from "./format_9.ts";
import { FORMAT_10 } from "./format_10.ts";
import { FORMAT_11 } from "./format_11.ts";
import { FORMAT_12 } from "./format_12.ts";
import { FORMAT_13 } from "./format_13.ts";
import { FORMAT_14 } from "./format_14.ts";
import { FORMAT_15 } from "./format_15.ts";
import { FORMAT_16 } from "./format_16.ts";

/** "SwBd" in the file's header: it is ours (`PRAGMA application_id`). */
export const APPLICATION_ID = 0x53774264;

/** Why a file is refused that has not that. */
export const NOT_OURS = "the file is another program's database";

/** Each step brings a file from the version that is its index to the next. Steps are never changed, only added. */
const STEPS: readonly (string | Step)[] = [
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
  FORMAT_4,
  // The rooms that keep a message, by their newest event: for listing them, however many are empty.
  "CREATE INDEX active_rooms ON rooms (ts) WHERE first <= head",
  FORMAT_6,
  // The mark under which everything of an author was erased last: see `files/ledger.ts`.
  "CREATE TABLE erasures (author TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID",
  FORMAT_8,
  FORMAT_9,
  FORMAT_10,
  FORMAT_11,
  FORMAT_12,
  FORMAT_13,
  FORMAT_14,
  FORMAT_15,
  FORMAT_16,
];

/** The present format. */
export const FORMAT: number = STEPS.length;

/**
 * Creates the tables, or upgrades them, in one transaction: a process that ends meanwhile, however it ends, leaves the file as it was.
 *
 * @param tell is told of an upgrade: how far one is that takes long, and that it is done
 * @throws {StoreOpenError} if the file belongs to another program or to a newer version of this one.
 */
export async function migrate(
  db: DatabaseSync,
  path: string,
  tell: Tell,
  steps: readonly (string | Step)[] = STEPS,
): Promise<void> {
  const version = readPragma(db, "user_version");
  if (version > steps.length) {
    throw new StoreOpenError(`Cannot open the store ${path}: ${newerFormat(version, steps.length)}`);
  }
  if (readPragma(db, "schema_version") === 0) return create(db, steps);
  if (readPragma(db, "application_id") !== APPLICATION_ID) {
    throw new StoreOpenError(`Cannot open the store ${path}: ${NOT_OURS}`);
  }
  if (version === steps.length) return;
  const tellProgress = (progress: string) =>
    tell(`The store ${path} is being brought into format ${steps.length}: ${progress}`);
  db.exec("BEGIN IMMEDIATE");
  for (const step of steps.slice(version)) {
    const { sql, move, then = "" } = stepOf(step);
    db.exec(sql);
    await move?.(db, tellProgress);
    db.exec(then);
  }
  db.exec(`PRAGMA user_version = ${steps.length}`);
  commit(db, path);
  // Only then is what was in the file written over.
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  tell(upgraded(path, version, steps.length));
}

/** Creates the tables of a new store. */
export function create(db: DatabaseSync, steps: readonly (string | Step)[] = STEPS): void {
  const sql = steps.map(stepOf).flatMap(({ sql, then = "" }) => [sql, then]).join(";");
  db.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${steps.length}; COMMIT`);
}

function stepOf(step: string | Step): Step {
  return typeof step === "string" ? { sql: step } : step;
}

/** Commits, if the write-ahead log can be moved into the file afterwards. */
function commit(db: DatabaseSync, path: string): void {
  using _space = reserve(db, path);
  db.exec("COMMIT");
}

/**
 * Keeps, on the file's disk, the space by which the file grows when the write-ahead log is moved into it. A log that could not be moved would
 * stay, and leave no space for any message.
 *
 * @throws if there is not so much
 */
function reserve(db: DatabaseSync, path: string): Disposable {
  const name = `${path}-reserve`;
  const file = Deno.openSync(name, { write: true, create: true });
  try {
    // Its space is free again once it is closed, even if the process is killed.
    Deno.removeSync(name);
    // Random, because some file systems do not store zeros.
    const bytes = crypto.getRandomValues(new Uint8Array(RESERVE_BYTES));
    let left = readPragma(db, "page_count") * readPragma(db, "page_size") - Deno.statSync(path).size;
    while (left > 0) left -= file.writeSync(bytes.subarray(0, left));
    return file;
  } catch (cause) {
    file.close();
    throw cause;
  }
}
