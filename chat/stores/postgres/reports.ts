/** The reports of messages. They go with these: `trim.ts`; and those of somebody who is erased with its names: `people.ts`. @module */

import type { Report, Reported, Reports } from "../../log/reports.ts";
import { REPORTS_KEPT_MS, REPORTS_PER_MESSAGE, REPORTS_PER_ROOM } from "../bounds.ts";
import { PG_TRIM_EVENTS } from "./bounds.ts";
import type { Sql } from "./link.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";
import { lockRoom } from "./rooms.ts";
import type { Runs } from "./runs.ts";

export function reportsIn({ read, write }: Runs): Reports {
  return {
    add: (room, report, now) =>
      write("store a report", async (sql) => {
        const id = await lockRoom(sql, room);
        await add(sql, id, report, now);
        await sql`DELETE FROM reports WHERE room = ${id} AND (target, by_id) IN
          (SELECT target, by_id FROM reports WHERE room = ${id} ORDER BY ts DESC OFFSET ${REPORTS_PER_ROOM})`;
      }),
    list: (room, before, limit) =>
      read("read reports", async (sql) => {
        const found = await sql<Reported>`SELECT target, count(*) AS count, max(ts) AS ts,
            coalesce(json_agg(reason ORDER BY by_id) FILTER (WHERE reason <> ''), '[]') AS reasons
          FROM reports WHERE room = (SELECT id FROM rooms WHERE name = ${room}) AND target < ${before}
          GROUP BY target ORDER BY target DESC LIMIT ${limit}`;
        return found.map((one) => ({ ...one, reasons: one.reasons.map(unescapeNul) }));
      }),
    count: (room) =>
      read("count reports", async (sql) => {
        const [row] = await sql<{ count: number }>`SELECT count(DISTINCT target) AS count FROM reports
          WHERE room = (SELECT id FROM rooms WHERE name = ${room})`;
        return row!.count;
      }),
    ownOf: (room, id) =>
      read("read reports", async (sql) => {
        const found = await sql<Own>`SELECT target, reason, ts FROM reports
          WHERE room = (SELECT id FROM rooms WHERE name = ${room}) AND by_id = ${escapeNul(id)} ORDER BY target`;
        return found.map((one) => ({ ...one, reason: unescapeNul(one.reason) }));
      }),
    resolve: (room, target) =>
      write("remove reports", async (sql) => {
        await sql`DELETE FROM reports WHERE room = (SELECT id FROM rooms WHERE name = ${room}) AND target = ${target}`;
      }),
  };
}

type Own = Awaited<ReturnType<Reports["ownOf"]>>[number];

/** Its message may have been removed since the command looked for it. */
async function add(sql: Sql, room: number, report: Report, now: number): Promise<void> {
  const { target } = report;
  const by = escapeNul(report.by);
  await sql`INSERT INTO reports (room, target, by_id, reason, ts)
    SELECT id, ${target}, ${by}, ${
    escapeNul(report.reason)
  }, ${now} FROM rooms WHERE id = ${room} AND first <= ${target} AND
      (SELECT count(*) FROM reports WHERE room = ${room} AND target = ${target} AND by_id <> ${by}) < ${REPORTS_PER_MESSAGE}
    ON CONFLICT (room, target, by_id) DO UPDATE SET reason = excluded.reason, ts = excluded.ts`;
}

/** Removes some that nobody has answered for too long. @param now by the clock, which their times are of @returns whether there may be more */
export async function forgetReports(sql: Sql, now: number): Promise<boolean> {
  const removed = await sql`DELETE FROM reports WHERE (room, target, by_id) IN
    (SELECT room, target, by_id FROM reports WHERE ts < ${now - REPORTS_KEPT_MS} LIMIT ${PG_TRIM_EVENTS})`;
  return removed.count === PG_TRIM_EVENTS;
}
