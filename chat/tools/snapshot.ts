/**
 * Copies of a store's file: taken while it is served, checked, and put back.
 *
 * Both stores that are files are SQLite databases, Deno KV's included, so what SQLite knows of copying holds for both.
 *
 * @module
 */

import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { KvKey } from "../log/kv_keys.ts";
import { StoreMark } from "../log/store_mark.ts";

/** Pages: more than any file has. */
const WHOLE = 2 ** 31 - 1;

/** What cannot be done, in words for who asked for it. */
export class ToolError extends Error {
  /** As usual. */
  override name = "ToolError";
}

/** A store that is a file. */
export interface FileStore {
  /** Which kind. */
  kind: "sqlite" | "kv";
  /** Where it is. */
  path: string;
}

/**
 * Reads a store's name.
 *
 * @throws {ToolError} if it names no file
 */
export function parseFileStore(name: string): FileStore {
  const [, kind, path] = /^(sqlite|kv):(?!https?:)(.+)$/.exec(name) ?? [];
  if (kind === undefined || path === undefined) {
    throw new ToolError(`Cannot use the store: it must be sqlite:PATH or kv:PATH: received ${name.split(":")[0]}:`);
  }
  return { kind: kind as FileStore["kind"], path };
}

/**
 * Takes a copy of a store as it is at one instant, whoever serves it meanwhile.
 *
 * @param target the copy: a path at which nothing is yet. It appears there only once it is whole, checked and on the disk
 * @returns its size in bytes
 * @throws {ToolError} if there is no such store, or no copy of it can be made.
 */
export async function backup(store: FileStore, target: string): Promise<number> {
  if (!exists(store.path)) throw new ToolError(`Cannot back up ${store.path}: there is no such file`);
  if (exists(target)) throw new ToolError(`Cannot back up to ${target}: there is a file already`);
  const part = `${target}.part`;
  remove(part);
  try {
    const db = new DatabaseSync(store.path, { readOnly: true, timeout: 5_000 });
    try {
      // In one step: in several, every commit of the server would make it begin again.
      await copyDatabase(db, part, { rate: WHOLE });
    } finally {
      db.close();
    }
    check(part);
    sync(part);
    Deno.renameSync(part, target);
  } catch (cause) {
    remove(part);
    throw asToolError(`Cannot back up ${store.path} to ${target}`, cause);
  }
  return Deno.statSync(target).size;
}

/**
 * Puts a copy in a store's place, with a new epoch, so that nobody takes it for what was served before. What was there is
 * kept under another name. The store must not be served.
 *
 * @returns where what was there before is now, if there was anything
 * @throws {ToolError} if the store is served, or the copy is not sound.
 */
export async function restore(copy: string, store: FileStore, now: Date): Promise<string | undefined> {
  if (!exists(copy)) throw new ToolError(`Cannot restore ${copy}: there is no such file`);
  const mark = store.kind === "sqlite" ? new StoreMark(store.path) : undefined;
  const part = `${store.path}.part`;
  try {
    if (exists(store.path)) refuseIfServed(store.path);
    remove(part);
    Deno.copyFileSync(copy, part);
    check(part);
    sync(part);
    const aside = `${store.path}.replaced-${now.toISOString().replaceAll(/[:.]/g, "-")}`;
    const hadFile = exists(store.path);
    // The write-ahead log belongs to its file: beside another one it would destroy it.
    for (const end of ["-wal", "-shm", ""]) moveIfThere(store.path + end, aside + end);
    mark?.clear();
    Deno.renameSync(part, store.path);
    if (store.kind === "kv") await forgetEpoch(store.path);
    return hadFile ? aside : undefined;
  } catch (cause) {
    remove(part);
    throw asToolError(`Cannot restore ${copy} to ${store.path}`, cause);
  } finally {
    mark?.close();
  }
}

/** SQLite gives a file to one connection alone only if there is no other, and every server keeps one open. */
function refuseIfServed(path: string): void {
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

function check(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const { quick_check: result } = db.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (result !== "ok") throw new Error(`the copy is not sound: ${result}`);
    const { count } = db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('rooms', 'kv')").get()!;
    if (count !== 1) throw new Error("it is another program's database");
  } finally {
    db.close();
  }
}

async function forgetEpoch(path: string): Promise<void> {
  using kv = await Deno.openKv(path);
  await kv.delete(KvKey.epoch);
}

function sync(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.syncSync();
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function moveIfThere(from: string, to: string): void {
  if (exists(from)) Deno.renameSync(from, to);
}

function remove(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}

function asToolError(what: string, cause: unknown): ToolError {
  return new ToolError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
