/** Processes that share a Postgres database tell each other who is in the rooms. @module */

import { LEASE_MS, LEASES_AT_ONCE, SIGNALS_WAITING } from "../../../chat/log/bounds.ts";
import type { HeldLease, Holding, Lease } from "../../../chat/log/leases.ts";
import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import type { Signal } from "../../../chat/log/signals.ts";
import type { Store } from "../../../chat/log/store.ts";
import { PG_LEASES_SWEEP_MS } from "../../../chat/stores/postgres/bounds.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { postgresOfFile } from "../../lib/postgres.ts";
import { eventually } from "../../lib/patience.ts";
import { startServer } from "../../lib/server.ts";
import { testWith } from "../../lib/tools.ts";
import { inShared } from "./place.ts";

const server = await postgresOfFile();

function test(name: string, fn: () => Promise<void>): void {
  testWith("postgres", { name: `postgres: ${name}`, fn });
}

const ada: Lease = { room: "lobby", id: "ada", name: "Ada", atMs: 1_700_000_000_000 };

/** A clock by which leases are swept soon. */
const SWEEPING: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms === PG_LEASES_SWEEP_MS ? 50 : ms, run),
};

async function inRooms({ leases }: Store, ...rooms: string[]): Promise<HeldLease[]> {
  const found: HeldLease[] = [];
  await leases!.readRooms("reader", rooms, (part) => found.push(...part));
  return found;
}

async function changes({ leases }: Store): Promise<{ ids: string[]; held: ReadonlyMap<string, Holding> }> {
  const ids: string[] = [];
  const held = await leases!.readChanges("reader", (part) => ids.push(...part.map(({ id }) => id)));
  return { ids, held };
}

test("what one process holds the others read, with every character of it, until it is let go", () =>
  inShared(server!, async ({ one, two }) => {
    const odd = { ...ada, id: "\u0000\u0001\"'{},", name: 'Åda\u0000\\ "😀" NULL' };
    assertEquals(await one.leases!.renew("first", [ada, odd, { ...ada, room: "attic" }], true), 1);
    const held = (await inRooms(two, "lobby")).sort((a, b) => a.id < b.id ? 1 : -1);
    assertEquals(held, [{ ...ada, holder: "first" }, { ...odd, holder: "first" }]);
    await one.leases!.renew("first", [{ ...odd, leftMs: 5_000 }], false);
    const [gone] = (await inRooms(two, "lobby")).filter(({ id }) => id === odd.id);
    assert(gone!.leftMs! > 0 && gone!.leftMs! <= 5_000, `${gone!.leftMs}`);
    await one.leases!.renew("first", [odd], false);
    assertEquals((await inRooms(two, "lobby")).map(({ leftMs }) => leftMs), [undefined, undefined]);
    await one.leases!.readRooms("first", ["lobby"], (part) => assertEquals(part, [], "one's own is not told"));
  }));

test("an id is counted once in a room, whichever processes have it, and not once its grace is over", () =>
  inShared(server!, async ({ one, two }) => {
    await one.leases!.renew("first", [ada, { ...ada, id: "bob" }, { ...ada, id: "gone", leftMs: 0 }], true);
    await two.leases!.renew("second", [ada, { ...ada, room: "attic" }], true);
    assertEquals([...await one.leases!.count(["lobby", "attic", "empty"])].sort(), [["attic", 1], ["lobby", 2]]);
  }));

test("what a process does not renew in time is over, under that name for ever", () =>
  inShared(server!, async ({ one, two, database }) => {
    await one.leases!.renew("first", [ada], true);
    assertEquals(await one.leases!.renew("first", [], false), 2);
    const { leftMs, renewals } = (await changes(two)).held.get("first")!;
    assert(leftMs > 0 && leftMs <= LEASE_MS, `${leftMs}`);
    assertEquals(renewals, 2);
    await server!.sqlIn(database, "UPDATE switchboard.holders SET until = now() - interval '1 ms'");
    assertEquals(await inRooms(two, "lobby"), []);
    assertEquals((await changes(two)).held.size, 0);
    assertEquals(await one.leases!.renew("first", [ada], false), undefined);
    assertEquals(await inRooms(two, "lobby"), []);
    assertEquals(await one.leases!.renew("second", [ada], true), 1);
    assertEquals(await inRooms(two, "lobby"), [{ ...ada, holder: "second" }]);
  }));

test("only what has changed is read again, and nothing of it is missed", () =>
  inShared(server!, async ({ one, two, sql }) => {
    await changes(two);
    await one.leases!.renew("first", [ada, { ...ada, id: "bob" }], true);
    // However long this takes.
    await sql.script("UPDATE holders SET until = now() + interval '1 hour'");
    assertEquals((await changes(two)).ids, ["ada", "bob"]);
    await sql.script("UPDATE leases SET changed = changed - interval '1 minute'");
    assertEquals((await changes(two)).ids, []);
    // As one that was under way while the last look was taken.
    await sql.script("UPDATE leases SET changed = now() - interval '5 s' WHERE id = 'bob'");
    assertEquals((await changes(two)).ids, ["bob"]);
  }));

test("a crowd is read some at a time, everybody once", () =>
  inShared(server!, async ({ one, two }) => {
    const crowd = Array.from({ length: 2 * LEASES_AT_ONCE + 1 }, (_, index) => ({ ...ada, id: `p${index}` }));
    for (let from = 0; from < crowd.length; from += LEASES_AT_ONCE) {
      await one.leases!.renew("first", crowd.slice(from, from + LEASES_AT_ONCE), from === 0);
    }
    const parts: number[] = [];
    const ids = new Set<string>();
    await two.leases!.readRooms("reader", ["lobby"], (part) => {
      parts.push(part.length);
      for (const { id } of part) ids.add(id);
    });
    assertEquals([parts, ids.size], [[LEASES_AT_ONCE, LEASES_AT_ONCE, 1], crowd.length]);
  }));

test("what nobody needs to know any more is removed", () =>
  inShared(server!, async ({ one, database }) => {
    await one.leases!.renew("first", [ada], true);
    await one.leases!.renew("second", [ada, { ...ada, id: "bob", leftMs: 0 }], true);
    await server!.sqlIn(
      database,
      "UPDATE switchboard.holders SET until = now() - interval '1 hour' WHERE holder = 'first'",
    );
    await server!.sqlIn(
      database,
      "UPDATE switchboard.leases SET until = now() - interval '1 hour' WHERE until IS NOT NULL",
    );
    const kept = () => server!.sqlIn(database, "SELECT holder, id FROM switchboard.leases");
    await eventually(async () => await kept() === "second|ada", "the sweep");
  }, SWEEPING));

test("where the table has lost its rights the leases fail, and nothing else does", () =>
  inShared(server!, async ({ one, two, database }) => {
    const role = decodeURIComponent(new URL(database.url).username);
    const setRights = (sql: string) => server!.sqlIn(database, `${sql} "${role}"`);
    await setRights("REVOKE ALL ON switchboard.leases FROM");
    try {
      const { message } = await assertRejects(() => one.leases!.renew("first", [ada], true), StoreUnavailableError);
      assertStringIncludes(message, "permission denied");
      await assertRejects(() => changes(two), StoreUnavailableError);
      await one.commit([{ room: "lobby", event: { id: "ada", name: "Ada", text: "hello" } }], { ts: 1, day: 0 });
      assertEquals((await two.read("lobby", { limit: 1 })).head, 1);
    } finally {
      await setRights("GRANT ALL ON switchboard.leases TO");
    }
    assertEquals(await one.leases!.renew("second", [ada], true), 1);
  }));

test("a signal reaches the other processes, whatever is in it, and not its sender", () =>
  inShared(server!, async ({ one, two }) => {
    const heard: Record<"one" | "two", Signal[]> = { one: [], two: [] };
    one.signals!.hear((signal) => heard.one.push(signal));
    two.signals!.hear((signal) => heard.two.push(signal));
    const name = "ä".repeat(40);
    const sent = Array.from({ length: 200 }, (_, index): Signal => ({
      type: "lease",
      lease: { ...ada, id: `p${index}\u0000"\\`, name, holder: "first" },
      renewal: 1,
    }));
    one.signals!.send([{ type: "typing", room: "lobby", id: "ada" }]);
    one.signals!.send(sent);
    await eventually(() => heard.two.length === sent.length + 1, "the signals");
    assertEquals(heard.two.slice(1), sent);
    two.signals!.send([{ type: "typing", room: "lobby", id: "bob" }]);
    await eventually(() => heard.one.length > 0, "the answer");
    assertEquals(heard.one, [{ type: "typing", room: "lobby", id: "bob" }]);
    one.signals!.send(
      Array.from({ length: 2 * SIGNALS_WAITING }, (_, n) => ({ type: "typing", room: "r", id: `${n}` })),
    );
    one.signals!.send([{ type: "typing", room: "attic", id: "ada" }]);
    await eventually(() => heard.two.some((signal) => signal.type === "typing" && signal.room === "attic"), "the last");
    assertEquals(heard.two.length, 1 + sent.length + SIGNALS_WAITING + 1);
  }));

test("the longest name of a schema leaves room for the names of its channels", async () => {
  await using database = await server!.database();
  const url = `${database.url}?schema=${"a".repeat(48)}`;
  const [one, two] = [await openPostgresStore(url), await openPostgresStore(url)];
  const heard: Signal[] = [];
  two.signals!.hear((signal) => heard.push(signal));
  one.signals!.send([{ type: "typing", room: "lobby", id: "ada" }]);
  await eventually(() => heard.length > 0, "the signal");
  await one.close();
  await two.close();
});

test("people on two servers of one database see one list of people, and who types, over a crash of the database", () =>
  inShared(server!, async ({ one, two }) => {
    await using first = startServer({ log: openLog(one), limitRate: false });
    await using second = startServer({ log: openLog(two), limitRate: false });
    await using watcher = await ChatClient.open(first, "w", "lobby");
    await using other = await ChatClient.open(second, "o", "lobby");
    const untilBothSee = (...wanted: string[]) =>
      eventually(async () => {
        const lists = await Promise.all([watcher, other].map((client) => client.join("lobby")));
        return lists.every(({ members }) => members!.map(({ id }) => id).sort().join() === wanted.join());
      }, `that both see ${wanted}`);
    await untilBothSee("o", "w");
    await other.ask({ type: "rename", name: "Otto" }, "ok");
    await watcher.push("presence", ({ joins }) => joins.some(({ name }) => name === "Otto"));
    other.command({ type: "typing", room: "lobby" });
    await watcher.push("typing", ({ id }) => id === "o");
    await server!.kill();
    await server!.start();
    await using late = await ChatClient.open(second, "late");
    const untilDone = (ask: () => Promise<unknown>) =>
      eventually(() => ask().then(() => true, () => false), "the database");
    await untilDone(() => late.join("attic"));
    await untilDone(() => late.publish("attic", "one", "one"));
    await eventually(async () => {
      const { rooms } = await watcher.ask({ type: "rooms" }, "rooms");
      return rooms.map(({ room, members }) => `${room} ${members}`).join() === "attic 1";
    }, "how many are in a room that is open elsewhere");
    await untilDone(() => late.join("lobby"));
    await untilBothSee("late", "o", "w");
    await late.close();
    await watcher.push("presence", ({ leaves }) => leaves.includes("late"));
    await untilBothSee("o", "w");
  }));
