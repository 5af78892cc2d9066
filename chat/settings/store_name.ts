/**
 * The names of stores: what each of them means, and how one is shown without its password.
 *
 * @module
 */

/** The store of a machine with a disk. Its folder is made where it is missing. */
export const DEFAULT_STORE = "sqlite:data/switchboard.db";

/** Whether a store can be named like that. */
export function isStoreName(name: string): boolean {
  return /^(sqlite:.+|kv:.*|rediss?:\/\/.+|memory:)$/.test(name);
}

/** Whether several processes can use the store at once. */
export function isSharedStore(name: string): boolean {
  return !/^(sqlite|memory):/.test(name);
}

/**
 * A store's name as it may be printed: its kind, host and path. Nothing of a password, nor of a name that is mistyped so that one
 * cannot tell where it would be.
 */
export function showStore(name: string): string {
  const [, kind = "", colon = "", rest = ""] = /^([^:]*)(:?)(.*)$/s.exec(name)!;
  if (/^(sqlite|kv|memory)$/.test(kind) && !rest.includes("://")) return name;
  const url = name.includes("://") ? URL.parse(kind === "kv" ? rest : name) : null;
  // With an @ behind its host it was cut within a password, one with a slash that was not escaped.
  if (url !== null && !/@/.test(url.pathname + url.search + url.hash)) {
    return `${kind === "kv" ? "kv:" : ""}${url.protocol}//${url.host}${url.pathname}`;
  }
  if (!/^\w*$/.test(kind)) return "…";
  return colon === "" ? kind : `${kind}:…`;
}
