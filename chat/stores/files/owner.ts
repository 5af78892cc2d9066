/** Whose a file is that is made beside a store: its server's, also if a tool made it that another user ran, root for instance. @module */

/**
 * Gives a file the owner of another one, and its rights, as far as this user may.
 *
 * @param like the store's file; or a folder, which has rights of another kind
 */
export function giveOwnerOf(like: string, path: string): void {
  try {
    const [{ uid, gid, mode, isFile }, now] = [Deno.statSync(like), Deno.statSync(path)];
    if (now.uid !== uid || now.gid !== gid) Deno.chownSync(path, uid, gid);
    if (isFile && mode !== null && now.mode !== mode) Deno.chmodSync(path, mode & 0o777);
  } catch {
    // Only root may, and a new store has no file yet.
  }
}
