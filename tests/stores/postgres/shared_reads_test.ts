/** What follows in many rooms is read at once, and each is answered as if it had been read by itself. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import type { NewEvent } from "../../../chat/event/event.ts";
import type { MessageLog, Page } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import {
  PG_RUNS_AT_ONCE,
  PG_RUNS_EVENTS,
  WORK_WAITING,
  WORK_WAITING_MS,
} from "../../../chat/stores/postgres/bounds.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import type { Run } from "../../../chat/stores/postgres/read_runs.ts";
import { SharedReads } from "../../../chat/stores/postgres/shared_reads.ts";
import { assert, assertEquals, assertRejects } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by } from "../../lib/messages.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { eventually, inTime } from "../../lib/patience.ts";
import { postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { edit, react, remove } from "../changing.ts";
import { inShared, untilWaiting } from "./place.ts";

const server = await postgresOfFile();

/** Reads that are answered when the test says so, each by the name of its room. `batches` has what was read at once. */
function heldReads(
  readFirst: (rooms: string[]) => string[] | Promise<string[]> = (rooms) => rooms,
  clock: Clock = systemClock,
) {
  const batches: string[][] = [];
  let gate = Promise.withResolvers<void>();
  const reads = new SharedReads(async (runs: Run[]) => {
    const rooms = runs.map(({ room }) => room);
    batches.push(rooms);
    await gate.promise;
    return (await readFirst(rooms)).map((epoch) => ({ epoch }) as Page);
  }, clock);
  const read = (room: string) => reads.read({ room, after: 0, limit: 1 }).then(({ epoch }) => epoch);
  const turn = () => new Promise<void>((next) => clock.soon(next));
  const answer = () => {
    gate.resolve();
    gate = Promise.withResolvers<void>();
  };
  return { batches, read, turn, answer, open: () => gate.resolve() };
}

function postgresError(): Error {
  return Object.assign(new Error("division by zero"), { severity: "ERROR", code: "22012" });
}

Deno.test("postgres: reads that are asked for in one turn are one, and so are those that come while it is under way", async () => {
  const { batches, read, turn, answer, open } = heldReads();
  const first = [read("a"), read("b")];
  await turn();
  const second = [read("c"), read("a"), read("d")];
  await turn();
  assertEquals(batches, [["a", "b"]]);
  answer();
  assertEquals(await Promise.all(first), ["a", "b"]);
  assertEquals(batches, [["a", "b"], ["c", "a", "d"]]);
  open();
  assertEquals(await Promise.all(second), ["c", "a", "d"]);
});

Deno.test("postgres: so many rooms are read at once and no more, and those that a read leaves out are the next ones", async () => {
  const { batches, read, open } = heldReads((rooms) => rooms.slice(0, 100));
  open();
  const rooms = Array.from({ length: PG_RUNS_AT_ONCE + 1 }, (_, index) => `room-${index}`);
  assertEquals(await inTime(Promise.all(rooms.map(read)), "an answer for each"), rooms);
  assertEquals(batches.map(({ length }) => length), [PG_RUNS_AT_ONCE, PG_RUNS_AT_ONCE - 99, PG_RUNS_AT_ONCE - 199]);
});

Deno.test("postgres: where rooms have so much that few fit into a read, few are asked for, and as many as before once they do", async () => {
  let fit = 1;
  const { batches, read, open } = heldReads((rooms) => rooms.slice(0, fit));
  open();
  const askAll = () => Promise.all(Array.from({ length: PG_RUNS_AT_ONCE }, (_, index) => read(`room-${index}`)));
  await askAll();
  const asked = batches.reduce((sum, { length }) => sum + length, 0);
  assert(asked < 3 * PG_RUNS_AT_ONCE, `${asked} rooms were asked for`);
  fit = Infinity;
  await askAll();
  batches.length = 0;
  await askAll();
  assertEquals(batches.map(({ length }) => length), [PG_RUNS_AT_ONCE]);
});

Deno.test("postgres: if a database refuses a read of several rooms, each is read by itself", async () => {
  const { batches, read, open } = heldReads((rooms) => {
    if (rooms.includes("bad")) throw postgresError();
    return rooms;
  });
  open();
  const answers = await Promise.allSettled(["a", "bad", "b"].map(read));
  assertEquals(answers.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(batches, [["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
});

Deno.test("postgres: a room that is read for long by itself holds up nobody who comes later", async () => {
  const slow = Promise.withResolvers<void>();
  const { read, turn, batches, open } = heldReads(async (rooms) => {
    if (rooms.length > 1) throw postgresError();
    if (rooms.includes("slow")) await slow.promise;
    return rooms;
  });
  open();
  const held = ["slow", "behind it"].map(read);
  while (batches.length < 2) await turn();
  assertEquals(await inTime(read("later"), "the later read"), "later");
  slow.resolve();
  assertEquals(await Promise.all(held), ["slow", "behind it"]);
});

Deno.test("postgres: a read that has waited too long for its turn is given up", async () => {
  const clock = new FakeClock();
  const { batches, read, turn, answer, open } = heldReads(undefined, clock);
  const first = read("first");
  await turn();
  const waits = assertRejects(() => read("waits"), Error, "too long");
  clock.advance(WORK_WAITING_MS + 1);
  const later = read("later");
  answer();
  assertEquals(await first, "first");
  open();
  await waits;
  assertEquals(await later, "later");
  assertEquals(batches, [["first"], ["later"]]);
});

Deno.test("postgres: reads of a database that is out of reach fail together, and the next ones are tried", async () => {
  let isLost = true;
  const { batches, read, open } = heldReads((rooms) => {
    if (isLost) throw new Error("the connection is lost");
    return rooms;
  });
  open();
  const answers = await Promise.allSettled(["a", "b"].map(read));
  assertEquals(answers.map(({ status }) => status), ["rejected", "rejected"]);
  isLost = false;
  assertEquals(await read("a"), "a");
  assertEquals(batches, [["a", "b"], ["a"]]);
});

Deno.test("postgres: of reads only so many wait, and the rest fails", async () => {
  const { read, open } = heldReads();
  const waiting = Array.from({ length: WORK_WAITING }, () => read("a"));
  await assertRejects(() => read("one more"));
  open();
  await Promise.all(waiting);
});

testWith("postgres", {
  name: "postgres: rooms that are read at once have the pages that SQLite gives one by one",
  fn: () =>
    inShared(server!, async ({ one }) => {
      const other = await openStore("memory:");
      const add = async (room: string, ...events: NewEvent[]) => {
        for (const store of [one, other]) {
          await store.commit(events.map((event) => ({ room, event })), { ts: 1, day: 0 });
        }
      };
      const rooms = Array.from({ length: 9 }, (_, index) => `room-${index}`);
      for (const [index, room] of rooms.entries()) {
        await add(room, ...Array.from({ length: 3 * index + 2 }, (_, n) => by(`${room} ${n}`, `m${n}`)));
        if (index % 2 === 0) await add(room, edit(`better ${room}`, 0), react("bob"), { ...by("answer"), reply: 2 });
        if (index % 3 === 0) await add(room, remove(2), by("and more"), react("eve"), edit("best", 1));
      }
      for (const store of [one, other]) while (await store.trim(15, 0));
      const asked = [...rooms, "of nobody"].flatMap((room) =>
        [0, 1, 4, 9, 99].flatMap((after) => [1, 3, 100].map((limit) => [room, { after, limit }] as const))
      );
      const together = await Promise.all(asked.map(([room, range]) => one.read(room, range)));
      for (const [index, [room, range]] of asked.entries()) {
        const [page, wanted] = [together[index]!, await other.read(room, range)];
        assertEquals({ ...page, epoch: wanted.epoch }, wanted, `${room} ${JSON.stringify(range)}`);
      }
      const floors = await Promise.all(rooms.map(async (room) => (await one.read(room, { limit: 0 })).floor));
      assert(floors.some((floor) => floor > 4) && floors.includes(0));
      await other.close();
    }),
});

testWith("postgres", {
  name: "postgres: of rooms that have more than is read at once each has its whole page",
  fn: () =>
    inShared(server!, async ({ one }) => {
      const rooms = ["a", "b", "c"];
      const count = PG_RUNS_EVENTS / 2 + 100;
      const events = Array.from({ length: count }, (_, index) => by("hi", `${index}`));
      for (const room of rooms) await one.commit(events.map((event) => ({ room, event })), { ts: 1, day: 0 });
      const pages = await Promise.all(rooms.map((room) => one.read(room, { after: 0, limit: 2 * count })));
      assertEquals(pages.map(({ events }) => events.length), [count, count, count]);
      const page = await one.read("a", { after: 0, limit: count - 1 });
      assertEquals([page.events.length, page.passed, page.events.at(-1)!.seq], [count - 1, 0, count - 1]);
    }),
});

testWith("postgres", {
  name: "postgres: a room that cannot be read keeps nobody from reading others at the same time",
  fn: () =>
    inShared(server!, async ({ one, sql }) => {
      const rooms = ["a", "b", "c"];
      for (const room of rooms) await one.commit([{ room, event: by("hi") }], { ts: 1, day: 0 });
      await sql.script(`ALTER TABLE messages RENAME TO kept;
        CREATE VIEW messages AS SELECT room, seq, ts / (room <> 2)::integer AS ts, day, ordinal, author, name, nonce, reply, state, text, more FROM kept;
        GRANT SELECT ON messages TO PUBLIC`);
      const pages = await Promise.allSettled(rooms.map((room) => one.read(room, { after: 0, limit: 9 })));
      assertEquals(pages.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    }),
});

testWith("postgres", {
  name:
    "postgres: two processes are given everything of 300 rooms, once and in order, though connections are cut and one of the rooms is locked",
  fn: () =>
    inShared(server!, async ({ one, two, sql }) => {
      const rooms = Array.from({ length: 300 }, (_, index) => `room-${index}`);
      const logs = [openLog(one), openLog(two)] as const;
      const heard = await Promise.all(logs.map((log) =>
        Promise.all(rooms.map(async (room) => {
          const collector = new Collector();
          await log.subscribe(room, collector);
          return collector;
        }))
      ));
      const lock = () => sql.script("BEGIN; SELECT 1 FROM rooms WHERE name = 'room-7' FOR UPDATE");
      for (let round = 0; round < 3; round++) {
        await lock();
        const sent = rooms.flatMap((room) => logs.map((log, index) => store(log, room, `${round} ${index}`)));
        await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`;
        await sql.script("COMMIT");
        await Promise.all(sent);
      }
      // One of them waits for the lock meanwhile.
      await lock();
      const held = store(logs[0], "room-7", "held");
      await untilWaiting(sql, 1);
      await store(logs[1], "room-8", "goes on");
      await heard[0]![8]!.untilCount(7);
      await sql.script("COMMIT");
      await held;
      for (const [index, room] of rooms.entries()) {
        const count = index === 7 || index === 8 ? 7 : 6;
        await Promise.all(heard.map((collectors) => collectors[index]!.untilCount(count)));
        const [mine, theirs] = heard.map((collectors) => collectors[index]!.heard);
        assertEquals(mine, theirs, room);
        const events = heard[0]![index]!.events;
        assertEquals([events.map(({ seq }) => seq), mine!.length], [
          Array.from({ length: count }, (_, n) => n + 1),
          count,
        ]);
        assertEquals(new Set(events.map(({ nonce }) => nonce)).size, count);
      }
      for (const log of logs) await log.close();
    }),
});

/** Sends it until it is stored, as an author does. */
function store(log: MessageLog, room: string, text: string): Promise<boolean> {
  return eventually(() => log.append(room, by(text, text)).then(() => true, () => false), `${text} in ${room}`);
}
