/**
 * The connection to a SQLite database that is served, in a file or in memory, with its statements. A connection to a file that had to be
 * given up is replaced when it is needed.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ServedFiles } from "../files/served_files.ts";
import { SQL } from "./statements.ts";

/** The class `DatabaseSync` of `node:sqlite`, which is loaded only if it is used. */
export type Database = new (path: string, options: { timeout: number }) => DatabaseSync;

// FULL: every commit is synced, not only the checkpoints. The two fullfsync are for macOS, whose fsync alone reaches only
// the drive's cache. A negative cache size is in KiB. The write-ahead log is moved into the file at 4,000 pages, 16 MiB: messages of the same
// rooms change the same pages, and the more commits there are between two moves, the fewer pages each of them costs. A log that a long backup
// made big is cut to 64 MiB. What is removed is written over with zeros: see `texts.ts`.
const SETUP = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF`;

/** SQLite's name of a database without a file. Other connections to it are other databases. */
export const IN_MEMORY = ":memory:";

/**
 * On a full disk there is no room for the index of the write-ahead log, which connections share. A connection that has the file to itself
 * needs none: so the messages can be read, though tools are locked out meanwhile.
 */
const ALONE = "PRAGMA locking_mode = EXCLUSIVE";

/** How long a new connection waits for another program that has the file open. */
const BUSY_MS = 200;
/** Afterwards none waits, since the whole process would: a locked file is tried again later. */
const IMPATIENT = "PRAGMA busy_timeout = 0";

export class SqliteConnection {
  readonly #path: string;
  readonly #Database: Database;
  readonly #statements = new Map<keyof typeof SQL, StatementSync>();
  #files: ServedFiles | undefined;
  #db: DatabaseSync | undefined;
  /** Whether anything was removed of which the rest must go soon: see `upkeep.ts`. */
  hasErased = false;
  #isAlone = false;

  constructor(path: string, Database: Database) {
    this.#path = path;
    this.#Database = Database;
    this.#db = this.#connect();
  }

  get db(): DatabaseSync {
    return this.#db ??= this.#reconnect();
  }

  /** Whether it outlives this process. */
  get isFile(): boolean {
    return this.#path !== IN_MEMORY;
  }

  /** The tables are ready. From now on the files are watched, and nothing waits. */
  serve(): void {
    if (this.isFile) this.#files = new ServedFiles(this.#path);
    this.db.exec(IMPATIENT);
  }

  /**
   * Throws if the file at the path is not the open one: messages stored in it would be lost with this process.
   *
   * @returns how many bytes the database and its write-ahead log have, on the disk or in memory
   */
  checkPresent(): number {
    return this.#files?.check(this.db) ?? (this.statement("bytes").get() as { bytes: number }).bytes;
  }

  /** Throws if reading would end the process. */
  checkReadable(): void {
    this.#files?.checkIndex();
  }

  statement(name: keyof typeof SQL): StatementSync {
    const { db } = this;
    let statement = this.#statements.get(name);
    if (statement === undefined) this.#statements.set(name, statement = db.prepare(SQL[name]));
    return statement;
  }

  transaction<T>(work: () => T): T {
    const { db } = this;
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#undo(db);
      throw error;
    }
  }

  /** Moves the write-ahead log into the file and empties it. @returns whether it could: another program may be reading */
  emptyLog(): boolean {
    return (this.db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number }).busy === 0;
  }

  /** Gives it up if it keeps other programs out. The next one lets them in again, if there is space for that. */
  letOthersIn(): void {
    if (this.#isAlone) this.close();
  }

  close(): void {
    // Otherwise an index that was cut would end the process now.
    this.#files?.mendIndex();
    const db = this.#db;
    this.#statements.clear();
    this.#db = undefined;
    db?.close();
  }

  /** Rolls a failed transaction back. If even that fails the connection is closed, which does the same. */
  #undo(db: DatabaseSync): void {
    try {
      if (!db.isTransaction) return;
      db.exec("ROLLBACK");
      if (!db.isTransaction) return;
    } catch {
      // Below.
    }
    this.close();
  }

  #reconnect(): DatabaseSync {
    const db = this.#connect();
    try {
      this.#files?.renew();
      db.exec(IMPATIENT);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #connect(): DatabaseSync {
    this.#isAlone = false;
    try {
      return this.#setUp(SETUP);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#isAlone = true;
      return this.#setUp(`${ALONE}; ${SETUP}`);
    }
  }

  #setUp(setup: string): DatabaseSync {
    const db = new this.#Database(this.#path, { timeout: BUSY_MS });
    try {
      db.exec(setup);
      // Only now is the write-ahead log read.
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

/** Whether there was no space. For the index of its log SQLite calls that an error of input and output. */
export function isFull(error: unknown): boolean {
  return /disk is full|disk I\/O error/.test(String(error));
}
