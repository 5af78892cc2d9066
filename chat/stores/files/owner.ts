/** Whose a file is that is made beside a store: its server's, also if a tool made it that another user ran, root for instance. @module */

import { closeSync, fchmodSync, fchownSync, fstatSync, openSync } from "node:fs";

/**
 * Gives a file the owner of another one, and its rights, as far as this user may.
 *
 * @param like the store's file; or a folder, which has rights of another kind
 */
export function giveOwnerOf(like: string, path: string): void {
  try {
    const { uid, gid, mode, isFile } = Deno.statSync(like);
    const fd = openSync(path, "r+");
    try {
      const now = fstatSync(fd);
      if (!liesAt(path, now)) return;
      if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid!, gid!);
      if (isFile && mode !== null) fchmodSync(fd, mode & 0o777);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Only root may, and a new store has no file yet.
  }
}

/** Whether what is open lies there, and nowhere else: whoever may write in the folder could have put a link there, to a file that root keeps for itself. */
function liesAt(path: string, open: { dev: number; ino: number; nlink: number }): boolean {
  const { isFile, dev, ino } = Deno.lstatSync(path);
  return isFile && dev === open.dev && ino === open.ino && open.nlink === 1;
}
