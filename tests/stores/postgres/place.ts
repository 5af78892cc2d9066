/** Stores in a Postgres database of a test's own. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import type { Store } from "../../../chat/log/store.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import { PG_LOOK_MS } from "../../../chat/stores/postgres/bounds.ts";
import { PostgresConnection } from "../../../chat/stores/postgres/connection.ts";
import type { Client, Options } from "../../../chat/stores/postgres/library.d.ts";
import { connect } from "../../../chat/stores/postgres/library.ts";
import type { Sql } from "../../../chat/stores/postgres/link.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import type { ForgetfulProxy } from "../../lib/forgetful_proxy.ts";
import { inTime, PATIENCE_MS } from "../../lib/patience.ts";
import type { Database, Postgres } from "../../lib/postgres.ts";
import type { StorePlace } from "../place.ts";

/** Places for the contract's tests: a schema for each, which is made sooner than a database. */
export async function placesIn(server: Postgres): Promise<() => Promise<StorePlace>> {
  const { url } = await server.database();
  let count = 0;
  return () => {
    const schema = `test_${++count}`;
    return Promise.resolve({
      open: () => openPostgresStore(`${url}?schema=${schema}`),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  };
}

/** Connects as the store does, but neither a statement is ended nor a transaction that waits: the machine may be busy. */
export function patient({ connection, ...options }: Options): Client {
  return connect({
    ...options,
    connection: { ...connection, statement_timeout: 0, idle_in_transaction_session_timeout: 0 },
  });
}

/** Two stores on one database, as of two processes, and a connection of somebody else. */
export interface Shared {
  one: Store;
  two: Store;
  database: Database;
  /** Its statements are those of one session. */
  sql: Sql;
}

export async function inShared(
  server: Postgres,
  work: (shared: Shared) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  await using database = await server.database();
  const [one, two] = [
    await openPostgresStore(database.url, { clock }),
    await openPostgresStore(database.url, { clock }),
  ];
  const other = new PostgresConnection(
    patient,
    addressOf(`${server.adminUrl(database.name)}?schema=switchboard`),
    clock,
  );
  const link = other.makeLink();
  try {
    await work({ one, two, database, sql: link.sql });
  } finally {
    await link.end();
    await one.close();
    await two.close();
  }
}

/** Waits until a process has heard whatever was told before: notices come in the order in which they were sent. */
export async function untilHeard(by: Store, from: Store): Promise<void> {
  const heard = new Promise<void>((heard) => by.signals!.hear(() => heard()));
  from.signals!.send([{ type: "typing", room: "lobby", id: "ada" }]);
  await inTime(heard, "a signal");
}

/**
 * Waits until so many sessions of its database wait for a lock, or more.
 *
 * @param sql of who holds the lock: no program need be started, while those wait for `PG_STATEMENT_MS` at most
 */
export function untilWaiting(sql: Sql, count: number): Promise<void> {
  return untilSessions(sql, "datname = current_database() AND wait_event_type = 'Lock'", `>= ${count}`);
}

/** Waits until no other session of its user is left in its database. */
export function untilOthersLeft(sql: Sql): Promise<void> {
  const others = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()";
  return untilSessions(sql, others, "= 0");
}

/** Waits until no session of a database is left. */
export async function untilAlone(server: Postgres, { name }: Database): Promise<void> {
  await server.sql(waitForSessions(`datname = '${name}'`, "= 0"));
}

/** Waits until as many sessions are so. @param which a condition on `pg_stat_activity` @param wanted a comparison with their number */
export function untilSessions(sql: Sql, which: string, wanted: string): Promise<void> {
  return sql.script(waitForSessions(which, wanted));
}

function waitForSessions(which: string, wanted: string): string {
  return `DO $$ BEGIN FOR tries IN 1 .. ${PATIENCE_MS / 10} LOOP
      PERFORM pg_stat_clear_snapshot();
      IF (SELECT count(*) FROM pg_stat_activity WHERE ${which}) ${wanted} THEN RETURN; END IF;
      PERFORM pg_sleep(0.01);
    END LOOP; RAISE 'Waited in vain for sessions: ${wanted}'; END $$`;
}

/** The same database, by another way. */
export function through(proxy: ForgetfulProxy, { url }: Database): string {
  return url.replace(/:\d+\//, `:${proxy.port}/`);
}

/** A clock by which the heads of rooms are looked at so many times sooner. Nothing else: the machine may be busy. */
export function hasty(times: number): Clock {
  return { ...systemClock, after: (ms, run) => systemClock.after(ms === PG_LOOK_MS ? ms / times : ms, run) };
}

/** A clock by which nobody ever looks at them. */
export const blind: Clock = {
  ...systemClock,
  after: (ms, run) => ms === PG_LOOK_MS ? () => {} : systemClock.after(ms, run),
};
