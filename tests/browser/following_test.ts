/** A room that is followed: its events come once and in order, and every copy of a message that is held is as new as is known. @module */

import { loadAfter, loadBefore, loadNewer, showAt } from "../../static/browsing.js";
import { historyBefore } from "../../static/client/history.js";
import { COMMANDS_WAITING } from "../../static/client/limits.js";
import { gapBefore } from "../../static/gaps.js";
import { assert, assertEquals } from "../lib/assert.ts";
import { change, FakeServer, ME, message } from "./fake_server.ts";

const edit = (seq: number, target: number, text: string, version = 1) => change(seq, "edit", target, { text, version });
const react = (seq: number, target: number, on = true, id = "7") =>
  change(seq, "react", target, { emoji: "👍", on, id });

async function following(...messages: ReturnType<typeof message>[]): Promise<FakeServer> {
  const server = new FakeServer();
  await server.welcome({ messages, may: ["publish", "react", "edit", "delete"] });
  return server;
}

/** Lets time pass on a connection that lives: its pings are answered, and the commands of a type. */
async function pass(server: FakeServer, ms: number, type?: string): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 500) {
    server.clock.advance(500);
    for (const line of (await server.settled()).splice(0)) {
      if (line.type === "ping") server.say({ type: "pong", ref: line.ref, heads: {} });
      else if (line.type === type) server.say({ type: "ok", ref: line.ref });
      else server.sent.push(line);
    }
  }
}

Deno.test("changes of a message are taken into every copy of it, and into no other message", async () => {
  const server = await following(message(1), message(2));
  server.push(edit(3, 1, "better"), react(4, 2), change(5, "delete", 1));
  assertEquals(server.shown, ["1 is deleted", "message 2"]);
  assertEquals(server.room.recent.map(({ text }) => text), ["", "message 2"]);
  assertEquals(server.timeline.items[1]!.reactions, [{ emoji: "👍", count: 1 }]);
  assertEquals(server.room.seq, 5);
});

Deno.test("an event after a gap is none to take in, of whatever type and kind: the client joins again", async () => {
  const events = [message(3), react(3, 1), change(3, "poll", 1), { ...message(3), type: "tomorrow" }];
  for (const event of events) {
    const server = await following(message(1));
    server.push(event);
    assertEquals((await server.asked("join")).after, { epoch: "e", seq: 1, ordinal: 1 });
    assertEquals(server.room.seq, 1);
  }
});

Deno.test("an event that comes twice counts once", async () => {
  const server = await following(message(1));
  server.push(react(2, 1), react(2, 1));
  assertEquals(server.timeline.items[0]!.reactions, [{ emoji: "👍", count: 1 }]);
});

Deno.test("the ordinal counts messages and not changes, and goes with the position", async () => {
  const server = await following(message(1), message(2));
  server.push(react(3, 1), message(4), react(5, 4), message(6));
  const { after } = await server.comeBack({ recovered: true, seq: 6 });
  assertEquals(after, { epoch: "e", seq: 6, ordinal: 4 });
  assertEquals(server.timeline.items.map(({ ordinal }) => ordinal), [1, 2, 3, 4]);
});

Deno.test("what a resume brings are events: changes among messages, and what this client does not know", async () => {
  const server = await following(message(1));
  const run = [edit(2, 1, "better"), message(3), change(4, "poll", 1), react(5, 3, true, ME)];
  await server.comeBack({ recovered: true, seq: 5, ordinal: 2, messages: run });
  assertEquals(server.shown, ["better", "message 3", ""]);
  assert(server.timeline.items[2]!.unknown !== undefined);
  assertEquals(server.timeline.items[1]!.reactions, [{ emoji: "👍", count: 1, mine: true }]);
  assertEquals([server.room.seq, server.room.ordinal], [5, 2]);
});

Deno.test("a message that is replayed with its reactions has one's own marked, and none counted twice", async () => {
  const server = await following(message(1));
  const replayed = message(2, { rev: 4, reactions: [{ emoji: "👍", count: 2 }] });
  const run = [replayed, react(3, 2, true, ME), react(4, 2)];
  await server.comeBack({ recovered: true, seq: 4, ordinal: 2, messages: run });
  assertEquals(server.timeline.items[1]!.reactions, [{ emoji: "👍", count: 2, mine: true }]);
});

Deno.test("changes between messages are no gap", async () => {
  const server = await following(message(1), message(4));
  server.push(react(5, 1), react(6, 4), message(7));
  const [first, second, third] = server.timeline.items;
  assertEquals(gapBefore(server.room, first, second!), undefined);
  assertEquals(gapBefore(server.room, second, third!), undefined);
  server.push(react(8, 1));
  assertEquals(gapBefore(server.room, third, server.room.end), undefined);
});

Deno.test("a gap has as many messages as were missed, not as many events", async () => {
  const server = await following(message(1), message(2));
  await server.comeBack({ messages: [message(90), message(95)], seq: 99, ordinal: 12, missed: 8 });
  const [, before, after] = server.timeline.items;
  assertEquals(gapBefore(server.room, before, after!), { count: 8, isBreak: false, loadable: true });
});

Deno.test("what may have changed in a gap is read again, and takes no change before that", async () => {
  const server = await following(message(1), message(2));
  await server.comeBack({ messages: [message(90)], seq: 90, ordinal: 10, missed: 7 });
  server.push(react(91, 1), edit(92, 2, "edited in vain"));
  assertEquals(server.shown, ["message 1", "message 2", "message 90"]);
  const { ref, before, limit } = await server.asked("history");
  assertEquals([before, limit], [3, 2]);
  const today = [
    message(1, { rev: 91, version: 1, text: "edited meanwhile", reactions: [{ emoji: "👍", count: 5 }] }),
    message(2, { rev: 92, version: 1, text: "edited in vain" }),
  ];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 2, messages: today, more: false });
  assertEquals(server.shown, ["edited meanwhile", "edited in vain", "message 90"]);
  assertEquals(server.timeline.items[0]!.reactions, [{ emoji: "👍", count: 5 }]);
  server.push(react(93, 1));
  assertEquals(server.timeline.items[0]!.reactions, [{ emoji: "👍", count: 6 }]);
});

Deno.test("what was removed in a gap goes, and what is below the first that is kept goes at once", async () => {
  const server = await following(message(1), message(2), message(3));
  await server.comeBack({ messages: [message(90)], seq: 90, first: 2, ordinal: 10, missed: 6 });
  assertEquals(server.shown, ["message 2", "message 3", "message 90"]);
  const { ref } = await server.asked("history");
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 3, messages: [message(3)], more: false });
  assertEquals(server.shown, ["message 3", "message 90"]);
});

Deno.test("what may have changed in a gap is asked for again where it is refused for a time", async () => {
  const server = await following(message(1));
  await server.comeBack({ messages: [message(90)], seq: 90, ordinal: 10, missed: 8 });
  const refused = await server.asked("history");
  server.say({ type: "error", ref: refused.ref, code: "unavailable", message: "", retryAfterMs: 700 });
  server.clock.advance(700);
  const { ref, before, limit } = await server.asked("history");
  assertEquals([before, limit], [2, 1]);
  const messages = [message(1, { rev: 80, version: 1, text: "edited meanwhile" })];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 1, messages, more: false });
  assertEquals(server.shown, ["edited meanwhile", "message 90"]);
});

Deno.test("what may have changed in a gap is asked for again where no answer comes", async () => {
  const server = await following(message(1));
  await server.comeBack({ messages: [message(90)], seq: 90, ordinal: 10, missed: 8 });
  await server.asked("history");
  server.push(change(91, "delete", 1));
  await pass(server, 20_000);
  const { ref } = await server.asked("history");
  const messages = [message(1, { rev: 91, text: "", deleted: true })];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 1, messages, more: false });
  assertEquals(server.shown, ["1 is deleted", "message 90"]);
});

Deno.test("a page of history is asked for again where too many commands wait for it to be sent", async () => {
  const server = await following(message(1));
  const { link } = server.client;
  for (let count = 0; count < COMMANDS_WAITING; count++) link.ask({ type: "leave", room: "other" }, () => {});
  const pages: unknown[] = [];
  historyBefore(server.client, server.room, server.room.end, (page) => pages.push(page));
  await pass(server, 30_000, "leave");
  await server.asked("history");
  assertEquals(pages, []);
});

Deno.test("a join and a message that could not be sent because too much waited go once that is less", async () => {
  const server = await following(message(1));
  const { link, rooms, unsent } = server.client;
  for (let count = 0; count < COMMANDS_WAITING; count++) link.ask({ type: "leave", room: "other" }, () => {});
  rooms.open("attic");
  unsent.add("lobby", { text: "hello" });
  await pass(server, 30_000, "leave");
  assertEquals((await server.asked("join")).room, "attic");
  assertEquals((await server.asked("publish")).text, "hello");
});

Deno.test("a room that is left while a join of it is under way is left at the server, too", async () => {
  const server = await following(message(1));
  const { rooms } = server.client;
  rooms.close(rooms.open("attic"));
  rooms.open("attic");
  const sent = (await server.settled()).map(({ type, room }) => `${type} ${room}`);
  assertEquals(sent, ["join attic", "leave attic", "join attic"]);
});

Deno.test("a page of history that is refused for a time is not asked for again in a room that was left", async () => {
  const server = await following(message(1));
  const pages: unknown[] = [];
  historyBefore(server.client, server.room, { era: 0, seq: 1 }, (page) => pages.push(page));
  const { ref } = await server.asked("history");
  server.say({ type: "error", ref, code: "unavailable", message: "", retryAfterMs: 700 });
  server.client.rooms.close(server.room);
  server.clock.advance(700);
  assertEquals(pages, [undefined]);
  assertEquals((await server.settled()).filter(({ type }) => type === "history"), []);
});

Deno.test("nothing is asked for in a room that was left", async () => {
  const server = await following(message(1));
  server.client.rooms.close(server.room);
  await server.asked("leave");
  let isDone = false;
  loadBefore(server.timeline, server.room.end, () => isDone = true);
  assertEquals([isDone, await server.settled()], [true, []]);
});

Deno.test("where nothing is kept of what may have changed in a gap, nothing is asked for", async () => {
  const server = await following(message(1), message(2));
  await server.comeBack({ messages: [message(90)], seq: 90, first: 90, ordinal: 10, missed: 7 });
  assertEquals(server.shown, ["message 90"]);
  assertEquals((await server.settled()).filter(({ type }) => type === "history"), []);
});

Deno.test("a page does not overwrite what is newer, and what is newer in it is taken", async () => {
  const server = await following(message(3), message(4));
  server.push(edit(5, 3, "newer here"));
  loadBefore(server.timeline, { era: 0, seq: 5 }, () => {});
  const { ref } = await server.asked("history");
  const old = [message(2), message(3), message(4, { rev: 9, text: "newer there", version: 1 })];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 4, messages: old, more: false });
  assertEquals(server.shown, ["message 2", "newer here", "newer there"]);
});

Deno.test("a quote is as its message is: edited, deleted, and never taken for the message", async () => {
  const server = new FakeServer();
  await server.welcome({
    messages: [message(50, { reply: 2 }), message(51, { reply: 3 })],
    refs: [message(2, { text: "the beginning of it" }), message(3)],
  });
  assertEquals(server.timeline.find(2)?.text, "the beginning of it");
  server.push(edit(52, 2, "another text"), change(53, "delete", 3));
  assertEquals([server.timeline.find(2)?.text, server.timeline.find(3)?.deleted], ["another text", true]);
  assertEquals(server.shown, ["message 50", "message 51"]);
});

Deno.test("an answer counts at the message that it answers", async () => {
  const server = await following(message(1));
  server.push(message(2, { reply: 1 }), message(3, { reply: 1 }));
  assertEquals(server.timeline.items[0]!.replies, 2);
});

/** Answers what a timeline asks for as a server does that keeps messages with these numbers, and is at the last one. */
async function answer(server: FakeServer, kept: number[]): Promise<Record<string, unknown>> {
  const line = await server.asked("history");
  const head = kept.at(-1)!;
  const { ref, before = head + 1, after, limit } = line as unknown as
    & Record<"before" | "after" | "limit", number>
    & typeof line;
  const up = after !== undefined;
  const asked = kept.filter((seq) => up ? seq > after : seq < before);
  const page = up ? asked.slice(0, limit) : asked.slice(-limit);
  const more = page.length < asked.length;
  const span = up ? { from: after + 1, to: more ? page.at(-1) : head } : { from: more ? page[0] : 1, to: before - 1 };
  const messages = page.map((seq) => message(seq));
  server.say({ type: "history", ref, room: "lobby", epoch: "e", ...span, messages, more });
  return line;
}

function assertWhole({ timeline, room }: FakeServer): void {
  for (const [index, item] of timeline.items.entries()) {
    assertEquals(gapBefore(room, timeline.items[index - 1], item), undefined, `before ${item.seq}`);
  }
}

Deno.test("the way down from far above leads through thousands of changes, in few steps", async () => {
  const server = await following(message(1), message(2));
  server.timeline.items = server.timeline.items.slice(0, 1);
  server.timeline.tail = false;
  for (let seq = 3; seq <= 5_000; seq++) server.push(react(seq, 1, seq % 2 === 1));
  for (let seq = 5_001; seq <= 5_250; seq++) server.push(message(seq));
  const kept = [1, 2, ...Array.from({ length: 250 }, (_, n) => 5_001 + n)];
  let questions = 0;
  while (!server.timeline.tail) {
    loadNewer(server.timeline, () => {});
    if (server.timeline.tail) break;
    await answer(server, kept);
    assert(++questions < 4, "it gets on");
  }
  assertEquals(server.timeline.items.map(({ seq }) => seq), kept);
  assertWhole(server);
});

Deno.test("a gap is filled from above, a page at a time, and says how many are still missing", async () => {
  const server = await following(message(1), message(2));
  const kept = Array.from({ length: 260 }, (_, n) => n + 1);
  const newest = kept.slice(-10);
  await server.comeBack({ messages: newest.map((seq) => message(seq)), seq: 260, ordinal: 260, missed: 248 });
  await answer(server, kept);
  const counts = [];
  for (let end = 2; end < 250; end += 100) {
    const index = server.timeline.items.findIndex(({ seq }) => seq === end);
    counts.push(gapBefore(server.room, server.timeline.items[index], server.timeline.items[index + 1]!)?.count);
    loadAfter(server.timeline, server.timeline.items[index]!, () => {});
    assertEquals((await answer(server, kept)).after, end);
  }
  assertEquals(counts, [248, 148, 48]);
  assertEquals(server.timeline.items.map(({ seq }) => seq), kept);
  assertEquals(server.timeline.items.map(({ ordinal }) => ordinal), kept);
  assertWhole(server);
});

Deno.test("what a page has beyond the position comes once, by its push", async () => {
  const server = await following(message(1), message(2));
  server.timeline.items = server.timeline.items.slice(0, 1);
  server.timeline.tail = false;
  loadAfter(server.timeline, server.timeline.items[0]!, () => {});
  await answer(server, [1, 2, 3, 4]);
  assertEquals(server.shown, ["message 1", "message 2"]);
  server.push(message(3), message(4));
  assertEquals(server.shown, ["message 1", "message 2", "message 3", "message 4"]);
});

Deno.test("a page of a gap is dropped where the window has moved away from it meanwhile", async () => {
  const server = await following(message(1), message(2));
  await server.comeBack({ messages: [message(90)], seq: 90, ordinal: 90, missed: 87 });
  const kept = Array.from({ length: 90 }, (_, n) => n + 1);
  await answer(server, kept);
  loadAfter(server.timeline, server.timeline.items[1]!, () => {});
  server.timeline.items = server.timeline.items.slice(2);
  await answer(server, kept.slice(0, 20));
  assertEquals(server.shown, ["message 90"]);
});

Deno.test("a window is put around a place, with what comes before and behind it", async () => {
  const server = await following(message(900));
  const kept = Array.from({ length: 900 }, (_, n) => n + 1);
  let isDone = false;
  showAt(server.timeline, { seq: 300, ordinal: 300 }, () => isDone = true);
  assertEquals((await answer(server, kept)).before, 301);
  assertEquals((await answer(server, kept)).after, 300);
  assertEquals([isDone, server.timeline.tail], [true, false]);
  const { items } = server.timeline;
  assertEquals(items.map(({ seq }) => seq), kept.slice(200, 400));
  assertEquals(items.map(({ ordinal }) => ordinal), kept.slice(200, 400));
});
