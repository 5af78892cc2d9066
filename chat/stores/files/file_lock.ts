/**
 * Locks a file against a second server, under any name.
 *
 * The lock is on the open file: its device and inode. So it holds for a symbolic or a hard link, for a file that is mounted elsewhere,
 * and for another container on the same machine. It is a `flock`, which does not touch the locks by which SQLite divides the
 * file among its connections. But those end when this process closes any handle to the file: so this one must be closed last.
 *
 * @module
 */

import { StoreInUseError, StoreOpenError } from "../../log/message_log.ts";

/**
 * Opens a file, made if it does not exist, and locks it until it is closed or the process ends, however it ends.
 *
 * @throws {StoreOpenError} if another process has it, or it cannot be opened.
 */
export function openLocked(path: string): Deno.FsFile {
  const file = open(path);
  // There a lock keeps everybody from reading, our own connections included: the mark's lock has to do.
  if (Deno.build.os === "windows" || file.tryLockSync(true)) return file;
  file.close();
  throw new StoreInUseError(`Cannot open the store ${path}: another process is serving it, perhaps under another name`);
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (cause) {
    const reason = cause instanceof Deno.errors.IsADirectory
      ? "it is a folder"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new StoreOpenError(`Cannot open the store ${path}: ${reason}`, { cause });
  }
}
