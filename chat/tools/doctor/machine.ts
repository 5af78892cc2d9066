/** What the machine gives: a disk that keeps, files, a clock. @module */

import { reasonOf } from "../../base/errors.ts";
import { CONNECTIONS } from "../../limits.ts";
import { memoryUse } from "../../overload/memory_use.ts";
import { fileOf, type FileStore, isDatabase, showStore } from "../../settings/store_name.ts";
import { whyNotOpened } from "../../stores/files/file_lock.ts";
import { refusalOf } from "../../stores/sqlite/header.ts";
import { broken, type Finding, note, ok } from "./finding.ts";

const SYNCS = 30;
/** A write that is in a disk's own memory only may take less; one that is on it does not, but on the best of disks. */
const TOO_GOOD_MS = 0.02;
/** Descriptors that are not for connections: the store, the log, the listener, and some. */
const OTHER_FILES = 64;

/** Writes beside the store, and sees how long the disk takes to say that it has it; or asks the database. */
export async function judgeStore(store: string): Promise<Finding[]> {
  if (isDatabase(store)) return await (await import("./database.ts")).judgeDatabase(store, showStore(store));
  const file = fileOf(store);
  if (file === undefined) {
    return [note(`Messages are in ${showStore(store)}${store === "memory:" ? ": they end with the process" : ""}`)];
  }
  const folder = file.path.includes("/") ? file.path.replace(/\/[^/]*$/, "") || "/" : ".";
  const refused = whyRefused(file);
  if (refused !== undefined) return [broken(`Cannot open the store ${file.path}: ${refused}`)];
  let place = folder;
  try {
    // The server makes the folder of the default store.
    if (folder === "data" && statOf(folder) === undefined) place = ".";
    const { ms, uid } = measureSync(`${place}/.switchboard-doctor-${crypto.randomUUID().slice(0, 8)}`);
    const rate = Math.floor(1000 / ms);
    const found = [ok(
      `The store ${showStore(store)} can be written. A sync takes ${
        ms.toFixed(2)
      } ms, so that there are about ${rate} commits ` +
        "a second; each takes all messages that have come meanwhile",
    )];
    if (ms < TOO_GOOD_MS) {
      found.push(note("That is faster than disks are: this one may lose messages when the power goes"));
    }
    const owner = statOf(file.path)?.uid ?? uid;
    if (owner !== uid) {
      found.push(note(
        `The store belongs to the user ${owner}, and this is ${uid}: the server must be one who may write it. Run the doctor as that user`,
      ));
    }
    if (file.kind === "kv") {
      found.push(note("Deno KV in a file does not wait for the disk: power loss costs the newest messages"));
    }
    return found;
  } catch (error) {
    return [broken(`The folder ${folder} of the store cannot be written: ${reasonOf(error)}`)];
  }
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/** Why the server would not take the store's file, or the mark beside it. Neither is changed, nor made. */
function whyRefused({ kind, path: store }: FileStore): string | undefined {
  for (const path of kind === "sqlite" ? [store, `${store}-mark`] : [store]) {
    try {
      using file = Deno.openSync(path, { read: true, write: true });
      const reason = path === store ? refusalOf(file, kind) : undefined;
      if (reason !== undefined) return reason;
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) return whyNotOpened(cause, path, store);
    }
  }
  return undefined;
}

/** How long the disk takes to say that it has a page, and which user has written it. */
function measureSync(path: string): { ms: number; uid: number | null } {
  const page = crypto.getRandomValues(new Uint8Array(4096));
  const file = Deno.openSync(path, { createNew: true, write: true });
  try {
    const times = Array.from({ length: SYNCS }, () => {
      const start = performance.now();
      file.writeSync(page);
      file.syncDataSync();
      return performance.now() - start;
    });
    return { ms: times.sort((a, b) => a - b)[SYNCS / 2]!, uid: file.statSync().uid };
  } finally {
    file.close();
    Deno.removeSync(path);
  }
}

/** Above its bound the server closes those that cost most. */
export function judgeMemory(limitBytes: number | undefined): Finding {
  const { limitMib } = memoryUse(limitBytes);
  return ok(
    limitMib === 0
      ? "It may use all memory"
      : `It may use ${limitMib} MiB of memory: above that it takes no connections`,
  );
}

/** Each connection takes a descriptor. */
export async function judgeFiles(): Promise<Finding> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -n"] }).output();
  const most = Number(new TextDecoder().decode(stdout).trim());
  if (!Number.isFinite(most)) return ok(`Any number of files may be open: it holds ${CONNECTIONS} connections`);
  const connections = Math.min(CONNECTIONS, most - OTHER_FILES);
  const text = `${most} files may be open: it holds ${connections} connections`;
  return connections < CONNECTIONS ? note(`${text}. For more, raise LimitNOFILE of the unit, or ulimit -n`) : ok(text);
}

/** A clock that is behind the store's newest file was wrong then, or is now. */
export function judgeClock(store: string, now = Date.now()): Finding {
  const file = fileOf(store);
  let changedAt = 0;
  for (const end of ["", "-wal"]) {
    try {
      changedAt = Math.max(changedAt, file ? Deno.statSync(file.path + end).mtime?.getTime() ?? 0 : 0);
    } catch {
      // It is not there yet.
    }
  }
  const time = new Date(now).toISOString();
  if (changedAt <= now + 60_000) return ok(`The clock says ${time}`);
  return note(
    `The clock says ${time}, and the store was written at ${new Date(changedAt).toISOString()}: one of them was wrong`,
  );
}
