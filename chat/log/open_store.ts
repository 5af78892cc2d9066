/**
 * Opens the store that an operator names. Each backend, with what it needs, is loaded only when it is used.
 *
 * @module
 */

import { type ReportTrouble, type Store, StoreOpenError } from "./message_log.ts";

/** How a store may be named. */
export const STORE_FORMS = "sqlite:PATH, kv: or kv:PATH, redis://HOST:PORT/DB?prefix=NAME, or memory:";

/**
 * Opens a store.
 *
 * @param name one of {@linkcode STORE_FORMS}
 * @param report told of trouble with the store's own connections, and of its end
 * @throws {StoreOpenError} if it cannot be opened, in words for the operator
 */
export async function openStore(name: string, report: ReportTrouble = () => {}): Promise<Store> {
  const [kind = ""] = name.split(":", 1);
  const rest = name.slice(kind.length + 1);
  if (kind === "sqlite" && rest !== "") return (await import("./sqlite.ts")).openSqliteStore(rest);
  if (kind === "kv") return (await import("./kv.ts")).openKvStore(rest, isShared(rest));
  if (kind === "redis" || kind === "rediss") return (await import("./redis.ts")).openRedisStore(name, report);
  if (kind === "memory" && rest === "") return new (await import("./memory.ts")).MemoryStore();
  // Only its beginning: there may be a password in the rest.
  throw new StoreOpenError(`Cannot open the store: it must be named ${STORE_FORMS}: received ${kind}:`);
}

/** Whether machines share the database: the app's own on Deno Deploy, or one reached by its address. */
function isShared(path: string): boolean {
  if (path !== "") return /^https?:/.test(path);
  return Deno.permissions.querySync({ name: "env", variable: "DENO_DEPLOY" }).state === "granted" &&
    Deno.env.has("DENO_DEPLOY");
}
