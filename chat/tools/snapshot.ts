/**
 * Copies of a store's file: taken while it is served, checked, and put back.
 *
 * Both stores that are files are SQLite databases, Deno KV's included, so SQLite's way of copying works for both.
 *
 * @module
 */

import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { fileOf, type FileStore, isDatabase, showStore } from "../settings/store_name.ts";
import { openLocked } from "../stores/files/file_lock.ts";
import { giveOwnerOf } from "../stores/files/owner.ts";
import { KvKey } from "../stores/kv/keys.ts";
import { type Followed, followLedger } from "./follow_ledger.ts";
import { StoreMark } from "../stores/files/store_mark.ts";

/** Pages: more than any file has. */
const WHOLE = 2 ** 31 - 1;

/** What this service puts beside a store. */
const BESIDE = ["-mark", "-erased"];

/** A tool cannot do its work. Its message is for the person who runs it. */
export class ToolError extends Error {
  override name = "ToolError";
}

/**
 * Reads a store's name.
 *
 * @throws {ToolError} if it names no file
 */
export function parseFileStore(name: string): FileStore {
  const store = fileOf(name);
  if (store !== undefined) return store;
  if (isDatabase(name)) {
    throw new ToolError(`Cannot use ${showStore(name)} for that: pg_dump copies it, and pg_restore puts it back`);
  }
  // An address may hold a password.
  const shown = name.replace(/:\/\/.*/, "://…");
  throw new ToolError(`Cannot use the store: it must be sqlite:PATH or kv:PATH: received ${shown}`);
}

/**
 * Takes a copy of a store as it is at one instant, even while it is served.
 *
 * @param target the copy: a path at which nothing is yet. It appears there only once it is whole, checked and on the disk
 * @returns its size in bytes
 * @throws {ToolError} if there is no such store, or no copy of it can be made.
 */
export async function backup(store: FileStore, target: string): Promise<number> {
  const part = `${target}.part`;
  try {
    requireFile(store.path);
    if (exists(target) || isFolder(target)) {
      throw new Error(`there is a ${isFolder(target) ? "folder" : "file"} already`);
    }
    requireFolder(target);
    remove(part);
    const db = new DatabaseSync(store.path, { readOnly: true, timeout: 5_000 });
    try {
      // In one step: in several, every commit of the server would make it restart.
      await copyDatabase(db, part, { rate: WHOLE });
    } finally {
      db.close();
    }
    settle(part);
    Deno.renameSync(part, target);
  } catch (cause) {
    throw asToolError(`Cannot back up ${store.path} to ${target}`, cause);
  } finally {
    remove(part);
  }
  return Deno.statSync(target).size;
}

/** What became of the store that was there, and of the copy. */
export interface Restored extends Followed {
  aside: string | undefined;
}

/**
 * Puts a copy in a store's place, with a new epoch, so that nobody takes it for the old store, which is
 * kept under another name. The store must not be served.
 *
 * @returns where the old store is now, if there was one, and what was done again in the copy: see `files/ledger.ts`
 * @throws {ToolError} if the store is served, or the copy is not sound.
 */
export async function restore(copy: string, store: FileStore, now: Date): Promise<Restored> {
  const part = `${store.path}.part`;
  let mark: StoreMark | undefined;
  let lock: Deno.FsFile | undefined;
  try {
    requireFile(copy);
    if (isSame(copy, store.path)) throw new Error("they are the same file");
    requireFolder(store.path);
    if (isFolder(store.path)) throw new Error(`${store.path} is a folder`);
    if (store.kind === "sqlite") mark = new StoreMark(store.path);
    const hadFile = exists(store.path);
    if (hadFile) {
      // Under any name of the file.
      if (store.kind === "sqlite") lock = openLocked(store.path);
      refuseIfServed(store.path);
    }
    remove(part);
    Deno.copyFileSync(copy, part);
    settle(part);
    // Before it is in its place: a process that ends here must not leave what was erased, or a thief's key, where a server would serve it.
    const done = store.kind === "sqlite" ? await followLedger(part, store.path) : { erased: 0, revoked: 0, bots: 0 };
    if (done.erased + done.revoked + done.bots > 0) settle(part);
    // Without an older file the folder says whose the store is.
    giveOwnerOf(hadFile ? store.path : folderOf(store.path), part);
    const aside = `${store.path}.replaced-${now.toISOString().replaceAll(/[:.]/g, "-")}`;
    // The write-ahead log belongs to its file: beside another one it would destroy it.
    for (const end of ["-wal", "-shm", ""]) {
      if (exists(store.path + end)) Deno.renameSync(store.path + end, aside + end);
    }
    mark?.clear();
    Deno.renameSync(part, store.path);
    for (const end of BESIDE) giveOwnerOf(store.path, store.path + end);
    if (store.kind === "kv") {
      using kv = await Deno.openKv(store.path);
      await kv.delete(KvKey.epoch);
    }
    return { aside: hadFile ? aside : undefined, ...done };
  } catch (cause) {
    throw asToolError(`Cannot restore ${copy} to ${store.path}`, cause);
  } finally {
    remove(part);
    lock?.close();
    mark?.close();
  }
}

/** SQLite gives a file to one connection alone only if there is no other, and every server keeps one open. */
export function refuseIfServed(path: string): void {
  if (!exists(path)) return;
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  } catch (cause) {
    throw cause instanceof Error && cause.message.includes("locked")
      ? new Error("a process is serving it", { cause })
      : cause;
  } finally {
    db.close();
  }
}

/** Sees to it that a copy is sound, and on the disk. */
function settle(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const { quick_check: result } = db.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (result !== "ok") throw new Error(`the copy is not sound: ${result}`);
    const { count } = db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('rooms', 'kv')").get()!;
    if (count !== 1) throw new Error("it is another program's database");
  } finally {
    db.close();
  }
  using file = Deno.openSync(path, { write: true });
  file.syncSync();
}

export function requireFile(path: string): void {
  if (!exists(path)) throw new Error(isFolder(path) ? `${path} is a folder` : `there is no file ${path}`);
}

function requireFolder(path: string): void {
  const folder = folderOf(path);
  if (!isFolder(folder)) throw new Error(`there is no folder ${folder}`);
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, "") || ".";
}

function exists(path: string): boolean {
  return look(path)?.isFile ?? false;
}

function isFolder(path: string): boolean {
  return look(path)?.isDirectory ?? false;
}

/** Whether both lead to one file, by whatever names. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [look(one), look(other)];
  return a !== undefined && b !== undefined && a.ino !== null && a.ino === b.ino && a.dev === b.dev;
}

function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/** Removes a database, and what SQLite puts beside one that it opens, if only to read it, and the store of this service. */
function remove(path: string): void {
  for (const end of ["", "-wal", "-shm", "-journal", ...BESIDE]) {
    if (exists(path + end)) Deno.removeSync(path + end);
  }
}

export function asToolError(what: string, cause: unknown): ToolError {
  // Another tool's whole sentence, or the system's words without its error number and the operation, which are said already.
  const reason = (cause instanceof Error ? cause.message : String(cause))
    .replace(/^Cannot open the store .*?: /, "").replace(/ \(os error \d+\).*/s, "");
  return new ToolError(`${what}: ${reason}`, { cause });
}
