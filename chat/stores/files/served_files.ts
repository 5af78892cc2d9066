/**
 * Checks that the open files of a database are still those at its path. Somebody may remove, rename, replace or
 * empty one of them under a running server; SQLite goes on with the open file, and everything it stores there is lost with the process.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";

/** The sizes of the headers of a write-ahead log and of each page in it, by SQLite's file format. */
const LOG_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;

interface Seen {
  path: string;
  dev: number;
  /** Its number there; none on Windows. */
  ino: number | null;
  size: number;
}

export class ServedFiles {
  #database: Seen;
  /** Absent on a file system without them: there SQLite does without. */
  #log: Seen | undefined;
  #index: Seen | undefined;

  /**
   * Takes the files as they are now.
   *
   * @param path the database, open, with its write-ahead log beside it
   */
  constructor(path: string) {
    this.#database = look(path);
    this.renew();
  }

  /** Takes the files beside the database as they are now: a connection has created them again. */
  renew(): void {
    check(this.#database);
    // SQLite puts them beside the file itself, not beside a link to it.
    const path = Deno.realPathSync(this.#database.path);
    this.#log = lookIfThere(`${path}-wal`);
    this.#index = lookIfThere(`${path}-shm`);
  }

  /**
   * Checks that the files are the same.
   *
   * @param db a connection to them
   * @returns the bytes of the database and its write-ahead log
   * @throws {Error} if one is gone, another one, or too short
   */
  check(db: DatabaseSync): number {
    const { database, log } = this.checkPlaces();
    if (database.size < this.#database.size && !holdsAll(db, database)) throw cutShort(database);
    if (log && log.size < this.#log!.size && !holdsLog(db, log)) throw cutShort(log);
    [this.#database, this.#log] = [database, log];
    return database.size + (log?.size ?? 0);
  }

  /**
   * Checks that the files are the same, as far as that can be seen without a connection to them.
   *
   * @returns the database and its write-ahead log as they are now
   * @throws {Error} if one is gone or another one, or if the database is empty or the index too short
   */
  checkPlaces(): { database: Seen; log: Seen | undefined } {
    const database = check(this.#database);
    const log = this.#log && check(this.#log);
    const index = this.#index && check(this.#index);
    if (database.size === 0 && this.#database.size > 0) throw cutShort(database);
    if (index && index.size < this.#index!.size) throw cutShort(index);
    this.#index = index;
    return { database, log };
  }

  /**
   * Checks that the index may be read. It is mapped into memory, and the system kills a process (SIGBUS) that reads a part that was cut off
   * the file. If it is not at its path any more, the mapped file is whole.
   *
   * @throws {Error} if it was cut
   */
  checkIndex(): void {
    if (this.#isIndexCut()) throw cutShort(this.#index!);
  }

  /** Gives a cut index its length back, so that the connection can be closed. SQLite rebuilds an empty one from the log. */
  mendIndex(): void {
    if (!this.#isIndexCut()) return;
    const { path, size } = this.#index!;
    for (const length of [0, size]) Deno.truncateSync(path, length);
  }

  #isIndexCut(): boolean {
    const now = this.#index && lookIfThere(this.#index.path);
    return now !== undefined && isSame(now, this.#index!) && now.size < this.#index!.size;
  }
}

function look(path: string): Seen {
  const { dev, ino, size } = Deno.statSync(path);
  return { path, dev, ino, size };
}

function lookIfThere(path: string): Seen | undefined {
  try {
    return look(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function check(seen: Seen): Seen {
  let now: Seen;
  try {
    now = look(seen.path);
  } catch (cause) {
    throw new Error(`${seen.path} was removed or renamed while it was being served`, { cause });
  }
  if (isSame(now, seen)) return now;
  throw new Error(`another file was put in the place of ${seen.path} while it was being served`);
}

function isSame(one: Seen, other: Seen): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

function cutShort({ path }: Seen): Error {
  return new Error(`${path} was emptied or cut short while it was being served`);
}

/** Whether a smaller database is one that somebody compacted. */
function holdsAll(db: DatabaseSync, { size }: Seen): boolean {
  return size > 0 && readPragma(db, "page_count") * readPragma(db, "page_size") <= size;
}

/** Whether a smaller write-ahead log is one that SQLite cut behind the part in use, or that somebody took over as a whole. */
function holdsLog(db: DatabaseSync, { size }: Seen): boolean {
  try {
    // Counts the pages in use and checkpoints nothing: a cut log must not get into the database.
    const { log } = db.prepare("PRAGMA wal_checkpoint(NOOP)").get() as { log: number };
    return log <= 0 || LOG_HEAD_BYTES + log * (FRAME_HEAD_BYTES + readPragma(db, "page_size")) <= size;
  } catch {
    return false;
  }
}

export function readPragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
}
