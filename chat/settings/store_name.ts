/**
 * The names of stores: their meaning, and how one is shown without its password.
 *
 * @module
 */

/** The store of a machine with a disk. Its folder is created if it is missing. */
export const DEFAULT_STORE = "sqlite:data/switchboard.db";

const FORMS = "memory:, sqlite:PATH, postgres://HOST/DATABASE or kv:[PATH]";

export function isStoreName(name: string): boolean {
  return /^(sqlite:.+|kv:.*|memory:)$/.test(name) || isDatabase(name);
}

/** Why a name is none: completes a sentence. */
export function storeMustBe(name: string): string {
  return /^rediss?:/.test(name)
    ? "the Redis store has left: export each of its rooms with the version before, and import it into another store"
    : `it must be ${FORMS}`;
}

export interface FileStore {
  kind: "sqlite" | "kv";
  path: string;
}

/** The file that a store's name says, if it says one. */
export function fileOf(name: string): FileStore | undefined {
  const [, kind, path] = /^(sqlite|kv):(?!https?:)(.+)$/.exec(name) ?? [];
  return path === undefined ? undefined : { kind: kind as FileStore["kind"], path };
}

/** Whether the store is in PostgreSQL. */
export function isDatabase(name: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(name)) return false;
  const url = addressOf(name);
  // By a socket on this machine it needs no host.
  return url !== undefined && (url.host !== "" || url.searchParams.has("host"));
}

/** Whether several processes can use the store at once. */
export function isSharedStore(name: string): boolean {
  return name.startsWith("kv:") || isDatabase(name);
}

/**
 * A store's name as it may be printed: its kind, host and path, without a password. Of a mistyped name, in which the password could
 * be anywhere, only the kind.
 */
export function showStore(name: string): string {
  const [, kind = "", colon = "", rest = ""] = /^([^:]*)(:?)(.*)$/s.exec(name)!;
  if (/^(sqlite|kv|memory)$/.test(kind) && !rest.includes("://")) return name;
  const url = name.includes("://") ? addressOf(kind === "kv" ? rest : name) : undefined;
  if (url !== undefined) return `${kind === "kv" ? "kv:" : ""}${url.protocol}//${url.host}${url.pathname}`;
  if (!/^\w*$/.test(kind)) return "…";
  return colon === "" ? kind : `${kind}:…`;
}

/** An address, if it is one. With an @ behind its host it was cut within a password that has an unescaped slash. */
function addressOf(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && !/@/.test(url.pathname + url.search + url.hash) ? url : undefined;
}
