/** Looks at a database without changing anything in it, for the operator. @module */

import { systemClock } from "../../base/clock.ts";
import { addressOf, type PostgresAddress } from "./address.ts";
import { PostgresConnection } from "./connection.ts";
import { connect } from "./library.ts";
import type { Sql } from "./link.ts";

const COMMITS = 30;
/** For how long they may go on: less than an answer is waited for. */
const COMMITS_MS = 4_000;

/** What a database is, and what may be done in it. */
export interface Survey {
  address: PostgresAddress;
  version: string;
  /** Whether it waits for the disk before it says that something is stored. */
  syncs: boolean;
  isStandby: boolean;
  encoding: string;
  /** Whether the schema is there, and may be written in; if it is not, whether it may be made. */
  mayWrite: boolean;
  /** How long one takes that writes a little: the median, in milliseconds. */
  commitMs: number;
}

/** @throws {Error} if it cannot be reached */
export async function survey(url: string): Promise<Survey> {
  const address = addressOf(url);
  const connection = new PostgresConnection(connect, address, systemClock);
  try {
    return await connection.use(async (sql) => {
      const { isStandby, ...facts } = await factsOf(sql, address.schema);
      return { address, isStandby, ...facts, commitMs: isStandby ? 0 : await medianCommitMs(sql) };
    });
  } finally {
    await connection.close();
  }
}

async function factsOf(sql: Sql, schema: string): Promise<Omit<Survey, "address" | "commitMs">> {
  const [facts] = await sql<Omit<Survey, "address" | "commitMs">>`SELECT
    split_part(current_setting('server_version'), ' ', 1) AS version,
    current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS syncs,
    pg_is_in_recovery() AS "isStandby",
    current_setting('server_encoding') AS encoding,
    coalesce(
      (SELECT has_schema_privilege(oid, 'USAGE, CREATE') FROM pg_namespace WHERE nspname = ${schema}),
      has_database_privilege(current_database(), 'CREATE')
    ) AS "mayWrite"`;
  return facts!;
}

/** A message in the write-ahead log is in no table. */
async function medianCommitMs(sql: Sql): Promise<number> {
  const times: number[] = [];
  const began = performance.now();
  while (times.length < COMMITS && performance.now() - began < COMMITS_MS) {
    const start = performance.now();
    await sql`SELECT pg_logical_emit_message(true, 'switchboard', 'doctor')`;
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
