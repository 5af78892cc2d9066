/** What happens to the log in PostgreSQL when that is killed, hung, cut off or forbidden to write. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { INCIDENT_OVER_MS } from "../../../chat/log/bounds.ts";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { StoreOpenError } from "../../../chat/log/store.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { PG_OPEN_AGAIN_MS } from "../../../chat/stores/postgres/bounds.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { appendTo } from "../../lib/append_to.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals, assertRejects } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by, texts } from "../../lib/messages.ts";
import { eventually, PATIENCE_MS } from "../../lib/patience.ts";
import { type Database, Postgres } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";

/** A server of the test's own, and a log in it. */
interface Scene {
  server: Postgres;
  database: Database;
  log: MessageLog;
}

function faultTest(name: string, work: (scene: Scene) => Promise<void>): void {
  testWith("postgres", {
    name: `postgres: ${name}`,
    async fn() {
      await using server = await Postgres.start();
      await using database = await server.database();
      const log = openLog(await openStore(database.url));
      try {
        await work({ server, database, log });
      } finally {
        await log.close();
      }
    },
  });
}

/** Sends it until it is acknowledged, as an author does. */
function appendUntilStored(log: MessageLog, text: string): Promise<number> {
  return eventually(async () => {
    try {
      return (await appendTo(log, "lobby", by(text, text))).seq;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      return undefined;
    }
  }, `the acknowledgement of ${text}`);
}

/** Everything is there once, in an order without gaps, and each has the number that was acknowledged. */
async function assertWhole(log: MessageLog, acknowledged: Map<string, number>): Promise<void> {
  const { events, head } = await log.read("lobby", { after: 0, limit: 1_000_000 });
  assertEquals(events.map(({ seq }) => seq), Array.from({ length: head }, (_, index) => index + 1));
  assertEquals(new Set(events.map(({ nonce }) => nonce)).size, head);
  for (const [text, seq] of acknowledged) assertEquals(events[seq - 1]?.nonce, text);
}

faultTest(
  "killed under two processes, it has everything acknowledged, once, and they go on",
  async ({ server, database, log }) => {
    const collector = new Collector();
    await log.subscribe("lobby", collector);
    const appenders = ["ada", "bob"].map((author) => new AppenderProcess(database.url, "lobby", author));
    try {
      await Promise.all(appenders.map((appender) => appender.untilAcknowledged(200)));
      const { epoch } = await log.read("lobby", { limit: 0 });
      await server.kill();
      await server.start();
      const seq = await appendUntilStored(log, "after");
      for (const appender of appenders) await appender.kill();
      const acknowledged = new Map(appenders.flatMap(({ acknowledged }) => [...acknowledged]));
      await assertWhole(log, acknowledged.set("after", seq));
      assertEquals((await log.read("lobby", { limit: 0 })).epoch, epoch);
      await collector.untilCount((await log.read("lobby", { limit: 0 })).head);
    } finally {
      for (const appender of appenders) await appender.kill();
    }
  },
);

faultTest(
  "while it is down, authors are told so, readers too, and both go on when it is back",
  async ({ server, log }) => {
    await appendTo(log, "lobby", by("before"));
    await server.stop();
    await assertRejects(() => log.append("lobby", by("lost")), StoreUnavailableError);
    await assertRejects(() => log.read("lobby", { limit: 9 }), StoreUnavailableError);
    await server.start();
    await appendUntilStored(log, "after");
    const { events } = await log.read("lobby", { limit: 9 });
    assertEquals(texts(events), "before after");
  },
);

testWith("postgres", {
  name: "postgres: an operator is told once that it does not answer, whichever call fails, and once that it does",
  async fn() {
    await using server = await Postgres.start();
    await using database = await server.database();
    let laterMs = 0;
    const clock: Clock = { ...systemClock, elapsed: () => systemClock.elapsed() + laterMs };
    const told: string[] = [];
    const report = (line: string) => void (line.startsWith("PostgreSQL") && told.push(line));
    const store = await openPostgresStore(database.url, { clock, report });
    const allow = (count: number) => server.sql(`ALTER DATABASE ${database.name} CONNECTION LIMIT ${count}`);
    const ask = () => store.people!.isErased("ada", "a mark");
    const begun = "PostgreSQL does not answer: what needs it is refused, and clients are told to try again";
    try {
      await server.stop();
      for (let n = 0; n < 2; n++) await assertRejects(ask, StoreUnavailableError);
      await assertRejects(() => store.roomChanges("lobby"), StoreUnavailableError);
      await server.start();
      await ask();
      await allow(0);
      await server.cut(database);
      await eventually(() => ask().then(() => false, (error) => `${error}`.includes("too many")), "a refusal");
      assertEquals(told, [begun]);
      await allow(-1);
      await ask();
      laterMs += INCIDENT_OVER_MS;
      for (let n = 0; n < 2; n++) await ask();
      assertEquals(told, [begun, "PostgreSQL answers again"]);
    } finally {
      await store.close();
    }
  },
});

faultTest("what is sent again because connections were cut is stored once", async ({ server, database, log }) => {
  const acknowledged = new Map<string, number>();
  let [isOver, cuts, rounds] = [false, 0, 0];
  const cutting = (async () => {
    while (!isOver) cuts += await server.cut(database);
  })();
  // A machine may be quick with rounds, and slow with the program that cuts.
  const deadline = performance.now() + PATIENCE_MS;
  for (; rounds < 40 || (cuts <= 5 && performance.now() < deadline); rounds++) {
    const sent = Array.from({ length: 10 }, (_, n) => `${rounds} ${n}`);
    await Promise.all(sent.map(async (text) => acknowledged.set(text, await appendUntilStored(log, text))));
  }
  isOver = true;
  await cutting;
  assert(cuts > 5, "connections were cut");
  await eventually(() => log.read("lobby", { limit: 0 }).then(() => true, () => false), "a reader's connection");
  await assertWhole(log, acknowledged);
  assertEquals(acknowledged.size, 10 * rounds);
});

faultTest(
  "while it hangs, authors are told so in time, and nothing of them is stored twice",
  async ({ server, log }) => {
    await appendTo(log, "lobby", by("before", "before"));
    await server.pause();
    const hung = assertRejects(() => log.append("lobby", by("hung", "hung")), StoreUnavailableError);
    await hung;
    await server.resume();
    const seq = await appendUntilStored(log, "hung");
    await assertWhole(log, new Map([["before", 1], ["hung", seq]]));
  },
);

faultTest("where nothing may be written, authors are told so, and readers go on", async ({ server, database, log }) => {
  await appendTo(log, "lobby", by("before", "before"));
  await server.sql(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  await server.cut(database);
  await eventually(() => log.read("lobby", { limit: 9 }).then(() => true, () => false), "a reader's new connection");
  await assertRejects(() => log.append("lobby", by("forbidden", "forbidden")), StoreUnavailableError);
  assertEquals(texts((await log.read("lobby", { limit: 9 })).events), "before");
  await server.sql(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
  await server.cut(database);
  await appendUntilStored(log, "after");
});

testWith("postgres", {
  name: "postgres: a server that starts while it is down waits for it, and one with a wrong password does not",
  async fn() {
    await using server = await Postgres.start();
    await using database = await server.database();
    await server.stop();
    const refused = Promise.withResolvers<void>();
    let waits = 0;
    const after: Clock["after"] = (ms, work) => {
      if (ms === PG_OPEN_AGAIN_MS) {
        waits++;
        refused.resolve();
      }
      return systemClock.after(ms, work);
    };
    // However long the machine takes to start it, it comes in time.
    const opening = openPostgresStore(database.url, { clock: { ...systemClock, elapsed: () => 0, after } });
    await Promise.race([refused.promise, opening]);
    await server.start();
    await (await opening).close();
    const url = new URL(database.url);
    url.password = "s3cret";
    waits = 0;
    const open = () => openPostgresStore(url.href, { clock: { ...systemClock, after } });
    const error = await assertRejects(open, StoreOpenError, "password authentication failed");
    assertEquals(waits, 0, "it is told at once");
    assert(!error.message.includes("s3cret"), error.message);
  },
});
