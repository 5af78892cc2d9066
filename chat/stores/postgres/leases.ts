/**
 * The members of the rooms on each process that shares a Postgres database: see `log/leases.ts`. Time is the database's, so that the clocks of the processes
 * do not matter.
 *
 * A process has one row that says until when it holds, and a row for each member; so to renew is to write one row. What a reader is told of
 * is what was changed since its last look, and in the `LEASE_MS` before that: a change that was under way for longer belongs to a process
 * that holds nothing any more.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import { LEASE_MS, LEASES_AT_ONCE, LEASES_KEPT_MS } from "../../log/bounds.ts";
import type { HeldLease, Holding, Lease, Leases } from "../../log/leases.ts";
import type { Attempt, PostgresConnection } from "./connection.ts";
import { PG_LEASES_SWEEP_MS } from "./bounds.ts";
import type { Sql } from "./link.ts";
import { unescapeNul } from "./nul_character.ts";
import { escaped, numbers, texts } from "./values.ts";

/** Which leases, of those of others. */
interface Asked {
  /** Absent: in all rooms. */
  rooms?: readonly string[];
  /** By the database's clock. Absent: whenever they were changed. */
  since?: string;
}

type Take = (leases: HeldLease[]) => void;

export class PostgresLeases implements Leases {
  readonly #connection: PostgresConnection;
  readonly #attempt: Attempt;
  readonly #cancelSweep: Cancel;
  /** From when on changes were not read, by the database's clock. */
  #since: string | undefined;

  constructor(connection: PostgresConnection, clock: Clock, attempt: Attempt) {
    this.#connection = connection;
    this.#attempt = attempt;
    this.#cancelSweep = every(clock, PG_LEASES_SWEEP_MS, () => this.#sweep());
  }

  stop(): void {
    this.#cancelSweep();
  }

  renew(holder: string, changes: readonly Lease[], isFirst: boolean): Promise<number | undefined> {
    const rooms = texts(changes.map(({ room }) => room));
    const ids = escaped(changes.map(({ id }) => id));
    const names = escaped(changes.map(({ name }) => name));
    const since = numbers(changes.map(({ atMs }) => atMs));
    const left = numbers(changes.map(({ leftMs }) => leftMs ?? null));
    return this.#attempt("say who is in the rooms", () =>
      this.#connection.use(async (sql) => {
        if (isFirst) {
          await sql`INSERT INTO holders (holder, until, renewals) VALUES (${holder}, now() + ${LEASE_MS}::float8 * interval '1 ms', 0)`;
        }
        const [row] = await sql<{ renewals: number }>`WITH held AS (
            UPDATE holders SET until = now() + ${LEASE_MS}::float8 * interval '1 ms', renewals = renewals + 1
            WHERE holder = ${holder} AND until > now() RETURNING renewals
          ), stored AS (
            INSERT INTO leases (holder, room, id, name, at_ms, until, changed)
            SELECT ${holder}, room, id, name, at_ms, now() + left_ms * interval '1 ms', now()
            FROM held, unnest(${rooms}::text[], ${ids}::text[], ${names}::text[], ${since}::bigint[], ${left}::float8[])
              AS told (room, id, name, at_ms, left_ms)
            ON CONFLICT (holder, room, id) DO UPDATE
              SET name = excluded.name, at_ms = excluded.at_ms, until = excluded.until, changed = excluded.changed
          ) SELECT renewals FROM held`;
        return row?.renewals;
      }));
  }

  count(rooms: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#attempt("count who is in the rooms", async () => {
      const rows = await this.#connection.use((sql) =>
        sql<{ room: string; ids: number }>`SELECT l.room, count(DISTINCT l.id) AS ids
          FROM leases AS l JOIN holders AS h ON h.holder = l.holder AND h.until > now()
          WHERE l.room = ANY(${texts([...rooms])}::text[]) AND (l.until IS NULL OR l.until > now()) GROUP BY l.room`
      );
      return new Map(rows.map(({ room, ids }) => [room, ids]));
    });
  }

  readRooms(holder: string, rooms: readonly string[], take: Take): Promise<void> {
    return this.#attempt(
      "read who is in the rooms",
      () => this.#connection.use((sql) => readAll(sql, holder, { rooms }, take)),
    );
  }

  readChanges(holder: string, take: Take): Promise<ReadonlyMap<string, Holding>> {
    return this.#attempt("read who is in the rooms", () =>
      this.#connection.use(async (sql) => {
        const [row] = await sql<{ since: string; others: Record<string, Holding> }>`SELECT
          (now() - ${LEASE_MS}::float8 * interval '1 ms')::text AS since,
          (SELECT coalesce(json_object_agg(holder, json_build_object('leftMs', extract(epoch FROM until - now()) * 1000, 'renewals', renewals)), '{}') FROM holders
            WHERE until > now() AND holder <> ${holder}) AS others`;
        const { since, others } = row!;
        await readAll(sql, holder, { since: this.#since ?? since }, take);
        this.#since = since;
        return new Map(Object.entries(others));
      }));
  }

  /** Removes what nobody needs to know any more. If it fails, the next one does. */
  async #sweep(): Promise<void> {
    await this.#connection.use((sql) =>
      sql`WITH gone AS (
          DELETE FROM holders WHERE until < now() - ${LEASES_KEPT_MS}::float8 * interval '1 ms' RETURNING holder
        ), of_gone AS (
          DELETE FROM leases WHERE holder IN (SELECT holder FROM gone)
        ) DELETE FROM leases WHERE until < now() - ${LEASES_KEPT_MS}::float8 * interval '1 ms'`
    ).catch(() => {});
  }
}

interface Row {
  holder: string;
  room: string;
  id: string;
  name: string;
  atMs: number;
  leftMs: number | null;
}

/** Reads what others hold, some at a time, so that it stops nothing else here. */
async function readAll(sql: Sql, holder: string, { rooms, since }: Asked, take: Take): Promise<void> {
  const asked = rooms === undefined ? null : texts([...rooms]);
  let last: Pick<Row, "holder" | "room" | "id"> | undefined = { holder: "", room: "", id: "" };
  while (last !== undefined) {
    const rows: Row[] = await sql<Row>`SELECT l.holder, l.room, l.id, l.name, l.at_ms AS "atMs",
        (extract(epoch FROM l.until - now()) * 1000)::float8 AS "leftMs"
      FROM leases AS l JOIN holders AS h ON h.holder = l.holder AND h.until > now()
      WHERE l.holder <> ${holder} AND (${asked}::text[] IS NULL OR l.room = ANY(${asked}::text[]))
        AND (${since ?? null}::timestamptz IS NULL OR l.changed >= ${since ?? null}::timestamptz)
        AND (l.holder, l.room, l.id) > (${last.holder}, ${last.room}, ${last.id})
      ORDER BY l.holder, l.room, l.id LIMIT ${LEASES_AT_ONCE}`;
    take(rows.map(leaseOf));
    last = rows.length < LEASES_AT_ONCE ? undefined : rows.at(-1);
  }
}

function leaseOf({ id, name, leftMs, ...row }: Row): HeldLease {
  const lease = { ...row, id: unescapeNul(id), name: unescapeNul(name) };
  return leftMs === null ? lease : { ...lease, leftMs: Math.max(leftMs, 0) };
}
