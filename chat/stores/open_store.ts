/** Opens the store that an operator names. Each backend, with what it needs, is loaded only when it is used. @module */

import { reasonOf } from "../base/errors.ts";
import { tooOldFor } from "../base/runtime.ts";
import type { ReportTrouble, Tell } from "../logging/logger.ts";
import { IN_MEMORY_BYTES } from "./bounds.ts";
import { type Store, StoreOpenError } from "../log/store.ts";
import { isDatabase, isStoreName, storeMustBe } from "../settings/store_name.ts";
import { Space } from "./space.ts";

/** Earlier ones do not know the numbered parameters of statements. */
const SQLITE_MINOR = 8;
/** Earlier ones have no `toHex`. */
const POSTGRES_MINOR = 5;

/**
 * Opens a store.
 *
 * @param name as in `CHAT_STORE`
 * @param report gets trouble with the store's own connections, and its end
 * @param bytes how much it may hold; 0 is no bound. Only a SQLite file and memory can tell
 * @param tell gets that a store of an earlier version is upgraded
 * @throws {StoreOpenError} if it cannot be opened, in words for the operator
 */
export async function openStore(
  name: string,
  report: ReportTrouble = () => {},
  bytes = 0,
  tell: Tell = report,
): Promise<Store> {
  const [kind = ""] = name.split(":", 1);
  if (!isStoreName(name)) {
    // Only its beginning: there may be a password in the rest.
    const shown = name === kind ? name : `${kind}:…`;
    throw new StoreOpenError(`Cannot open the store: ${storeMustBe(name)}: received ${shown}`);
  }
  const rest = name.slice(kind.length + 1);
  const tooOld = kind === "kv" ? undefined : tooOldFor(isDatabase(name) ? POSTGRES_MINOR : SQLITE_MINOR);
  if (tooOld !== undefined) {
    const reason = isDatabase(name) ? tooOld : `is SQLite, and ${tooOld}`;
    throw new StoreOpenError(`Cannot open the store: ${kind}: ${reason}. CHAT_STORE=kv:PATH works here`);
  }
  try {
    if (kind === "sqlite") {
      const { openSqliteStore } = await import("./sqlite/store.ts");
      return await openSqliteStore(rest, { space: new Space(bytes, report), report, tell });
    }
    if (kind === "kv") {
      return await (await import("./kv/store.ts")).openKvStore(rest, { isRemote: isShared(rest), report });
    }
    if (isDatabase(name)) {
      return await (await import("./postgres/store.ts")).openPostgresStore(name, { report, tell });
    }
    if (kind === "memory") {
      const [{ makeMemoryStore }, { DatabaseSync }] = await Promise.all([
        import("./sqlite/store.ts"),
        import("node:sqlite"),
      ]);
      return makeMemoryStore(DatabaseSync, new Space(Math.min(bytes || Infinity, IN_MEMORY_BYTES), report));
    }
    throw new Error(`nothing here opens ${kind}:, though it is the name of a store`);
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw cause;
    throw new StoreOpenError(`Cannot open the store: ${reasonOf(cause)}`, { cause });
  }
}

/** Whether machines share the database: the app's own on Deno Deploy, or one reached by its address. */
function isShared(path: string): boolean {
  if (path !== "") return /^https?:/.test(path);
  return Deno.permissions.querySync({ name: "env", variable: "DENO_DEPLOY" }).state === "granted" &&
    Deno.env.has("DENO_DEPLOY");
}
