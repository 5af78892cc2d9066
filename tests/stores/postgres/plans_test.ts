/** What is read of a large store in Postgres is no more than is asked for, whatever Postgres believes of its size. @module */

import type { Range } from "../../../chat/log/message_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { assert } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { type Database, postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { commit, react } from "../changing.ts";
import { untilAlone } from "./place.ts";

const server = await postgresOfFile();

const COUNT = 3_000;
const ASKED = 10;

/** Does something on a store, and says how many entries of the indexes, and rows without them, Postgres has gone through for it. */
async function costOf(database: Database, work: (store: Store) => Promise<unknown>): Promise<number> {
  const before = await readIn(database);
  const store = await openPostgresStore(database.url);
  await work(store);
  await store.close();
  return await readIn(database) - before;
}

/** A session tells of it when it ends. */
async function readIn(database: Database): Promise<number> {
  await untilAlone(server!, database);
  return Number(
    await server!.sqlIn(
      database,
      `SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'switchboard') +
        (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = 'switchboard')`,
    ),
  );
}

const RANGES: Range[] = [
  { after: 5, limit: ASKED },
  { after: 5, limit: ASKED, messagesOnly: true },
  { after: COUNT - 5, limit: ASKED },
  { limit: ASKED, reader: "bob" },
  { before: COUNT / 2, limit: ASKED },
  { thread: 1, limit: ASKED },
  { thread: 2, limit: ASKED },
  { only: [1, COUNT / 2, COUNT], limit: ASKED },
  { only: [1, COUNT / 2, COUNT], limit: ASKED, beginning: 10 },
  { limit: 0 },
];

testWith("postgres", {
  name: "postgres: a page of a large room costs what is in it, before Postgres knows its size and after",
  async fn() {
    await using database = await server!.database();
    await costOf(database, async (store) => {
      for (let part = 0; part < COUNT; part += 1_000) {
        const messages = Array.from({ length: 1_000 }, (_, index) => by(`m${part + index}`, `${part + index}`));
        await commit(store, ...messages.map((message) => part === 0 ? message : { ...message, reply: 1 }));
      }
      await commit(store, ...Array.from({ length: 1_000 }, (_, index) => react(`id-${index}`)));
    });
    const nothing = await costOf(database, () => Promise.resolve());
    for (const isKnown of [false, true]) {
      if (isKnown) await server!.sqlIn(database, "ANALYZE");
      for (const range of RANGES) {
        const cost = await costOf(database, (store) => store.read("lobby", range)) - nothing;
        assert(cost < 20 * ASKED, `${JSON.stringify(range)}: ${cost}, ${isKnown}`);
      }
      const reactors = await costOf(
        database,
        (store) => store.reactors("lobby", { target: 1, emoji: "👍", limit: ASKED }),
      );
      assert(reactors - nothing < 20 * ASKED, `reactors: ${reactors - nothing}`);
      const repeat = await costOf(database, (store) => commit(store, by("m1", "1"), react("id-1", false, "🎉")));
      assert(repeat - nothing < 20 * ASKED, `commit: ${repeat - nothing}`);
    }
  },
});

testWith("postgres", {
  name: "postgres: a commit costs as much in a store that has grown since its server was started",
  async fn() {
    await using database = await server!.database();
    const cost = await costOf(database, async (store) => {
      const write = async (times: number) => {
        for (let n = 0; n < times; n++) {
          const entries = ["lobby", "tea", "wine"].map((room) => ({ room, event: by("hi", crypto.randomUUID()) }));
          await store.commit(entries, { ts: 1, day: 0 });
        }
      };
      // Often enough for Postgres to keep its plans.
      await write(12);
      await server!.sqlIn(
        database,
        `INSERT INTO switchboard.rooms (name, first, head, floor, ts, message_count, removed, oldest_day, changes, policy, hidden)
          SELECT 'room-' || n, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, 5000) AS n`,
        `INSERT INTO switchboard.nonces (room, author, nonce, seq, ts, fingerprint)
          SELECT id, 'ada', n, n, 0, '' FROM switchboard.rooms, generate_series(1, 5000) AS n WHERE name = 'lobby'`,
      );
      await write(20);
    });
    assert(cost < 5_000, `${cost}`);
  },
});
