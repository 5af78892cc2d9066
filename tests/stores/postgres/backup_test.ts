/** A dump that is put back is another store: it has its messages, and an epoch of its own. @module */

import type { Store } from "../../../chat/log/store.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { assertEquals, assertNotEquals } from "../../lib/assert.ts";
import { type Database, postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { texts } from "../../lib/messages.ts";
import { append, within } from "../in_folder.ts";

const server = await postgresOfFile();

const inStore = <T>({ url }: Database, work: (store: Store) => Promise<T>) => within(url, work, openStore);
const epochOf = (database: Database) =>
  inStore(database, async (store) => (await store.read("lobby", { limit: 0 })).epoch);
const readIn = (database: Database) =>
  inStore(database, async (store) => {
    const { epoch, events } = await store.read("lobby", { limit: 9 });
    return [epoch, texts(events)] as const;
  });

testWith("postgres", {
  name: "postgres: the epoch stays over restarts, of the server's and of PostgreSQL's, however that ends",
  async fn() {
    await using database = await server!.database();
    await inStore(database, (store) => append(store, "kept"));
    const epoch = await epochOf(database);
    assertEquals(await epochOf(database), epoch);
    await server!.restart();
    assertEquals(await epochOf(database), epoch);
    await server!.kill();
    await server!.start();
    assertEquals(await readIn(database), [epoch, "kept"]);
  },
});

testWith("postgres", {
  name: "postgres: a dump that is put back, in another database or in its own, has a new epoch",
  async fn() {
    await using database = await server!.database();
    await using other = await server!.database();
    const dump = `${server!.folder}/chat.dump`;
    await inStore(database, (store) => append(store, "kept"));
    const epoch = await epochOf(database);
    await server!.run("pg_dump", "--format=custom", `--file=${dump}`, database.url);
    await inStore(database, (store) => append(store, "lost"));

    await server!.run("pg_restore", "--no-owner", `--dbname=${other.url}`, dump);
    const [elsewhere, said] = await readIn(other);
    assertEquals(said, "kept");
    assertNotEquals(elsewhere, epoch);

    await server!.run("pg_restore", "--no-owner", "--clean", "--if-exists", `--dbname=${database.url}`, dump);
    const [restored, kept] = await readIn(database);
    assertEquals([kept, new Set([epoch, elsewhere, restored]).size], ["kept", 3]);
    assertEquals(await epochOf(database), restored);
  },
});
