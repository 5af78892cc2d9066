/** What each thing costs by itself that processes of one PostgreSQL do again and again. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { PAGE_MESSAGES } from "../../../chat/limits.ts";
import { LEASES_AT_ONCE } from "../../../chat/log/bounds.ts";
import type { Lease } from "../../../chat/log/leases.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import { PG_LOOK_MS } from "../../../chat/stores/postgres/bounds.ts";
import { PostgresConnection } from "../../../chat/stores/postgres/connection.ts";
import { connect } from "../../../chat/stores/postgres/library.ts";
import { Notices } from "../../../chat/stores/postgres/notices.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { ConnectionManager } from "../../../connection_manager.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { by } from "../../lib/messages.ts";
import { Waiters } from "../../lib/patience.ts";
import type { Database, Postgres } from "../../lib/postgres.ts";
import { Member } from "./chat_process.ts";
import { CpuMeter, type CpuTime } from "./cpu.ts";

const NOTICES = 500;
const RENEWALS = 500;
const LOOKS = 100;
const LEASES = 20 * LEASES_AT_ONCE;
const COMMITS = 300;
const GROUP = 100;
const SOCKETS = 5_000;

/** For one of each: microseconds. */
export type Costs = [what: string, time: CpuTime][];

export async function measureCosts(server: Postgres, listeners: number, rooms: number): Promise<Costs> {
  await using database = await server.database();
  const { url } = database;
  const store = await openPostgresStore(url);
  try {
    return [
      ["a notice, one process listens", await noticeTo(server, database, 1)],
      [`a notice, ${listeners} listen, all of them`, await noticeTo(server, database, listeners)],
      ...await leaseCosts(server, store, listeners),
      ["a message, alone in its commit", await commitOf(server, store, 1)],
      [`a message, ${GROUP} in a commit`, await commitOf(server, store, GROUP)],
      ["a read of one new message, after a hint", await readOf(server, store)],
      ["a look at the heads of 10 open rooms", await lookAt(server, url, 10)],
      [`a look at the heads of ${rooms} open rooms`, await lookAt(server, url, rooms)],
    ];
  } finally {
    await store.close();
  }
}

/** What a lease takes in the tables, indexes included: bytes. */
export async function leaseBytes(server: Postgres): Promise<number> {
  await using database = await server.database();
  const store = await openPostgresStore(database.url);
  await hold(store, "alone");
  await store.close();
  const all = await server.sqlIn(database, "SELECT pg_total_relation_size('switchboard.leases')");
  return Number(all) / LEASES;
}

/** JavaScript's heap for a connection, and for a room that is open besides: bytes. The sockets are not real. */
export async function heapBytes(): Promise<{ connection: number; room: number }> {
  const inOne = await heapOf(() => "room");
  const apart = await heapOf((index) => `room-${index}`);
  return { connection: inOne, room: apart - inOne };
}

/** Tells listeners one notice after the other; each is told of the next once the last of them has heard. */
async function noticeTo(server: Postgres, { url }: Database, listeners: number): Promise<CpuTime> {
  const waiters = new Waiters();
  let [heard, told, asked] = [0, 0, 0];
  const waiting = () => told < asked ? [["room-1234567", ++told]] : [];
  const take = () => {
    if (++heard % listeners === 0) waiters.wake();
  };
  const all = await Promise.all(Array.from({ length: listeners + 1 }, async () => {
    const connection = new PostgresConnection(connect, addressOf(url), systemClock);
    const notices = new Notices<unknown>(connection, "costs", waiting, take);
    connection.listenTo([notices], () => {});
    await connection.listen();
    return { connection, notices };
  }));
  const time = await eachOf(server, NOTICES, async () => {
    asked++;
    // While the answer to the one before is on its way, its sender takes no other.
    while (told < asked) {
      all[0]!.notices.tell();
      await new Promise((next) => setTimeout(next));
    }
    await waiters.until(() => heard === asked * listeners, () => "the notice");
  });
  await Promise.all(all.map(({ notices }) => notices.close()));
  await Promise.all(all.map(({ connection }) => connection.close()));
  return time;
}

async function leaseCosts(server: Postgres, store: Store, processes: number): Promise<Costs> {
  const leases = store.leases!;
  for (let index = 0; index < processes; index++) await leases.renew(`process ${index}`, [], true);
  const renewal = await eachOf(server, RENEWALS, () => leases.renew("process 0", [], false));
  let meter = new CpuMeter(server);
  await hold(store, "other");
  const stored = each(meter.read(), LEASES);
  await leases.readChanges("process 0", () => {});
  meter = new CpuMeter(server);
  await leases.readChanges("process 0", () => {});
  const changed = each(meter.read(), LEASES);
  // They are old by then, as those of people who came a while ago.
  await new Promise((later) => setTimeout(later, 9_000));
  for (let index = 0; index < processes; index++) await leases.renew(`later ${index}`, [], true);
  await leases.readChanges("process 0", () => {});
  const look = await eachOf(server, LOOKS, () => leases.readChanges("process 0", () => {}));
  return [
    ["a renewal, of however many members", renewal],
    [`a look at the others, ${processes} of them, nothing changed`, look],
    [`a change of a lease, written ${LEASES_AT_ONCE} at once`, stored],
    ["a change of a lease, read by one other process", changed],
  ];
}

async function hold({ leases }: Store, holder: string): Promise<void> {
  for (let from = 0; from < LEASES; from += LEASES_AT_ONCE) {
    const some = Array.from({ length: LEASES_AT_ONCE }, (_, index): Lease => {
      const id = `k-${`${from + index}`.padStart(32, "0")}`;
      return { room: `room-${index}`, id, name: "Ada Lovelace", atMs: 1_700_000_000_000 };
    });
    await leases!.renew(holder, some, from === 0);
  }
}

async function commitOf(server: Postgres, store: Store, group: number): Promise<CpuTime> {
  const entries = Array.from({ length: group }, (_, index) => ({ room: `room-${index % 10}`, event: by("a text") }));
  const commits = group === 1 ? COMMITS : COMMITS / 10;
  return each(await eachOf(server, commits, () => store.commit(entries, { ts: 1, day: 0 })), group);
}

async function readOf(server: Postgres, store: Store): Promise<CpuTime> {
  const { head } = await store.read("room-0", { limit: 0 });
  return await eachOf(server, COMMITS, () => store.read("room-0", { after: head - 1, limit: PAGE_MESSAGES }));
}

async function lookAt(server: Postgres, url: string, rooms: number): Promise<CpuTime> {
  const waiters = new Waiters();
  let looks = -1;
  const after = (ms: number, run: () => void) => {
    if (ms !== PG_LOOK_MS) return systemClock.after(ms, run);
    looks++;
    waiters.wake();
    return systemClock.after(0, run);
  };
  const clock: Clock = { ...systemClock, after };
  const store = await openPostgresStore(url, { clock });
  for (let index = 0; index < rooms; index++) store.follow!(`room-${index}`);
  await waiters.until(() => looks > 1, () => "the first looks");
  const [before, meter] = [looks, new CpuMeter(server)];
  await waiters.until(() => looks >= before + LOOKS, () => "looks");
  const time = each(meter.read(), looks - before);
  await store.close();
  return time;
}

async function heapOf(roomOf: (index: number) => string): Promise<number> {
  const waiters = new Waiters();
  const manager = new ConnectionManager({ log: openLog(new MemoryStore()), limitRate: false });
  const before = heapNow();
  const members: Member[] = [];
  for (let index = 0; index < SOCKETS; index++) {
    const member = new Member(`${index}`, roomOf(index), waiters);
    members.push(member);
    manager.connect(member, { id: member.id, dialect: "chat.v1", address: "nowhere" }, "");
    member.receive(JSON.stringify({ type: "hello", ref: "1" }));
    member.join();
    await waiters.until(() => member.memberCount > 0, () => "the room");
  }
  const bytes = (heapNow() - before) / SOCKETS;
  const drained = manager.drain();
  for (const member of members) member.close(1000, "");
  await drained;
  return bytes;
}

function heapNow(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Cannot measure the heap: start it with --v8-flags=--expose-gc");
  gc();
  return Deno.memoryUsage().heapUsed;
}

/** One after the other, once those before them have warmed everything up. */
async function eachOf(server: Postgres, count: number, once: () => Promise<unknown>): Promise<CpuTime> {
  for (let index = 0; index < count / 5; index++) await once();
  const meter = new CpuMeter(server);
  for (let index = 0; index < count; index++) await once();
  return each(meter.read(), count);
}

function each({ own, postgres }: CpuTime, count: number): CpuTime {
  return { own: own / count, postgres: postgres / count };
}
