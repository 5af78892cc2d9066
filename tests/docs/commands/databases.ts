/** What an operator does with a database. @module */

import { openStore } from "../../../chat/stores/open_store.ts";
import { assertEquals } from "../../lib/assert.ts";
import { texts } from "../../lib/messages.ts";
import { type Database, Postgres } from "../../lib/postgres.ts";
import { append, within } from "../../stores/in_folder.ts";
import { Checkout } from "../checkout.ts";
import type { Trial } from "./trials.ts";

/** The database that the documents name. */
const NAMED = "postgres://chat@localhost/chat";

async function mustRun(checkout: Checkout, line: string): Promise<void> {
  const { code, err } = await checkout.run(line);
  assertEquals(code, 0, err);
}

/** A command beside a database with a message in it. */
function onDatabase(work: (checkout: Checkout, database: Database, command: string) => Promise<void>): Trial {
  return {
    needs: ["postgres"],
    async run(command) {
      await using server = await Postgres.start();
      await using database = await server.database();
      await using checkout = await Checkout.make();
      await within(database.url, (store) => append(store, "kept"), openStore);
      await work(checkout, database, command.replace(NAMED, `'${database.url}'`));
    },
  };
}

const DUMP = `pg_dump --format=custom --file=chat.dump ${NAMED}`;

export const DATABASES: Record<string, Trial> = {
  'sudo -u postgres psql -c "CREATE ROLE chat LOGIN PASSWORD \'PASSWORD\'" -c "CREATE DATABASE chat ENCODING UTF8 TEMPLATE template0" -c "GRANT CREATE ON DATABASE chat TO chat"':
    {
      needs: ["postgres"],
      async run(command) {
        await using server = await Postgres.start();
        await using checkout = await Checkout.make();
        // There is a role of that name.
        const line = command.replace("sudo -u postgres psql", `psql ${server.adminUrl()}`).replaceAll("chat", "talk");
        await mustRun(checkout, line);
        const url = `postgres://talk:PASSWORD@127.0.0.1:${server.port}/talk`;
        await within(url, (store) => append(store, "kept"), openStore);
      },
    },
  [DUMP]: onDatabase(async (checkout, _database, command) => {
    await mustRun(checkout, command);
    assertEquals(Deno.statSync(`${checkout.path}/chat.dump`).isFile, true);
  }),
  [`pg_restore --clean --if-exists --single-transaction --dbname=${NAMED} chat.dump`]: onDatabase(
    async (checkout, { url }, command) => {
      await mustRun(checkout, DUMP.replace(NAMED, `'${url}'`));
      await within(url, (store) => append(store, "lost"), openStore);
      await mustRun(checkout, command);
      const { events } = await within(url, (store) => store.read("lobby", { limit: 9 }), openStore);
      assertEquals(texts(events), "kept");
    },
  ),
};
