/**
 * The SQLite store's file: who may open it, how it is set up, and which epoch it is in.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openLocked } from "../files/file_lock.ts";
import { cannotOpen } from "../errors.ts";
import { ServedFiles } from "../files/served_files.ts";
import { migrate } from "./schema.ts";
import { type Mark, stampOf, StoreMark } from "../files/store_mark.ts";

/** A file that is ready to be served, and the first connection to it. */
export interface OpenedFile {
  file: SqliteFile;
  /** The connection: closed before the file is. */
  db: DatabaseSync;
}

/** The class `DatabaseSync` of `node:sqlite`, which is loaded only if it is used. */
export type Database = new (path: string, options: { timeout: number }) => DatabaseSync;

// FULL: every commit is synced, not only the checkpoints. The two fullfsync are for macOS, whose fsync alone reaches only
// the drive's cache. A negative cache size is in KiB. A write-ahead log that a long backup made big is cut to 64 MiB.
const SETUP = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
  PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF`;

/**
 * On a full disk there is no room for the index of the write-ahead log, which connections share. A connection that has the file to itself
 * needs none: so the messages can be read, though tools are locked out meanwhile.
 */
const ALONE = "PRAGMA locking_mode = EXCLUSIVE";

/** How long a new connection waits for another program that has the file open. */
const BUSY_MS = 200;
/** Afterwards none waits, since the whole process would: a locked file is tried again later. */
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
    // Before a connection changes it.
    const info = handle.statSync();
    const connected = connect(path, Database);
    db = connected.db;
    migrate(db, path);
    const file = new SqliteFile(path, Database, mark, handle, info, connected);
    db.exec(IMPATIENT);
    return { file, db };
  } catch (cause) {
    db?.close();
    handle?.close();
    mark.close();
    throw cannotOpen(path, cause);
  }
}

export class SqliteFile {
  /** The name of this life of the store: a new one if the file was replaced. */
  readonly epoch: string;
  /** The key to the fingerprints in it. */
  readonly fingerprintKey: Uint8Array;
  readonly path: string;
  readonly #Database: Database;
  readonly #mark: StoreMark;
  readonly #run = randomHex();
  readonly #inode: number;
  readonly #handle: Deno.FsFile;
  readonly #served: ServedFiles;
  /** The mark's content, if it was written in this run. */
  #marked: Mark | undefined;
  /** Whether this run is recorded in the file: not yet, if its disk was full at the start. */
  #isEntered: boolean;
  #isAlone: boolean;

  /**
   * Begins a run.
   *
   * @param mark the mark of the file, owned from now on
   * @param handle the file, locked; owned from now on
   * @param info the file as it was before there was a connection to it
   */
  constructor(
    path: string,
    Database: Database,
    mark: StoreMark,
    handle: Deno.FsFile,
    info: Deno.FileInfo,
    { db, isAlone }: Connected,
  ) {
    this.path = path;
    this.#Database = Database;
    this.#mark = mark;
    this.#handle = handle;
    this.#inode = info.ino ?? 0;
    const meta = readMeta(db);
    this.epoch = isServedLast(meta, mark.read(), info) ? meta.epoch : randomHex();
    this.fingerprintKey = meta.fingerprint_key;
    this.#isAlone = isAlone;
    this.#isEntered = this.#tryToEnter(db);
    this.#served = new ServedFiles(path);
    this.marked(meta.commits);
    mark.sync();
  }

  /** Whether its connection keeps other programs out, because the disk was full when it was made. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** Records this run in the file, if it is not; part of a transaction. */
  enter(db: DatabaseSync): void {
    if (!this.#isEntered) {
      db.prepare("UPDATE meta SET epoch = ?, earlier_run = run, run = ?").run(this.epoch, this.#run);
    }
  }

  #tryToEnter(db: DatabaseSync): boolean {
    try {
      this.#isEntered = false;
      this.enter(db);
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    }
  }

  /** Another connection, after the first one had to be given up. */
  connect(): DatabaseSync {
    const { db, isAlone } = connect(this.path, this.#Database);
    try {
      this.#isAlone = isAlone;
      this.#served.renew();
      db.exec(IMPATIENT);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Records in the mark that the file has made this many commits; not before this run is in the file. */
  marked(commits: number): void {
    if (this.#isEntered) this.#mark.write(this.#marked = { run: this.#run, commits, inode: this.#inode });
  }

  /** The transaction that {@linkcode enter} was part of is done. */
  entered(): void {
    this.#isEntered = true;
  }

  /**
   * Throws if the file at the path is not the open one: messages stored in it would be lost with this process.
   *
   * @returns how many bytes the database and its write-ahead log have on the disk
   */
  checkPresent(db: DatabaseSync): number {
    return this.#served.check(db);
  }

  /** Throws if reading would end the process. */
  checkReadable(): void {
    this.#served.checkIndex();
  }

  /** Repairs the index, which would otherwise end the process when the connection is closed. */
  prepareClose(): void {
    this.#served.mendIndex();
  }

  /** Lets others open it. Its connections must be closed by then. */
  close(): void {
    if (this.#marked) {
      this.#mark.write({ ...this.#marked, stamp: stampOf(this.#handle.statSync()) });
      this.#mark.sync();
    }
    // Last, because it takes SQLite's locks along.
    this.#handle.close();
    this.#mark.close();
  }
}

/** A connection, and whether it keeps other programs out. */
interface Connected {
  db: DatabaseSync;
  isAlone: boolean;
}

function connect(path: string, Database: Database): Connected {
  try {
    return { db: setUp(path, Database, SETUP), isAlone: false };
  } catch (error) {
    if (!isFull(error)) throw error;
    return { db: setUp(path, Database, `${ALONE}; ${SETUP}`), isAlone: true };
  }
}

function setUp(path: string, Database: Database, setup: string): DatabaseSync {
  const db = new Database(path, { timeout: BUSY_MS });
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

/** Whether there was no space. For the index of its log SQLite calls that an error of input and output. */
function isFull(error: unknown): boolean {
  return /disk is full|disk I\/O error/.test(String(error));
}

function readMeta(db: DatabaseSync): Meta {
  const sql = "SELECT epoch, run, earlier_run, commits, fingerprint_key FROM meta";
  return db.prepare(sql).get() as unknown as Meta;
}

/** Whether the file is the one that was served last, with every message that was stored in it. */
function isServedLast(meta: Meta, marked: Mark | undefined, info: Deno.FileInfo): boolean {
  if (marked?.stamp !== undefined && marked.stamp !== stampOf(info)) return false;
  // A process that ended between its update of the file and the mark's leaves the mark one run behind: `earlier_run`.
  return marked !== undefined && marked.inode === (info.ino ?? 0) && marked.commits <= meta.commits &&
    (marked.run === meta.run || marked.run === meta.earlier_run);
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
