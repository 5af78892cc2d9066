/** What the address of a Postgres database says. @module */

import { reasonOf } from "../../base/errors.ts";
import { StoreOpenError } from "../../log/store.ts";

/** Not at all, with whoever answers, or only with this host, by an authority of this file or one that everybody trusts. */
export type Tls = false | "require" | { host: string; ca?: string };

export interface PostgresAddress {
  host: string;
  port: number;
  /** The socket's file, if it is reached by that. */
  path?: string;
  database: string;
  user: string;
  password: string;
  tls: Tls;
  schema: string;
  /** As it may be printed. */
  shown: string;
}

const PORT = 5432;
/** As they may be written without quotes; and so short that the channels which are named after them are no longer than 63 bytes, as Postgres has it. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;

/** @throws {StoreOpenError} if it is none: without what it is, there may be a password in it */
export function addressOf(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (url === null) {
    throw new StoreOpenError("Cannot open the store: its address must be postgres://USER:PASSWORD@HOST/DATABASE");
  }
  const { hostname, searchParams: asked } = url;
  const port = Number(url.port) || PORT;
  const user = decoded(url.username) || "postgres";
  const host = asked.get("host") ?? (hostname.replace(/^\[(.*)\]$/, "$1") || "localhost");
  const path = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : {};
  const database = decoded(url.pathname.slice(1)) || user;
  const shown = `postgres://${url.host}/${database}`;
  const schema = asked.get("schema") ?? "switchboard";
  if (!SCHEMA.test(schema)) {
    throw new StoreOpenError(
      `Cannot open the store ${shown}: "schema" must be at most 48 small letters, digits and _: received ${schema}`,
    );
  }
  const password = decoded(url.password);
  return { host, port, ...path, database, user, password, tls: tlsOf(asked, host, shown), schema, shown };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new StoreOpenError("Cannot open the store: a % in the user, password or database of its address must be %25");
  }
}

function tlsOf(asked: URLSearchParams, host: string, shown: string): Tls {
  const [mode = "disable", authorities] = [asked.get("sslmode") ?? undefined, asked.get("sslrootcert")];
  // Otherwise what was to be encrypted would silently not be.
  const unknown = asked.keys().find((name) => /^ssl(?!mode$|rootcert$)/.test(name));
  if (unknown !== undefined) {
    throw new StoreOpenError(
      `Cannot open the store ${shown}: its "${unknown}" is not known: "sslmode" says how it is encrypted`,
    );
  }
  if (mode === "disable") return false;
  if (mode === "require") return mode;
  if (mode !== "verify-full") {
    throw new StoreOpenError(
      `Cannot open the store ${shown}: "sslmode" must be disable, require or verify-full: received ${mode}`,
    );
  }
  if (authorities === null) return { host };
  try {
    return { host, ca: Deno.readTextFileSync(authorities) };
  } catch (cause) {
    throw new StoreOpenError(`Cannot open the store ${shown}: "sslrootcert" must be a file: ${reasonOf(cause)}`, {
      cause,
    });
  }
}
