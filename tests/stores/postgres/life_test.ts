/** The epoch of a Postgres store: it stays while nothing can have been lost, and otherwise there is another one. @module */

import { openLog } from "../../../chat/log/open_log.ts";
import { type Store, StoreOpenError } from "../../../chat/log/store.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals, assertNotEquals, assertRejects } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { ForgetfulProxy } from "../../lib/forgetful_proxy.ts";
import { by } from "../../lib/messages.ts";
import { type Database, postgresOfFile } from "../../lib/postgres.ts";
import { eventually } from "../../lib/patience.ts";
import { testWith } from "../../lib/tools.ts";
import { append, commit } from "../changing.ts";
import { blind, hasty, inShared, through, untilHeard, untilSessions, untilWaiting } from "./place.ts";

const server = await postgresOfFile();

function test(name: string, fn: () => Promise<void>): void {
  testWith("postgres", { name: `postgres: ${name}`, fn });
}

async function epochOf({ url }: Database): Promise<string> {
  const store = await openPostgresStore(url);
  const { epoch } = await store.read("lobby", { limit: 0 });
  await store.close();
  return epoch;
}

test("an epoch goes on when the server is started again, for processes that served it and for new ones", () =>
  inShared(server!, async ({ one, database }) => {
    const { epoch } = await one.read("lobby", { limit: 0 });
    await append(one, by("one"));
    await server!.restart();
    assertEquals((await one.read("lobby", { limit: 9 })).epoch, epoch);
    assertEquals(await append(one, by("two")), 2);
    await server!.kill();
    await server!.start();
    assertEquals(await epochOf(database), epoch);
    const { events, ...state } = await one.read("lobby", { after: 0, limit: 9 });
    assertEquals([state.epoch, events.length], [epoch, 2]);
  }));

test("a row that was copied begins another epoch, and so does one of another server", async () => {
  await using database = await server!.database();
  const before = await epochOf(database);
  const copy =
    "CREATE TEMP TABLE copy AS SELECT * FROM switchboard.life; TRUNCATE switchboard.life; INSERT INTO switchboard.life SELECT * FROM copy";
  await server!.sqlIn(database, copy);
  const told: string[] = [];
  const store = await openPostgresStore(database.url, { clock: blind, report: (message) => told.push(message) });
  const { epoch: restored } = await store.read("lobby", { limit: 0 });
  await store.close();
  assertNotEquals(restored, before);
  assert(told.length === 1 && /a new epoch begins/.test(told[0]!) && !/p@ss|p%40ss/.test(told[0]!), told[0]);
  assertEquals(await epochOf(database), restored);
  await server!.sqlIn(
    database,
    `UPDATE switchboard.life SET system = replace(system, '00000001', '00000002'),
      written = (pg_current_xact_id()::text::numeric % 4294967296)::bigint`,
  );
  assertNotEquals(await epochOf(database), restored);
});

async function assertAnother(store: Store, before: string, database: Database): Promise<void> {
  let epoch = before;
  await eventually(
    () => store.read("lobby", { limit: 0 }).then((page) => (epoch = page.epoch) !== before, () => false),
    "another epoch",
  );
  assertEquals(await epochOf(database), epoch);
}

test("a copy of the database that takes its place begins another epoch, though nobody is in a room", async () => {
  await using database = await server!.database();
  await epochOf(database);
  await server!.sql(`CREATE DATABASE copy TEMPLATE ${database.name}`);
  const store = await openPostgresStore(database.url, { clock: blind });
  try {
    await append(store, by("a"));
    const { epoch } = await store.read("lobby", { limit: 0 });
    await server!.sql(
      `DROP DATABASE ${database.name} WITH (FORCE)`,
      `ALTER DATABASE copy RENAME TO ${database.name}`,
    );
    await assertAnother(store, epoch, database);
  } finally {
    await store.close();
  }
});

test("files of the server that are put back under a process begin another epoch, though nobody is in a room", async () => {
  await using database = await server!.database();
  await epochOf(database);
  await server!.stop();
  const { success } = await new Deno.Command("cp", { args: ["-a", "data", "copy"], cwd: server!.folder }).output();
  assert(success);
  await server!.start();
  const store = await openPostgresStore(database.url, { clock: blind });
  try {
    await append(store, by("a"));
    const { epoch } = await store.read("lobby", { limit: 0 });
    await server!.stop();
    await Deno.remove(`${server!.folder}/data`, { recursive: true });
    await Deno.rename(`${server!.folder}/copy`, `${server!.folder}/data`);
    await server!.start();
    await assertAnother(store, epoch, database);
  } finally {
    await store.close();
  }
});

test("a store of an earlier format keeps its epoch when it is upgraded, unless it was restored", async () => {
  await using database = await server!.database();
  const before = await epochOf(database);
  const asBefore = (written: string) =>
    server!.sqlIn(
      database,
      `UPDATE switchboard.life SET system = split_part(system, ' ', 1) || ' ' || split_part(system, ' ', 2), written = ${written};
      UPDATE switchboard.meta SET format = 2`,
    );
  await asBefore("(pg_current_xact_id()::text::numeric % 4294967296)::bigint");
  assertEquals(await epochOf(database), before);
  await asBefore("1");
  assertNotEquals(await epochOf(database), before);
});

test("a process that serves rooms while they are restored begins another epoch, though nobody is in them", () =>
  inShared(server!, async ({ one, two, sql }) => {
    await commit(one, by("a"), by("b"));
    const { epoch } = await one.read("lobby", { limit: 0 });
    await sql.script(
      `BEGIN; CREATE TEMP TABLE copy AS SELECT * FROM life; TRUNCATE life; INSERT INTO life SELECT * FROM copy;
      DELETE FROM messages WHERE seq > 1; UPDATE rooms SET head = 1, message_count = 1; COMMIT`,
    );
    const [result] = await commit(one, by("c"));
    assert(result !== undefined && "seq" in result);
    assertEquals(result.seq, 2);
    assertNotEquals(result.epoch, epoch);
    assertEquals((await two.read("lobby", { limit: 0 })).epoch, result.epoch);
  }));

test("what a commit stores while another database's dump is put back is known again when it is sent again", () =>
  inShared(server!, async ({ one, sql }) => {
    await append(one, by("a"));
    const { epoch } = await one.read("lobby", { limit: 0 });
    // The other database has another key for the fingerprints of nonces.
    await sql.script(
      `BEGIN; CREATE TEMP TABLE copy AS SELECT * FROM life; TRUNCATE life; INSERT INTO life SELECT * FROM copy;
      UPDATE meta SET fingerprint_key = sha256('another'); COMMIT; BEGIN; SELECT 1 FROM rooms FOR UPDATE`,
    );
    // The commit has taken the key of before, and waits for the room as this process learns of the other key.
    const result = append(one, by("b", "nonce"));
    await untilWaiting(sql, 1);
    assertNotEquals((await one.read("lobby", { limit: 0 })).epoch, epoch);
    await sql.script("COMMIT");
    assertEquals([await result, await append(one, by("b", "nonce"))], [2, "already 2"]);
  }, blind));

test("a crash of a server that waits for no disk begins another epoch, and its restart does not", async () => {
  await using database = await server!.database();
  await server!.sql(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
  const before = await epochOf(database);
  await server!.restart();
  const store = await openPostgresStore(database.url);
  try {
    assertEquals((await store.read("lobby", { limit: 0 })).epoch, before);
    // If one of its processes dies it ends them all, and goes on by itself: it was not started anew.
    const pid = Number(
      await server!.sql(`SELECT min(pid) FROM pg_stat_activity WHERE datname = '${database.name}'`),
    );
    // Zero would be all processes of the tests.
    assert(pid > 1, `${pid}`);
    Deno.kill(pid, "SIGKILL");
    await eventually(
      () => store.read("lobby", { limit: 0 }).then(({ epoch }) => epoch !== before, () => false),
      "an epoch",
    );
  } finally {
    await store.close();
  }
  await server!.sql("SELECT 1");
});

test("a process whose tables a newer version has changed stores nothing more in them", () =>
  inShared(server!, async ({ one, sql }) => {
    await append(one, by("a"));
    await sql.script("UPDATE meta SET format = format + 1");
    const error = await assertRejects(() => append(one, by("b")));
    assert(/newer version/.test(error.message), error.message);
    await sql.script("UPDATE meta SET format = format - 1");
    assertEquals(await append(one, by("b")), 2);
  }));

const LOSE =
  `DELETE FROM messages WHERE seq > 2; DELETE FROM changes WHERE seq > 2; UPDATE rooms SET head = 2, message_count = 2`;

test("where a room ends before an event that was shown another epoch begins, and members are told", () =>
  inShared(server!, async ({ one, two, sql }) => {
    const [log, other] = [openLog(one), openLog(two)];
    const heard = [new Collector(), new Collector()];
    await log.subscribe("lobby", heard[0]!);
    await other.subscribe("lobby", heard[1]!);
    for (const text of ["a", "b", "c", "d"]) await appendTo(log, "lobby", by(text));
    for (const collector of heard) await collector.untilCount(4);
    const { epoch } = heard[0]!.began!;
    await sql.script(LOSE);
    for (const collector of heard) await collector.until(({ resets }) => resets.length > 0);
    assertNotEquals(heard[0]!.resets[0]!.epoch, epoch);
    assertEquals(heard.map(({ resets }) => resets.map(({ epoch, head }) => [epoch, head])), [
      [[heard[0]!.resets[0]!.epoch, 2]],
      [[heard[0]!.resets[0]!.epoch, 2]],
    ]);
    await log.close();
    await other.close();
  }, hasty(20)));

test("nobody writes in such a room before the epoch is another one", () =>
  inShared(server!, async ({ one, sql }) => {
    one.follow!("lobby");
    await commit(one, by("a"), by("b"), by("c"));
    const { epoch } = await one.read("lobby", { limit: 0 });
    await sql.script(LOSE);
    const [result] = await commit(one, by("d"));
    assert(result !== undefined && "seq" in result);
    assertEquals(result.seq, 3);
    assertNotEquals(result.epoch, epoch);
  }));

test("an epoch goes on for a process that learns what its commit was answered after it has heard of later ones", () =>
  inShared(server!, async ({ two, database, sql }) => {
    await using proxy = new ForgetfulProxy(server!.port);
    const store = await openPostgresStore(through(proxy, database), { clock: blind });
    try {
      store.watch!(() => {});
      store.follow!("lobby");
      await append(store, by("a"));
      await untilHeard(store, two);
      const { epoch } = await store.read("lobby", { limit: 0 });
      // As of a process that was stopped: Postgres has answered, and ends the transaction that does not go on.
      await sql.script("BEGIN; SELECT 1 FROM rooms FOR UPDATE");
      const late = append(store, by("b")).catch((error) => error);
      await untilWaiting(sql, 1);
      const [session] = await sql<{ pid: number; port: number }>`SELECT pid, client_port AS port
        FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      const letThrough = proxy.hold(session!.port);
      await sql.script("COMMIT");
      await untilSessions(sql, `pid = ${session!.pid} AND state = 'idle in transaction'`, "= 1");
      await sql.script(`SELECT pg_terminate_backend(${session!.pid})`);
      await untilSessions(sql, `pid = ${session!.pid}`, "= 0");
      assertEquals(await append(two, by("c")), 2);
      await untilHeard(store, two);
      letThrough();
      assert(await late instanceof Error);
      assertEquals((await store.read("lobby", { limit: 0 })).epoch, epoch);
      assertEquals(await append(store, by("d")), 3);
    } finally {
      await store.close();
    }
  }, blind));

test("an upgrade of the tables is told once, as what is no trouble", async () => {
  await using database = await server!.database();
  await epochOf(database);
  // The last step can be done again.
  await server!.sqlIn(database, "UPDATE switchboard.meta SET format = format - 1");
  const told: string[] = [];
  for (let again = 0; again < 2; again++) {
    await (await openPostgresStore(database.url, { tell: (message) => told.push(message) })).close();
  }
  assertEquals(told.length, 1);
  assert(/from format 2 into format 3: earlier versions cannot open it any more$/.test(told[0]!), told[0]);
  assert(!told[0]!.includes("p%40ss") && !told[0]!.includes("p@ss"));
});

test("tables of a newer version are refused, and so is a database whose texts are not Unicode", async () => {
  await using database = await server!.database();
  await epochOf(database);
  await server!.sqlIn(database, "UPDATE switchboard.meta SET format = format + 1");
  const newer = await assertRejects(() => openPostgresStore(database.url), StoreOpenError);
  assert(
    /newer version \(format 4, known up to 3\): start that version, or restore the backup/.test(newer.message),
    newer.message,
  );
  assert(!newer.message.includes("p%40ss") && !newer.message.includes("p@ss"));
  await server!.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
  const latin = await assertRejects(() => openPostgresStore(server!.adminUrl("latin")), StoreOpenError);
  assert(latin.message.includes("LATIN1"), latin.message);
});

test("several that open a new database at once make its tables once, with as few rights as are needed", async () => {
  await using database = await server!.database();
  const stores = await Promise.all(Array.from({ length: 5 }, () => openPostgresStore(database.url)));
  const epochs = await Promise.all(stores.map((store) => store.read("lobby", { limit: 0 })));
  assertEquals(new Set(epochs.map(({ epoch }) => epoch)).size, 1);
  await Promise.all(stores.map((store) => store.close()));
  // Once the schema is there, the right to make one is not needed any more.
  await server!.sql(`REVOKE CREATE ON DATABASE ${database.name} FROM chat`);
  assertEquals(await epochOf(database), epochs[0]!.epoch);
});

test("two schemas of one database are two stores", async () => {
  await using database = await server!.database();
  const open = (schema: string) => openPostgresStore(`${database.url}?schema=${schema}`);
  const [one, two, besideTwo] = [await open("one"), await open("two"), await open("two")];
  try {
    const heard: (string | undefined)[] = [];
    two.watch!((room) => heard.push(room));
    two.follow!("lobby");
    await append(one, by("one"));
    assertEquals((await two.read("lobby", { limit: 9 })).head, 0);
    await append(two, by("two"));
    // Which has told the others by then.
    await one.close();
    await untilHeard(two, besideTwo);
    assertEquals(heard, []);
    for (const schema of ["UPPER", "a b", 'x"; DROP', ""]) {
      await assertRejects(
        () => open(encodeURIComponent(schema)),
        StoreOpenError,
      );
    }
  } finally {
    for (const store of [one, two, besideTwo]) await store.close();
  }
});

test("what a server promises is what its settings say", async () => {
  await using database = await server!.database();
  const promised = async () => {
    const store = await openPostgresStore(database.url);
    await store.close();
    return store.durability;
  };
  // As all servers of the tests that do not say otherwise.
  assertEquals(await promised(), "os");
  await server!.sql("ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()");
  await eventually(async () => await promised() === "fsync", "fsync");
  await server!.sql("ALTER ROLE chat SET synchronous_commit = off");
  assertEquals(await promised(), "memory");
  await server!.sql("ALTER ROLE chat RESET ALL", "ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()");
});
