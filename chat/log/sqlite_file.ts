/**
 * The SQLite store's file: who may open it, how it is set up, and which epoch it is in.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openLocked } from "./file_lock.ts";
import { StoreOpenError } from "./message_log.ts";
import { ServedFiles } from "./served_files.ts";
import { migrate } from "./sqlite_schema.ts";
import { StoreMark } from "./store_mark.ts";

/** A file that is ready to be served, and the first connection to it. */
export interface OpenedFile {
  /** The file. */
  file: SqliteFile;
  /** The connection: closed before the file is. */
  db: DatabaseSync;
}

/** The class `DatabaseSync` of `node:sqlite`, which is loaded only where it is used. */
export type Database = new (path: string, options: { timeout: number }) => DatabaseSync;

// FULL: every commit is synced, not only the checkpoints. The two fullfsync are for macOS, whose fsync alone reaches only
// the drive's cache. The cache is in KiB where negative. A write-ahead log that a long backup made big is cut to 64 MiB.
const SETUP = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
  PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF`;

/** How long a connection that is made waits for somebody who looks into the file with a tool of their own. */
const BUSY_MS = 200;
/** Afterwards none waits: the whole process would. What is locked is tried again later. */
const IMPATIENT = "PRAGMA busy_timeout = 0";

/**
 * Opens a file for this process alone.
 *
 * @param Database the class of `node:sqlite`
 * @throws {StoreOpenError} if it cannot be served.
 */
export function openFile(path: string, Database: Database): OpenedFile {
  const mark = new StoreMark(path);
  let handle: Deno.FsFile | undefined;
  let db: DatabaseSync | undefined;
  try {
    handle = openLocked(path);
    db = connect(path, Database);
    migrate(db, path);
    const file = new SqliteFile(path, Database, mark, handle, db);
    db.exec(IMPATIENT);
    return { file, db };
  } catch (cause) {
    db?.close();
    handle?.close();
    mark.close();
    if (cause instanceof StoreOpenError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreOpenError(`Cannot open the store ${path}: ${reason}`, { cause });
  }
}

/** An open file. */
export class SqliteFile {
  /** Names this life of the store: another one than before if the file was exchanged. */
  readonly epoch: string;
  /** The key to the fingerprints in it. */
  readonly fingerprintKey: Uint8Array;
  /** Where it is. */
  readonly path: string;
  readonly #Database: Database;
  readonly #mark: StoreMark;
  readonly #run = randomHex();
  readonly #inode: number;
  readonly #handle: Deno.FsFile;
  readonly #served: ServedFiles;

  /**
   * Begins a run.
   *
   * @param mark the mark of the file, owned from now on
   * @param handle the file, locked; owned from now on
   * @param db a connection to it
   */
  constructor(path: string, Database: Database, mark: StoreMark, handle: Deno.FsFile, db: DatabaseSync) {
    this.path = path;
    this.#Database = Database;
    this.#mark = mark;
    this.#handle = handle;
    this.#inode = handle.statSync().ino ?? 0;
    const { epoch, commits, fingerprint_key } = enterRun(db, this.#run, mark, this.#inode);
    this.epoch = epoch;
    this.fingerprintKey = fingerprint_key;
    this.#served = new ServedFiles(path);
    this.marked(commits);
    mark.sync();
  }

  /** Another connection, where the first one had to be given up. */
  connect(): DatabaseSync {
    const db = connect(this.path, this.#Database);
    try {
      db.prepare("SELECT commits FROM meta").get();
      this.#served.renew();
      db.exec(IMPATIENT);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Notes in the mark that the file has made this many commits. */
  marked(commits: number): void {
    this.#mark.write({ run: this.#run, commits, inode: this.#inode });
  }

  /** Throws if what lies at the path is not what is open: what is stored would be gone with this process. */
  checkPresent(db: DatabaseSync): void {
    this.#served.check(db);
  }

  /** Lets others open it. Its connections must be closed by then. */
  close(): void {
    // Last, because it takes SQLite's locks along.
    this.#handle.close();
    this.#mark.close();
  }
}

function connect(path: string, Database: Database): DatabaseSync {
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    db.exec(SETUP);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Compares the file with its mark, gives it a new epoch if it is not the one that was served last, and begins a run. */
function enterRun(db: DatabaseSync, run: string, mark: StoreMark, inode: number): Meta {
  const sql = "SELECT epoch, run, earlier_run, commits, fingerprint_key FROM meta";
  const meta = db.prepare(sql).get() as unknown as Meta;
  const marked = mark.read();
  // A process that ended between this function's update and the mark's leaves the mark one run behind: `earlier_run`.
  const isSame = marked !== undefined && marked.inode === inode && marked.commits <= meta.commits &&
    (marked.run === meta.run || marked.run === meta.earlier_run);
  const epoch = isSame ? meta.epoch : randomHex();
  db.prepare("UPDATE meta SET epoch = ?, run = ?, earlier_run = ?").run(epoch, run, meta.run);
  return { ...meta, epoch };
}

interface Meta {
  epoch: string;
  run: string;
  earlier_run: string;
  commits: number;
  fingerprint_key: Uint8Array;
}

function randomHex(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}
