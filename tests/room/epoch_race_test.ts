/** A store that begins a new life while somebody's question to it is still on its way. @module */

import { Turns } from "../../chat/base/turns.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { Rooms } from "../../chat/room/rooms.ts";
import { HeldLog } from "../lib/held_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { stateAt } from "../lib/messages.ts";
import { membershipOf, Reader } from "../lib/reader.ts";
import type { StoredMessage } from "../../chat/event/event.ts";
import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import { OUTBOX_SWEEP_MS } from "../../chat/limits.ts";
import { assertEquals, assertRejects, assertThrows } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

function messages(from: number, to: number): StoredMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    return { seq: from + index, id: "ada", name: "Ada", text: `${from + index}`, ts: 1 };
  });
}

Deno.test("a member let in by an answer of the old life is told of the new one", async () => {
  const log = new HeldLog(stateAt("old", 5));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  const joined = client.join("lobby");
  const question = await log.next();
  log.tail.reset(stateAt("new", 2));
  question.answer({ ...stateAt("old", 5), events: messages(1, 5), passed: 0 });
  assertEquals((await joined).epoch, "old");
  (await log.next()).answer({ ...stateAt("new", 2), events: [], passed: 0 });
  const { type: _, ...reset } = await client.line(({ type }) => type === "reset");
  assertEquals(reset, { room: "lobby", epoch: "new", first: 1, head: 2 });
  log.tail.batch(messages(3, 3));
  assertEquals((await client.untilSeq("lobby", 3)).map(({ seq }) => seq), [3]);
});

Deno.test("a member let in by an answer of the new life is not moved back when the room hears of it", async () => {
  const log = new HeldLog(stateAt("old", 5));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  const joined = client.join("lobby");
  (await log.next()).answer({ ...stateAt("new", 2), events: messages(1, 2), passed: 0 });
  assertEquals((await joined).seq, 2);
  log.tail.reset(stateAt("new", 1));
  log.tail.batch(messages(2, 3));
  const { range, answer } = await log.next();
  assertEquals(range.after, 2);
  answer({ ...stateAt("new", 3), events: messages(3, 3), passed: 0 });
  assertEquals((await client.untilSeq("lobby", 3)).map(({ seq }) => seq), [3]);
});

Deno.test("a room does not close under somebody who waits for what it is in the new life", async () => {
  const log = new HeldLog(stateAt("new", 5));
  log.answer = { ...stateAt("new", 5), events: [], passed: 0 };
  const clock = new FakeClock();
  await using server = startServer({ log, clock });
  await using first = await ChatClient.open(server, "first");
  await using second = await ChatClient.open(server, "second");
  await first.join("lobby");
  const { promise, resolve } = Promise.withResolvers<void>();
  log.known = promise;
  log.tail.reset(stateAt("newer", 5));
  await first.ask({ type: "leave", room: "lobby" }, "ok");
  const joined = second.join("lobby");
  await eventually(() => log.learning === 2, "the second to wait, beside the room itself");
  await first.join("other");
  await first.ask({ type: "leave", room: "other" }, "ok");
  clock.advance(OUTBOX_SWEEP_MS);
  await eventually(() => !log.followed.has("other"), "empty rooms to be closed");
  resolve();
  await joined;
  assertEquals([...log.followed], ["lobby"]);
  const { heads } = await second.ask({ type: "ping" }, "pong");
  assertEquals(Object.keys(heads), ["lobby"]);
});

Deno.test("a room that is closed lets nobody in", async () => {
  const log = openLog(new MemoryStore());
  const clock = new FakeClock();
  const rooms = new Rooms({ log, clock, turns: new Turns(clock), report: () => {} });
  const room = rooms.open("lobby");
  await room.ready();
  const { epoch } = await log.read("lobby", { limit: 0 });
  const { connection } = membershipOf(new Reader(), "late", clock, { epoch, seq: 0 });
  await rooms.sweep();
  assertEquals(rooms.size, 0);
  assertThrows(() => room.enter(connection), StoreUnavailableError);
  await assertRejects(() => room.join(connection, undefined, () => {}), StoreUnavailableError);
  assertEquals(room.presence.count, 0);
  rooms.close();
  await log.close();
});

Deno.test("a page that was asked for before a reset is not sent after it", async () => {
  const log = new HeldLog(stateAt("old", 150));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  await using other = await PlainClient.open(server, "other");
  const joined = client.join("lobby", { epoch: "old", seq: 0 });
  (await log.next()).answer({ ...stateAt("old", 150), events: messages(1, 100), passed: 0 });
  assertEquals((await joined).messages.length, 100);
  const late = await log.next();
  assertEquals(late.range.after, 100);
  log.tail.reset(stateAt("new", 130));
  log.tail.batch(messages(131, 131));
  await other.untilCount(1);
  late.answer({ ...stateAt("new", 131), events: messages(101, 131), passed: 0 });
  const again = await log.next();
  assertEquals(again.range.after, 130);
  again.answer({ ...stateAt("new", 131), events: messages(131, 131), passed: 0 });
  assertEquals((await client.untilSeq("lobby", 131)).map(({ seq }) => seq), [131]);
});
