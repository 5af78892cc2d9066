/** What the address of a Postgres database says. @module */

import { StoreOpenError } from "../../log/store.ts";

export interface PostgresAddress {
  host: string;
  port: number;
  /** The socket's file, if it is reached by that. */
  path?: string;
  database: string;
  user: string;
  password: string;
  tls: false | "require" | "verify-full";
  schema: string;
  /** As it may be printed. */
  shown: string;
}

const PORT = 5432;
/** As they may be written without quotes. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/** @throws {StoreOpenError} if it is none: without what it is, there may be a password in it */
export function addressOf(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (url === null) {
    throw new StoreOpenError("Cannot open the store: its address must be postgres://USER:PASSWORD@HOST/DATABASE");
  }
  const { hostname, searchParams: asked } = url;
  const port = Number(url.port) || PORT;
  const user = decodeURIComponent(url.username) || "postgres";
  const host = asked.get("host") ?? (hostname.replace(/^\[(.*)\]$/, "$1") || "localhost");
  const path = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : {};
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  const shown = `postgres://${url.host}/${database}`;
  const schema = asked.get("schema") ?? "switchboard";
  if (!SCHEMA.test(schema)) {
    throw new StoreOpenError(
      `Cannot open the store ${shown}: "schema" must be small letters, digits and _: received ${schema}`,
    );
  }
  const password = decodeURIComponent(url.password);
  return { host, port, ...path, database, user, password, tls: tlsOf(asked.get("sslmode"), shown), schema, shown };
}

function tlsOf(mode: string | null, shown: string): PostgresAddress["tls"] {
  if (mode === null || mode === "disable") return false;
  if (mode === "require" || mode === "verify-full") return mode;
  throw new StoreOpenError(
    `Cannot open the store ${shown}: "sslmode" must be disable, require or verify-full: received ${mode}`,
  );
}
