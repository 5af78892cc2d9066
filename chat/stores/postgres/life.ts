/**
 * The life of a Postgres store, of which the epoch is the name. Another one begins where acknowledged messages may be lost: if the tables were
 * restored from a dump or a copy, or are those of another server or of one that took over. That is known by these marks:
 *
 * - Each row says by which transaction it was written. A row that was copied from a dump was written by another one than it names itself.
 * - A server has an identifier for life, and a timeline: it changes when a standby takes over, and when a backup is played back. A database has a
 *   number there, which a copy of it has not.
 * - A server's write-ahead log only grows. Where its files were put back under a process, it ends before a place that the process has seen.
 * - A room ends before an event that was shown: see `tail.ts` and `commit.ts`.
 * - A server that acknowledges what only its memory has (`synchronous_commit = off`) loses that in a crash, and with it the row of a table that it
 *   empties then.
 *
 * @module
 */

import { StoreOpenError } from "../../log/store.ts";
import type { PostgresConnection } from "./connection.ts";
import type { Sql } from "./link.ts";
import { FORMAT } from "./schema.ts";

/** What every transaction looks at. */
interface LifeRow {
  epoch: string;
  /** The server's start, and the database: if either is another one, so are perhaps the tables. */
  served: string;
  /** How far the server's write-ahead log is on the disk, in bytes; 0 on a standby. */
  flushed: number;
  /** Whether nothing was restored or lost under those who serve it. */
  isSame: boolean;
  format: number;
}

/** The database is perhaps not the one that it was. {@linkcode Life.settle} finds that out, and what found it is done again. */
export class InDoubtError extends Error {
  /** The epoch in which acknowledged messages are gone; absent if it is not known that any are. */
  readonly lost?: string;

  constructor(lost?: string) {
    super(lost === undefined ? "the database was started anew or restored" : "acknowledged messages are gone");
    this.lost = lost;
  }
}

export class Life {
  readonly #connection: PostgresConnection;
  readonly #changed: () => void;
  readonly #renewed: () => void;
  #epoch = "";
  #served = "";
  #flushed = 0;
  fingerprintKey!: Uint8Array;

  /** @param changed is called when there is another epoch than before @param renewed is called when this process has begun it */
  constructor(connection: PostgresConnection, changed: () => void, renewed: () => void = () => {}) {
    this.#connection = connection;
    this.#changed = changed;
    this.#renewed = renewed;
  }

  /** As it was when it was read last. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Finds out whether the store is the one that was served last, and gives it a new epoch otherwise. */
  async check(): Promise<void> {
    await this.#renewUnless(async (sql) => {
      const [row] = await sql<{ isSame: boolean }>`SELECT
        epoch <> '' AND system = ${await systemOf(sql)} AS "isSame" FROM life`;
      const { isSame, flushed, epoch } = await readLife(sql);
      // Another process may have begun another epoch for that.
      const hasGoneBack = flushed < this.#flushed && epoch === this.#epoch;
      return row!.isSame && isSame && !hasGoneBack;
    });
  }

  /**
   * Settles what is in doubt.
   *
   * @param error is thrown if it is another one
   */
  async settle(error: unknown): Promise<void> {
    if (!(error instanceof InDoubtError)) throw error;
    const { lost } = error;
    if (lost === undefined) return await this.check();
    // A new epoch begins. Another process may have found that as well.
    await this.#renewUnless(async (sql) => (await readLife(sql)).epoch !== lost);
  }

  /**
   * Reads the epoch within a transaction, or before one statement.
   *
   * @throws {InDoubtError} if the server is not the one that was checked, or something was restored in it
   */
  async in(sql: Sql): Promise<string> {
    const { epoch, served, flushed, isSame, format } = await readLife(sql);
    if (format > FORMAT) {
      throw new Error(`a newer version has changed its tables (format ${format}): start that one here`);
    }
    if (served !== this.#served || !isSame) throw new InDoubtError();
    this.#flushed = Math.max(this.#flushed, flushed);
    this.#note(epoch);
    return epoch;
  }

  async #renewUnless(isSame: (sql: Sql) => Promise<boolean>): Promise<void> {
    const { before, epoch, served, flushed, key } = await this.#connection.transaction(async (sql) => {
      // Of several processes one renews it.
      const [life] = await sql<{ before: string }>`SELECT epoch AS before FROM life FOR UPDATE`;
      if (!await isSame(sql)) {
        await sql`UPDATE life SET epoch = ${randomHex()}, system = ${await systemOf(sql)},
          written = (pg_current_xact_id()::text::numeric % 4294967296)::bigint`;
        await sql`DELETE FROM alive`;
        await sql`INSERT INTO alive SELECT epoch FROM life`;
      }
      const [meta] = await sql<{ key: Uint8Array }>`SELECT fingerprint_key AS key FROM meta`;
      return { ...await readLife(sql), ...life!, ...meta! };
    });
    this.fingerprintKey = new Uint8Array(key);
    this.#served = served;
    this.#flushed = flushed;
    if (before !== "" && before !== epoch) this.#renewed();
    this.#note(epoch);
  }

  #note(epoch: string): void {
    const isOther = this.#epoch !== "" && this.#epoch !== epoch;
    this.#epoch = epoch;
    if (isOther) this.#changed();
  }
}

async function readLife(sql: Sql): Promise<LifeRow> {
  const [row] = await sql<LifeRow>`SELECT epoch, format,
    pg_postmaster_start_time()::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS served,
    CASE WHEN pg_is_in_recovery() THEN 0 ELSE (pg_current_wal_flush_lsn() - '0/0')::bigint END AS flushed,
    life.xmin::text::bigint = written AND (current_setting('synchronous_commit') <> 'off'
      OR EXISTS (SELECT FROM alive WHERE alive.epoch = life.epoch)) AS "isSame"
    FROM life, meta`;
  if (row === undefined) throw new Error("its tables life and meta are empty: somebody else has written in them");
  return row;
}

/** The server, its timeline, and the database. */
async function systemOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ system: string | null }>`SELECT system_identifier || ' ' ||
    CASE WHEN pg_is_in_recovery() THEN NULL ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END || ' ' ||
    (SELECT oid FROM pg_database WHERE datname = current_database()) AS system FROM pg_control_system()`;
  if (row!.system === null) {
    throw new StoreOpenError("Cannot open the store: the server is a standby, where nothing can be stored");
  }
  return row!.system;
}

function randomHex(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}
