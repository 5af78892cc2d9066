/** Stores in a Postgres database of a test's own. @module */

import type { Clock } from "../../../chat/base/clock.ts";
import type { Store } from "../../../chat/log/store.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import type { Database, Postgres } from "../../lib/postgres.ts";
import type { StorePlace } from "../place.ts";

/** A place for the contract's tests. */
export async function placeIn(server: Postgres): Promise<StorePlace> {
  const database = await server.database();
  return {
    open: () => openPostgresStore(database.url),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Two stores on one database, as of two processes, and the database itself. */
export interface Shared {
  one: Store;
  two: Store;
  database: Database;
  server: Postgres;
}

export async function inShared(
  server: Postgres,
  work: (shared: Shared) => Promise<void>,
  clock?: Clock,
): Promise<void> {
  await using database = await server.database();
  const [one, two] = [await openPostgresStore(database.url, clock), await openPostgresStore(database.url, clock)];
  try {
    await work({ one, two, database, server });
  } finally {
    await one.close();
    await two.close();
  }
}
