/** The reports of messages. They go with these: `trim.ts`; and those of somebody who is erased with its names: `people.ts`. @module */

import type { Reported, Reports } from "../../log/reports.ts";
import { REPORTS_KEPT_MS } from "../bounds.ts";
import { TRIM_EVENTS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import type { Runs } from "./people.ts";
import { findRoom } from "./rooms.ts";

export function reportsIn(db: SqliteConnection, { read, write }: Runs): Reports {
  const idOf = (room: string) => findRoom(db, room).id;
  return {
    add: (room, { target, by, reason }, now) =>
      write("store a report", () =>
        db.transaction(() => {
          const id = idOf(room);
          db.statement("addReport").run(id, target, by, reason, now);
          db.statement("removeMoreReports").run(id);
        })),
    list: (room, before, limit) =>
      read("read reports", () => {
        const { json } = db.statement("reports").get(idOf(room), before, limit) as { json: string };
        return JSON.parse(json) as Reported[];
      }),
    count: (room) =>
      read("count reports", () => (db.statement("countReports").get(idOf(room)) as { count: number }).count),
    ownOf: (room, id) =>
      read("read reports", () => {
        const { json } = db.statement("reportsBy").get(idOf(room), id) as { json: string };
        return JSON.parse(json) as Awaited<ReturnType<Reports["ownOf"]>>;
      }),
    resolve: (room, target) =>
      write("remove reports", () => void db.statement("removeReports").run(idOf(room), target)),
  };
}

/** Removes some that nobody has answered for too long. @param now by the clock, which their times are of @returns whether there may be more */
export function forgetReports(db: SqliteConnection, now: number): boolean {
  return Number(db.statement("removeOldReports").run(now - REPORTS_KEPT_MS, TRIM_EVENTS).changes) === TRIM_EVENTS;
}
