/** Stores that are files, each in a folder of a test's own. @module */

import { DatabaseSync } from "node:sqlite";
import type { Appended, Refused } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import type { ReportTrouble } from "../../chat/logging/logger.ts";
import { openKvStore } from "../../chat/stores/kv/store.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import type { StorePlace } from "./place.ts";
import { by } from "../lib/messages.ts";

type Open = (file: string) => Promise<Store>;

export function openKv(file: string, report?: ReportTrouble): Promise<Store> {
  return openKvStore(file, { report });
}

/** A folder, and in it room for a store's file. */
export class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "switchboard-" });
  readonly file: string;

  constructor(name = "chat.db") {
    this.file = `${this.path}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** A place for the contract's tests. */
export function placeInFolder(open: Open): Promise<StorePlace> {
  const folder = new Folder();
  return Promise.resolve({
    open: () => open(folder.file),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  });
}

/** Opens, does, closes. */
export async function within<T>(
  file: string,
  work: (store: Store) => Promise<T>,
  open: Open = openSqliteStore,
): Promise<T> {
  const store = await open(file);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Stores messages in the lobby, each under a nonce that is its text. */
export function append(store: Store, ...messages: string[]): Promise<(Appended | Refused)[]> {
  return store.commit(messages.map((text) => ({ room: "lobby", event: by(text, text) })), { ts: Date.now(), day: 0 });
}

/** Runs SQL on a file, as somebody with a tool of their own. */
export function execute(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}
