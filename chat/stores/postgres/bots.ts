/** Bots. @module */

import { BOTS } from "../../log/bounds.ts";
import type { Bot, Bots } from "../../log/bots.ts";
import type { Runs } from "./runs.ts";

export function botsIn({ read, write }: Runs): Bots {
  return {
    add: ({ name, rooms, may, ts }, secret) =>
      write("store a bot", async (sql) => {
        // Of two that are made at once neither would be counted for the other.
        await sql`LOCK TABLE bots IN SHARE ROW EXCLUSIVE MODE`;
        const added = await sql`INSERT INTO bots (name, secret, rooms, may, ts)
          SELECT ${name}, ${secret}, ${JSON.stringify(rooms)}::text::json, ${may}, ${ts}
          WHERE (SELECT count(*) FROM bots) < ${BOTS} ON CONFLICT DO NOTHING`;
        return added.count > 0;
      }),
    list: () =>
      read("read bots", async (sql) => [...await sql<Bot>`SELECT name, rooms, may, ts FROM bots ORDER BY name`]),
    find: (secret) =>
      read("look for a bot", async (sql) => {
        const [bot] = await sql<Bot>`SELECT name, rooms, may, ts FROM bots WHERE secret = ${secret}`;
        return bot;
      }),
    remove: (name) =>
      write("remove a bot", async (sql) => (await sql`DELETE FROM bots WHERE name = ${name}`).count > 0),
  };
}
