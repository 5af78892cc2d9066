/**
 * The mark beside a store's file: it keeps a second process from serving the same file, and tells when the file was
 * replaced by an older copy.
 *
 * A database put back from yesterday's copy is valid in itself, and yet acknowledged messages
 * are gone, and their numbers would be given to others. Nothing inside the file can tell. So after every commit, before it
 * is acknowledged, the number of commits is also written here, next to the file; a database that has made fewer commits than
 * its mark says, or is not the same file, is not the one that was served before, and gets a new epoch.
 *
 * An old copy may have brought its mark along. So a mark that is closed properly also records when the file was changed last, and
 * its length: writing a copy into the file changes the time that the system keeps for itself, whatever times the copy is given.
 *
 * The mark is written without fsync, which costs a few microseconds: the database is synced first, so after a power loss
 * the mark can only be behind, and behind is harmless.
 *
 * @module
 */

import { openLocked } from "./file_lock.ts";
import { giveOwnerOf } from "./owner.ts";

export interface Mark {
  /** Which opening of the store wrote it: 16 hexadecimal digits. */
  run: string;
  /** Commits made by then, over all openings. */
  commits: number;
  /** The database's number in its file system; 0 if it has none. */
  inode: number;
  /** The database as it was closed, by {@linkcode stampOf}; absent while it is open, and after a kill. */
  stamp?: string;
}

/** Older marks, of 64 bytes, have no stamp. */
const WIDTH = 128;
const PATTERN = /^switchboard ([0-9a-f]{16}) ([0-9]+) ([0-9]+)(?: ([0-9-]+))? *\n$/;

/** Changes with every change to a file that nobody has open: its times, the system's in seconds, and its size. */
export function stampOf({ ctime, mtime, size }: Deno.FileInfo): string {
  return [ctime?.getTime() ?? 0, mtime?.getTime() ?? 0, size].join("-");
}

/** A mark, locked by this process until it is closed or the process ends, however it ends. */
export class StoreMark {
  readonly #file: Deno.FsFile;

  /**
   * Makes or opens the mark, and locks it.
   *
   * @param path the store's file; the mark is `path` with `-mark` behind it
   * @throws {StoreOpenError} if another process has it, or it cannot be made.
   */
  constructor(path: string) {
    this.#file = openLocked(`${path}-mark`, path);
    giveOwnerOf(path, `${path}-mark`);
  }

  /** The content written last; `undefined` if there is none that is valid. */
  read(): Mark | undefined {
    const bytes = new Uint8Array(WIDTH);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    const length = this.#file.readSync(bytes) ?? 0;
    const match = PATTERN.exec(new TextDecoder().decode(bytes.subarray(0, length)));
    if (match === null) return undefined;
    const [, run, commits, inode, stamp] = match;
    return { run: run!, commits: Number(commits), inode: Number(inode), ...(stamp && { stamp }) };
  }

  /**
   * Rewrites it. If that fails, empties it, if that works: no mark means a new epoch, which is safe, and an old
   * mark would let an old copy pass.
   */
  write({ run, commits, inode, stamp = "" }: Mark): void {
    const line = `switchboard ${run} ${commits} ${inode} ${stamp}`.padEnd(WIDTH - 1) + "\n";
    try {
      this.#file.seekSync(0, Deno.SeekMode.Start);
      this.#file.writeSync(new TextEncoder().encode(line));
    } catch {
      this.clear();
    }
  }

  /** Empties it, so that the store gets a new epoch when it is opened next. */
  clear(): void {
    try {
      this.#file.truncateSync(0);
    } catch {
      // Neither writable nor truncatable: the message is stored all the same, as promised.
    }
  }

  sync(): void {
    try {
      this.#file.syncDataSync();
    } catch {
      // As in `clear`.
    }
  }

  close(): void {
    this.#file.close();
  }
}
