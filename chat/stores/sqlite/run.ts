/**
 * One run of a server on a SQLite store, which it has to itself. If the file is not the one that was served last, the run begins a new epoch. One
 * in memory is another store each time.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { cannotOpen, otherEpoch } from "../errors.ts";
import { openLocked } from "../files/file_lock.ts";
import { type Mark, stampOf, StoreMark } from "../files/store_mark.ts";
import type { ReportTrouble, Tell } from "../../logging/logger.ts";
import { type Database, IN_MEMORY, isFull, SqliteConnection } from "./connection.ts";
import { create, migrate } from "./schema.ts";

export interface ServerRun {
  /** The name of this life of the store: a new one if the file was replaced. */
  readonly epoch: string;
  /** The key to the fingerprints in it. */
  readonly fingerprintKey: Uint8Array;
  /** Records this run in the store, if it is not; part of a transaction. */
  enter(db: DatabaseSync): void;
  /** A transaction that {@linkcode enter} was part of is done, and the store has made this many commits. */
  committed(commits: number): void;
  /** Lets others open the file. */
  close(): void;
}

/** A store with its connection, and a run that is closed after it. */
export interface Opened {
  run: ServerRun;
  connection: SqliteConnection;
}

/**
 * Opens a file for this process alone.
 *
 * @param Database the class of `node:sqlite`
 * @param report is told of another epoch
 * @param tell is told of an upgrade
 * @throws {StoreOpenError} if it cannot be served.
 */
export async function openFile(path: string, Database: Database, report: ReportTrouble, tell: Tell): Promise<Opened> {
  const mark = new StoreMark(path);
  let handle: Deno.FsFile | undefined;
  let connection: SqliteConnection | undefined;
  try {
    handle = openLocked(path);
    // Before a connection changes it.
    const info = handle.statSync();
    connection = new SqliteConnection(path, Database);
    await migrate(connection.db, path, tell);
    const run = new FileRun(connection.db, mark, handle, info);
    if (run.isOther) report(otherEpoch(path));
    connection.serve();
    return { run, connection };
  } catch (cause) {
    connection?.close();
    handle?.close();
    mark.close();
    throw cannotOpen(path, cause);
  }
}

/** Opens a store in memory. */
export function openMemory(Database: Database, epoch: string = randomHex()): Opened {
  const connection = new SqliteConnection(IN_MEMORY, Database);
  create(connection.db);
  connection.serve();
  const { fingerprint_key: fingerprintKey } = readMeta(connection.db);
  const nothing = () => {};
  return { run: { epoch, fingerprintKey, enter: nothing, committed: nothing, close: nothing }, connection };
}

class FileRun implements ServerRun {
  readonly epoch: string;
  readonly fingerprintKey: Uint8Array;
  /** Whether it is another epoch than that of the run before. */
  readonly isOther: boolean;
  readonly #id = randomHex();
  readonly #mark: StoreMark;
  readonly #handle: Deno.FsFile;
  readonly #inode: number;
  /** The mark's content, if it was written in this run. */
  #marked: Mark | undefined;
  /** Whether this run is recorded in the file: not yet, if its disk was full at the start. */
  #isEntered = false;

  /** @param info the file as it was before there was a connection to it */
  constructor(db: DatabaseSync, mark: StoreMark, handle: Deno.FsFile, info: Deno.FileInfo) {
    this.#mark = mark;
    this.#handle = handle;
    this.#inode = info.ino ?? 0;
    const meta = readMeta(db);
    this.epoch = isServedLast(meta, mark.read(), info) ? meta.epoch : randomHex();
    this.isOther = meta.epoch !== "" && meta.epoch !== this.epoch;
    this.fingerprintKey = meta.fingerprint_key;
    try {
      this.enter(db);
      this.committed(meta.commits);
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    mark.sync();
  }

  enter(db: DatabaseSync): void {
    if (this.#isEntered) return;
    db.prepare("UPDATE meta SET epoch = ?, earlier_run = run, run = ?").run(this.epoch, this.#id);
  }

  /** The mark says so, too. */
  committed(commits: number): void {
    this.#isEntered = true;
    this.#mark.write(this.#marked = { run: this.#id, commits, inode: this.#inode });
  }

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

interface Meta {
  epoch: string;
  run: string;
  earlier_run: string;
  commits: number;
  fingerprint_key: Uint8Array;
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

function randomHex(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}
