/** Several processes that change the same messages in one Postgres at once: each decides by what is so when it is stored. @module */

import type { Store } from "../../../chat/log/store.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by, textsOf } from "../../lib/messages.ts";
import { type Database, postgresOfFile } from "../../lib/postgres.ts";
import { Random } from "../../lib/random.ts";
import { testWith } from "../../lib/tools.ts";
import { append, assertRight, commit, edit, messageAt, react } from "../changing.ts";
import { RACES } from "../races.ts";
import { inShared, type Shared, untilOthersLeft, untilWaiting } from "./place.ts";

const server = await postgresOfFile();

function test(name: string, work: (shared: Shared) => Promise<void>): void {
  testWith("postgres", { name: `postgres: ${name}`, fn: () => inShared(server!, work) });
}

function assertAllRight(store: Store, database: Database): Promise<void> {
  return assertRight(
    store,
    async (seq) =>
      Number(await server!.sqlIn(database, `SELECT count(*) FROM switchboard.reactions WHERE target = ${seq}`)),
  );
}

for (const [name, earlier, mine, theirs, wanted] of RACES) {
  test(`one that ${name} meanwhile decides by that`, async ({ one, two, database, sql }) => {
    for (const event of [by("first", "first"), ...earlier]) await append(one, event);
    // Both wait for the room, in this order.
    await sql.script("BEGIN; SELECT 1 FROM rooms FOR UPDATE");
    const their = append(two, theirs);
    await untilWaiting(sql, 1);
    const my = append(one, mine);
    await untilWaiting(sql, 2);
    await sql.script("COMMIT");
    assertEquals([typeof await their, await my], ["number", wanted]);
    await assertAllRight(one, database);
  });
}

test("of two that begin the same rooms at once neither fails, and no number is given twice", async ({ one, two, sql }) => {
  const rooms = Array.from({ length: 40 }, (_, index) => `room-${index}`);
  const begin = (store: Store, names: string[]) =>
    store.commit(names.map((room) => ({ room, event: by("hi") })), { ts: 1, day: 0 });
  for (const part of [rooms.slice(0, 20), rooms]) {
    // Both have looked which rooms there are before either makes one.
    await sql.script("BEGIN; LOCK TABLE rooms IN SHARE MODE");
    const both = Promise.all([begin(one, part), begin(two, part.toReversed())]);
    await untilWaiting(sql, 2);
    await sql.script("COMMIT");
    await both;
  }
  for (const [index, room] of rooms.entries()) {
    const { head, events } = await one.read(room, { after: 0, limit: 9 });
    assertEquals([head, events.map(({ seq }) => seq)], index < 20 ? [4, [1, 2, 3, 4]] : [2, [1, 2]]);
  }
});

test("a page whose message is changed while it is read is of one instant", async ({ one, sql }) => {
  await commit(one, by("first", "first"), react("bob"));
  // The page has read where the room ends, and waits for the messages.
  await sql.script("BEGIN; LOCK TABLE messages");
  const page = one.read("lobby", { limit: 9 });
  await untilWaiting(sql, 1);
  await sql.script(
    'UPDATE rooms SET head = 3; UPDATE messages SET state = \'{"rev":3,"deleted":true}\', text = NULL; COMMIT',
  );
  const { head, events } = await page;
  assertEquals([head, textsOf(events)], [2, ["first"]]);
  assertEquals((await messageAt(one, 1)).deleted, true);
});

test("a message is trimmed by what its room is when nobody else writes in it", async ({ one, two, sql, database }) => {
  await commit(one, ...Array.from({ length: 9 }, (_, index) => by(`m${index}`, `${index}`)), react("bob"));
  await sql.script("BEGIN; SELECT 1 FROM rooms FOR UPDATE");
  const answer = append(two, { ...by("answer", "n"), reply: 2 });
  await untilWaiting(sql, 1);
  // The room is left out of this sweep.
  while (await one.trim(3, 0));
  assertEquals((await one.read("lobby", { limit: 0 })).first, 1);
  await sql.script("COMMIT");
  assertEquals(await answer, 11);
  while (await one.trim(3, 0));
  const { events, first } = await two.read("lobby", { limit: 9 });
  assertEquals([first, textsOf(events)], [8, ["m7", "m8", "answer"]]);
  assertEquals(await server!.sqlIn(database, "SELECT count(*) FROM switchboard.reactions"), "0");
  assertEquals(await append(one, by("m0", "0")), 12);
});

test("of edits that two processes make at once exactly one wins, and the others are conflicts", async ({ one, two, database }) => {
  await append(one, by("first", "first"));
  for (let version = 0; version < 10; version++) {
    const edits = [one, two].flatMap((store, index) => {
      const both = [0, 1].map((n) => ({ room: "lobby", event: edit(`${version}-${index}-${n}`, version) }));
      return store.commit(both, { ts: Date.now(), day: 0 });
    });
    const answers = (await Promise.all(edits)).flat();
    assertEquals(answers.filter((answer) => "refused" in answer && answer.refused === "conflict").length, 3);
    assertEquals((await messageAt(two, 1)).version, version + 1);
  }
  await assertAllRight(one, database);
});

test("reactions of two processes are counted right, whoever takes them back", async ({ one, two, database }) => {
  await Promise.all([append(one, by("first")), append(two, by("second"))]);
  const random = new Random("reactions");
  const ids = Array.from({ length: 10 }, (_, index) => `id-${index}`);
  for (let round = 0; round < 15; round++) {
    await Promise.all([one, two].map((store) => {
      const events = ids.map((id) => react(id, random.chance(0.6), random.pick(["👍", "🎉"]), random.int(1, 2)));
      return commit(store, ...events);
    }));
  }
  await assertAllRight(two, database);
  assert((await messageAt(one, 1)).reactions !== undefined);
});

test("processes that change the same room lose nothing that was acknowledged, though they are killed", async ({ one, database, sql }) => {
  await commit(one, by("one"), by("two"), by("three"));
  const script = new URL("../changer.ts", import.meta.url);
  // Of a user of their own, by whom their sessions are known.
  const url = server!.adminUrl(database.name);
  const start = (author: string) => new AppenderProcess(url, "lobby", author, undefined, script);
  const changers = [start("k-ada"), start("k-bob")];
  await Promise.all(changers.map((changer) => changer.untilAcknowledged(100)));
  await changers[0]!.kill();
  changers.push(start("k-eve"));
  await Promise.all(changers.slice(1).map((changer) => changer.untilAcknowledged(50)));
  for (const changer of changers) await changer.kill();
  // The server may still be at what they have sent.
  await untilOthersLeft(sql);
  const { events, head } = await one.read("lobby", { after: 0, limit: 1_000_000 });
  assertEquals(events.map(({ seq }) => seq), Array.from({ length: head }, (_, index) => index + 1));
  for (const { acknowledged } of changers) {
    for (const [nonce, seq] of acknowledged) assertEquals(events[seq - 1]?.nonce, nonce);
  }
  await assertAllRight(one, database);
});
