/**
 * Locks a file against a second server, under any name.
 *
 * The lock is on the open file: its device and inode. So it holds for a symbolic or a hard link, for a file that is mounted elsewhere,
 * and for another container on the same machine. It is a `flock`, which does not touch the locks by which SQLite divides the
 * file among its connections. But those end when this process closes any handle to the file: so this one must be closed last.
 *
 * @module
 */

import { reasonOf } from "../../base/errors.ts";
import { StoreInUseError, StoreOpenError } from "../../log/store.ts";

/**
 * Opens a file, made if it does not exist, and locks it until it is closed or the process ends, however it ends.
 *
 * @param store the path of the store that it belongs to
 * @throws {StoreOpenError} if another process has it, or it cannot be opened.
 */
export function openLocked(path: string, store: string = path): Deno.FsFile {
  const file = open(path, store);
  // There a lock keeps everybody from reading, our own connections included: the mark's lock has to do.
  if (Deno.build.os === "windows" && path === store) return file;
  // An older Deno can only wait for a lock, and a second server started by mistake must not wait.
  const canLock = file.tryLockSync !== undefined;
  if (canLock && file.tryLockSync(true)) return file;
  file.close();
  if (!canLock) throw new StoreOpenError(`Cannot open the store ${store}: it takes a newer Deno, which can lock files`);
  const how = path === store ? ", perhaps under another name" : "";
  throw new StoreInUseError(`Cannot open the store ${store}: another process is serving it${how}`);
}

function open(path: string, store: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (cause) {
    throw new StoreOpenError(`Cannot open the store ${store}: ${whyNotOpened(cause, path, store)}`, { cause });
  }
}

/** Why a file cannot be opened for writing, which is that of the store or one beside it. */
export function whyNotOpened(cause: unknown, path: string, store: string): string {
  const folder = path.replace(/[^/\\]*$/, "") || ".";
  return cause instanceof Deno.errors.NotFound
    ? "its folder does not exist"
    : cause instanceof Deno.errors.IsADirectory
    ? `${path === store ? "it" : path} is a folder`
    : cause instanceof Deno.errors.PermissionDenied
    ? "this user may not write there. Start it as the user whose files these are, or name another place"
    : reasonOf(cause, `--allow-read=${folder} --allow-write=${folder}`);
}
