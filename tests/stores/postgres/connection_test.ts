/** What becomes of a transaction whose connection is lost, whose server hangs, or between which others come. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import {
  PG_ANSWER_MS,
  PG_CROWDED_MS,
  READING_CONNECTIONS,
  WORK_WAITING,
  WORK_WAITING_MS,
} from "../../../chat/stores/postgres/bounds.ts";
import { PostgresConnection } from "../../../chat/stores/postgres/connection.ts";
import { connect } from "../../../chat/stores/postgres/library.ts";
import { codeOf, type Sql } from "../../../chat/stores/postgres/link.ts";
import { assert, assertEquals, assertRejects } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { inTime, PATIENCE_MS } from "../../lib/patience.ts";
import { type Database, postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { patient, untilWaiting } from "./place.ts";

const server = await postgresOfFile();

/** A clock by which an answer is waited for as long as a test waits, and a turn for ever: the machine may be busy. */
const longWaiting: Clock = {
  ...systemClock,
  elapsed: () => 0,
  after: (ms, run) => systemClock.after(ms === PG_ANSWER_MS ? PATIENCE_MS : ms, run),
};

function test(
  name: string,
  work: (connection: PostgresConnection, database: Database) => Promise<void>,
  clock = longWaiting,
): void {
  testWith("postgres", {
    name: `postgres: ${name}`,
    async fn() {
      await using database = await server!.database();
      const connection = new PostgresConnection(
        patient,
        addressOf(`${server!.adminUrl(database.name)}?schema=public`),
        clock,
      );
      try {
        await connection.use((sql) =>
          sql.script("CREATE TABLE one (n integer PRIMARY KEY); CREATE TABLE two (n integer)")
        );
        await work(connection, database);
      } finally {
        await connection.close();
      }
    },
  });
}

function countIn(connection: PostgresConnection): Promise<number[]> {
  return connection.use(async (sql) => {
    const [row] = await sql<
      { one: number; two: number }
    >`SELECT (SELECT count(*) FROM one) AS one, (SELECT count(*) FROM two) AS two`;
    return [row!.one, row!.two];
  });
}

/** Statements of which the last ones wait in the library, because it asks what the first one takes. */
async function writeBoth(sql: Sql): Promise<void> {
  for (let n = 1; n <= 3; n++) {
    sql`INSERT INTO one VALUES (${n})`;
    sql`INSERT INTO two VALUES (${n})`;
  }
  await sql`SELECT ${1}::integer`;
}

test(
  "of a transaction whose connection is cut nothing is stored, whatever was to be sent next",
  async (connection, database) => {
    // Which of the two the library hears of first, the cut or what is to be sent, differs from time to time.
    for (let times = 0; times < 12; times++) {
      const begun: Promise<unknown>[] = [];
      await assertRejects(() =>
        connection.transaction(async (sql) => {
          await sql`INSERT INTO one VALUES (${7})`;
          // It is under way as the connection is cut, and what follows is not sent yet.
          const sleeping = sql`SELECT pg_sleep(${60})`;
          begun.push(writeBoth(sql), server!.cut(database));
          await Promise.all([sleeping, ...begun]);
        })
      );
      await Promise.allSettled(begun);
      assertEquals(await countIn(connection), [0, 0]);
    }
    await connection.transaction(writeBoth);
    assertEquals(await countIn(connection), [3, 3]);
  },
);

test("a transaction of which a statement fails that nobody waits for is not done", async (connection) => {
  const error = await assertRejects(() =>
    connection.transaction((sql) => {
      sql`INSERT INTO two VALUES (${1})`;
      sql`INSERT INTO one VALUES (${null})`;
      return Promise.resolve();
    })
  );
  assertEquals([codeOf(error), await countIn(connection)], ["23502", [0, 0]]);
});

test("a transaction says which of its statements failed, and not that those behind it are ignored", async (connection) => {
  const error = await assertRejects(() =>
    connection.transaction(async (sql) => {
      sql`INSERT INTO one VALUES (${null})`;
      await sql`SELECT 1`;
    })
  );
  assertEquals(codeOf(error), "23502");
});

test(
  "of two transactions that wait for each other one is done again, and both are done",
  async (connection, database) => {
    await connection.use((sql) =>
      sql.script("INSERT INTO one VALUES (1), (2); ALTER DATABASE " + database.name + " SET deadlock_timeout = '20ms'")
    );
    const inTurn = (first: number, second: number, both: () => Promise<void>) =>
      connection.transaction(async (sql) => {
        await sql`UPDATE one SET n = n WHERE n = ${first}`;
        await both();
        await sql`INSERT INTO two SELECT n FROM one WHERE n = ${second} FOR UPDATE`;
      });
    // Only the first time: whichever comes again finds the other one gone.
    const { promise, resolve } = Promise.withResolvers<void>();
    let ready = 0;
    const both = () => {
      if (++ready === 2) resolve();
      return promise;
    };
    await Promise.all([inTurn(1, 2, both), inTurn(2, 1, both)]);
    assertEquals(await countIn(connection), [2, 2]);
    assert(ready > 2);
  },
);

/** Whether an answer is waited for a twentieth of the time. */
let isImpatient = false;
const impatient: Clock = { ...systemClock, after: (ms, run) => systemClock.after(isImpatient ? ms / 20 : ms, run) };

test(
  "what waits for a server that hangs is given up, and what comes next is done once it goes on",
  async (connection) => {
    await server!.pause();
    isImpatient = true;
    try {
      const error = await assertRejects(() => connection.transaction(writeBoth));
      assert(/no answer/.test(error.message), error.message);
    } finally {
      isImpatient = false;
      await server!.resume();
    }
    await connection.transaction(async (sql) => void await sql`INSERT INTO two VALUES (${1})`);
    assertEquals((await countIn(connection))[1]! % 3, 1);
  },
  impatient,
);

test("no more connections are made than are allowed, and what comes meanwhile waits", async (connection) => {
  let reads: Promise<number[]>[] = [];
  await connection.commit(async (sql) => {
    // Before that they would not wait.
    await sql.script("LOCK TABLE one");
    reads = Array.from({ length: 5 * READING_CONNECTIONS }, () => countIn(connection));
    await untilWaiting(sql, READING_CONNECTIONS);
  });
  for (const counts of await Promise.all(reads)) assertEquals(counts, [0, 0]);
  // Every one that was made is there still.
  const [row] = await connection.use((sql) =>
    sql<{ count: number }>`SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'switchboard'`
  );
  assertEquals(row!.count, READING_CONNECTIONS + 1);
});

test("a server that is not there, or does not let anybody in, is told of without the password", async () => {
  for (const url of [server!.adminUrl().replace(/:\d+\//, ":1/"), server!.adminUrl("nowhere")]) {
    const connection = new PostgresConnection(connect, addressOf(url.replace("@", ":secret@")), systemClock);
    const error = await assertRejects(() => connection.use((sql) => sql`SELECT 1`));
    assert(/ECONNREFUSED|nowhere/.test(error.message) && !/secret/.test(Deno.inspect(error)), Deno.inspect(error));
    await connection.close();
  }
});

/** A connection of which all are taken, until the test gives them back. Nothing is sent on any, so that it needs no server. */
async function inFull(
  work: (full: { connection: PostgresConnection; clock: FakeClock; giveBack: () => void }) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  const connection = new PostgresConnection(connect, addressOf("postgres://127.0.0.1:1/none"), clock);
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = Array.from({ length: READING_CONNECTIONS }, () => connection.use(() => promise));
  try {
    await work({ connection, clock, giveBack: resolve });
    await Promise.all(taken);
  } finally {
    resolve();
    await connection.close();
  }
}

test(
  "a process that the server allows few connections does all with these, and takes more once it may",
  async (_, database) => {
    let atMs = 0;
    const allow = (count: number) => server!.sql(`ALTER DATABASE ${database.name} CONNECTION LIMIT ${count}`);
    const connection = new PostgresConnection(connect, addressOf(database.url), {
      ...longWaiting,
      elapsed: () => atMs,
    });
    const pidsOf = async (count: number) => {
      const ask = () => connection.use((sql) => sql<{ pid: number }>`SELECT pg_backend_pid() AS pid, pg_sleep(0.01)`);
      const rows = await Promise.all(Array.from({ length: count }, ask));
      return new Set(rows.map(([row]) => row!.pid)).size;
    };
    try {
      await allow(0);
      for (const count of [1, 2, 30]) {
        const asked = Array.from(
          { length: count },
          () => assertRejects(() => pidsOf(1), Error, "too many connections"),
        );
        await inTime(Promise.all(asked), `the ends of ${count} that find no connection`);
      }
      await allow(2);
      atMs += PG_CROWDED_MS;
      // Those that are refused count as well while others are made.
      const few = await pidsOf(30);
      assert(few <= 2);
      await allow(-1);
      assertEquals(await pidsOf(30), few, "it does not ask again at once");
      atMs += PG_CROWDED_MS;
      assertEquals(await pidsOf(30), READING_CONNECTIONS);
    } finally {
      await connection.close();
    }
  },
);

Deno.test("postgres: what has waited too long for a connection is given up, and what comes later has its turn", () =>
  inFull(async ({ connection, clock, giveBack }) => {
    let begun = 0;
    const ask = () => connection.use(() => Promise.resolve(++begun));
    const late = Array.from({ length: READING_CONNECTIONS + 1 }, () => assertRejects(ask, Error, "too long"));
    clock.stall(WORK_WAITING_MS + 1);
    const later = ask();
    giveBack();
    assertEquals(await inTime(later, "the later one's turn"), 1);
    await Promise.all(late);
  }));

Deno.test("postgres: only so much waits for a connection, and the rest fails, as does all that waits when it is closed", () =>
  inFull(async ({ connection, clock, giveBack }) => {
    const reasons: string[] = [];
    const ask = () => void connection.use(() => Promise.resolve()).catch(({ message }) => reasons.push(message));
    const turn = () => new Promise<void>((next) => clock.soon(next));
    for (let count = 0; count < WORK_WAITING; count++) ask();
    await turn();
    assertEquals(reasons, []);
    ask();
    await turn();
    assertEquals(reasons.splice(0), ["too much waits for it"]);
    const closed = connection.close();
    ask();
    await turn();
    assertEquals([reasons.length, new Set(reasons)], [WORK_WAITING + 1, new Set(["the store is closed"])]);
    giveBack();
    await closed;
  }));
