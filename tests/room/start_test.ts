/** Where a client begins in a room whose messages have changed: what is replayed, and how many messages are missing. @module */

import type { NewEvent } from "../../chat/event/event.ts";
import * as limits from "../../chat/limits.ts";
import { CHANGES_KEPT } from "../../chat/log/bounds.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { by } from "../lib/messages.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const room = "lobby";
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const message = (seq: number) => by(`m${seq}`);
/** A reaction to the first message, of an id of its own. */
const reaction = (seq: number): NewEvent => ({
  kind: "react",
  id: `r${seq}`,
  name: "R",
  target: 1,
  emoji: "👍",
  on: true,
});

/** A server whose room has these events, and its store. */
async function serverWith(events: NewEvent[], keep = 0): Promise<TestServer> {
  const store = new MemoryStore();
  await store.commit(events.map((event) => ({ room, event })), { ts: 1, day: 1 });
  while (keep > 0 && await store.trim(keep, 0));
  return startServer({ limitRate: false, log: openLog(store) });
}

/** A message, then so many messages and reactions in turn. */
function mixed(messages: number, reactions: number): NewEvent[] {
  const events: NewEvent[] = [message(1)];
  for (let index = 0; index < Math.max(messages, reactions); index++) {
    if (index < messages) events.push(message(events.length + 1));
    if (index < reactions) events.push(reaction(events.length + 1));
  }
  return events;
}

Deno.test("a fresh join has the newest messages, and says where the room is", async () => {
  await using server = await serverWith(mixed(60, 40));
  await using ada = await ChatClient.open(server, "ada");
  const joined = await ada.join(room);
  assertEquals([joined.seq, joined.first, joined.floor, joined.ordinal], [101, 1, 0, 61]);
  assertEquals(joined.messages.length, limits.RECENT_MESSAGES);
  assertEquals(joined.messages.filter((event) => "target" in event || "ordinal" in event), []);
  await ada.publish(room, "one more");
  assertEquals((await ada.untilEvent(room, 102)).map(({ seq }) => seq), [102]);
});

for (
  const [messages, changes, recovered] of [
    [limits.REPLAY_MESSAGES, limits.REPLAY_CHANGES, true],
    [limits.REPLAY_MESSAGES + 1, 0, false],
    [0, limits.REPLAY_CHANGES + 1, false],
  ] as const
) {
  Deno.test(`a client that missed ${messages} messages and ${changes} changes ${recovered ? "gets each" : "gets the newest messages"}`, async () => {
    const events = mixed(messages, changes);
    await using server = await serverWith(events);
    await using ada = await ChatClient.open(server, "ada");
    const { epoch } = await ada.join(room);
    const joined = await ada.join(room, { epoch, seq: 1 });
    assertEquals([joined.recovered, "missed" in joined], [recovered, !recovered]);
    if (!recovered) return assertEquals(joined.missed, Math.max(messages - limits.RECENT_MESSAGES, 0));
    const pushed = await ada.untilEvent(room, events.length);
    assertEquals([...joined.messages, ...pushed].map(({ seq }) => seq), range(2, events.length));
  });
}

Deno.test("missed counts messages and not changes, by the client's ordinal or by what is kept", async () => {
  await using server = await serverWith(mixed(limits.REPLAY_MESSAGES + 100, 2_000));
  await using ada = await ChatClient.open(server, "ada");
  const { epoch, messages } = await ada.join(room);
  assertEquals(messages.length, limits.RECENT_MESSAGES);
  const between = limits.REPLAY_MESSAGES + 100 - limits.RECENT_MESSAGES;
  const missed = async (seq: number, ordinal?: number) => (await ada.join(room, { epoch, seq, ordinal })).missed;
  assertEquals([await missed(0), await missed(0, 0)], [between + 1, between + 1]);
  assertEquals([await missed(1), await missed(1, 1)], [between, between]);
  // At 4 and 5 the third message and the second reaction.
  assertEquals([await missed(4), await missed(5), await missed(4, 3)], [between - 2, between - 2, between - 2]);
  assertEquals(await missed(1, 1_000_000), 0, "a client that has counted wrongly is told no nonsense");
});

Deno.test("where the messages of a position are gone, missed is as the client counts, or absent", async () => {
  const kept = 200;
  const events = mixed(600, 600);
  await using server = await serverWith(events, kept);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch, first, floor, ordinal } = await ada.join(room);
  assertEquals([ordinal, floor === first - 1 || floor === first - 2], [601, true]);
  const missed = async (seq: number, ordinal?: number) => {
    const joined = await ada.join(room, { epoch, seq, ordinal });
    return [joined.recovered, joined.missed];
  };
  assertEquals(await missed(100, 51), [false, 601 - limits.RECENT_MESSAGES - 51]);
  assertEquals(await missed(100), [false, undefined]);
  assertEquals(await missed(0), [false, 601 - limits.RECENT_MESSAGES]);
  assertEquals(await missed(floor), [true, undefined]);
  assertEquals(await missed(floor - 1, 401), [false, kept - limits.RECENT_MESSAGES]);
});

Deno.test("a position below the changes that are kept recovers nothing, though each message is kept", async () => {
  await using server = await serverWith([...mixed(10, 10), ...range(22, CHANGES_KEPT + 30).map(reaction)], 1_000);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch, first, floor, messages } = await ada.join(room);
  assertEquals([first, messages.length], [1, 11]);
  for (const seq of [floor - 1, 5]) {
    const joined = await ada.join(room, { epoch, seq, ordinal: 11 });
    assertEquals([joined.recovered, joined.missed, joined.messages.length], [false, 0, 11]);
  }
});

Deno.test("messages that are answered elsewhere are quoted, once, as they are now, and by their beginning", async () => {
  const long = "é".repeat(limits.QUOTE_CHARACTERS) + "the end";
  const answer = (text: string, reply: number) => ({ ...by(text), reply });
  const events: NewEvent[] = [
    by(long),
    by("deleted soon"),
    answer("to 2", 2),
    { kind: "delete", id: "ada", name: "Ada", target: 2 },
    ...range(5, 64).map(message),
    answer("to 1", 1),
    answer("to 1, too", 1),
    answer("to 63", 63),
  ];
  await using server = await serverWith(events);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch, refs } = await ada.join(room);
  const quote = { seq: 1, id: "ada", name: "Ada", text: "é".repeat(limits.QUOTE_CHARACTERS), ts: 1, rev: 66 };
  assertEquals(refs, [quote]);
  const other = { seq: 63, id: "ada", name: "Ada", text: "m63", ts: 1, rev: 67 };
  assertEquals((await ada.join(room, { epoch, seq: 64 })).refs, [quote, other]);
  const history = await ada.ask({ type: "history", room, before: 4, limit: 1 }, "history");
  assertEquals(history.refs, [{ seq: 2, id: "ada", name: "Ada", text: "", ts: 1, rev: 4, deleted: true }]);
  assertEquals("refs" in await ada.ask({ type: "history", room, before: 4 }, "history"), false);
});

Deno.test("no more messages are quoted than a reply has room for: those that the newest answer", async () => {
  const count = limits.QUOTES + 10;
  const answers = range(1, count).map((reply) => ({ ...by("answer"), reply }));
  await using server = await serverWith([...range(1, 100).map(message), ...answers]);
  await using ada = await ChatClient.open(server, "ada");
  assertEquals((await ada.join(room)).refs?.map(({ seq }) => seq), range(11, count));
});
