/** Bots. @module */

import type { Bot, Bots } from "../../log/bots.ts";
import type { Ledger } from "../files/ledger.ts";
import type { SqliteConnection } from "./connection.ts";
import type { Runs } from "./people.ts";

type Row = Omit<Bot, "rooms"> & { rooms: string };

/** @param ledger of the store's file; undefined: it is in memory */
export function botsIn(db: SqliteConnection, ledger: Ledger | undefined, { read, write }: Runs): Bots {
  return {
    add: ({ name, rooms, may, ts }, secret) =>
      write(
        "store a bot",
        () => Number(db.statement("addBot").run(name, secret, JSON.stringify(rooms), may, ts).changes) > 0,
      ),
    list: () => read("read bots", () => (db.statement("bots").all() as unknown as Row[]).map(botOf)),
    find: (secret) =>
      read("look for a bot", () => {
        const row = db.statement("bot").get(secret);
        return row && botOf(row as unknown as Row);
      }),
    remove: (name) =>
      write("remove a bot", () => {
        const bot = db.statement("secretOfBot").get(name) as { secret: string } | undefined;
        if (bot === undefined) return false;
        // Before the store has it: a backup must not let it in again because the process ended in between.
        ledger?.note({ bot: bot.secret });
        return Number(db.statement("removeBot").run(name).changes) > 0;
      }),
  };
}

function botOf({ name, rooms, may, ts }: Row): Bot {
  return { name, rooms: JSON.parse(rooms) as string[], may, ts };
}
