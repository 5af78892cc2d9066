/**
 * The clients for programs, in JavaScript and in Python, against real servers: over cuts and kills they miss nothing, and nothing comes twice.
 *
 * @module
 */

import type { ChatEvent, Stored } from "../../static/client/connect.d.ts";
import { QUEUED_EVENTS } from "../../static/client/limits.js";
import { RefusedError } from "../../static/client/sending.js";
import { FlakyLine } from "../browser/flaky_line.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { texts } from "../lib/messages.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { eventually, inTime } from "../lib/patience.ts";
import { ServiceProcess } from "../lib/process.ts";
import { startServer, type TestServer } from "../lib/server.ts";
import { TwoLives } from "../lib/two_lives.ts";
import { Folder } from "../stores/in_folder.ts";
import { test } from "./languages.ts";
import type { ProgramRoom } from "./program.ts";

/** The next events of a type, without who is there. */
async function take(room: ProgramRoom, count: number): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const taking = takeInto(events, room, count);
  await inTime(taking, () => `${count} events; there were ${events.length}: ${said(events).slice(-9)}`);
  return events;
}

async function takeInto(events: ChatEvent[], room: ProgramRoom, count: number): Promise<void> {
  for await (const event of room) {
    if (event.type !== "people") events.push(event);
    if (events.length === count) return;
  }
}

/** What events say, in short. */
function said(events: ChatEvent[]): string[] {
  return events.map((event) => {
    if (event.type === "message") return event.text;
    if (event.type === "gap") return `${event.missed ?? "some"} missing: ${event.reason}`;
    return event.type === "change" ? String(event.kind) : event.type;
  });
}

async function fill(server: TestServer, count: number, from = 1): Promise<void> {
  const texts = Array.from({ length: count }, (_, index) => `message ${from + index}`);
  await Promise.all(texts.map((text) => appendTo(server.log, "lobby", { id: "1", name: "One", text, nonce: text })));
}

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`);

const UNAVAILABLE = { type: "error", code: "unavailable", message: "", retryAfterMs: 1 };

/** One's own message that has in the next life of the store the number of another one. */
const ofNextLife = (id: string) => ({ id, name: "Ada", text: "of the next life" });

/** A welcome by which few commands may be sent at once, and few in a second. */
function slowed(text: string): string {
  const line = JSON.parse(text);
  if (line.type !== "welcome") return text;
  return JSON.stringify({ ...line, limits: { ...line.limits, commandBurst: 10, commandsPerSecond: 2 } });
}

/** A pong that says nothing of rooms. */
function withoutHeads(text: string): string {
  const line = JSON.parse(text);
  return line.type === "pong" ? JSON.stringify({ ...line, heads: {} }) : text;
}

test("what is removed between two pages that are read is a gap", async (connect) => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  await using line = new FlakyLine(server.port);
  await fill(server, 300);
  let asked = 0;
  line.up = (text) => {
    if (JSON.parse(text).type === "history" && ++asked === 2) {
      for (let step = 0; step < 9; step++) {
        void store.trim(120, 0);
      }
    }
    return text;
  };
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const events = await take(chat.room("lobby", { after: "start" }), 221);
  assertEquals(said(events), [...messages(1, 100), "80 missing: trimmed", ...messages(181, 300)]);
  assert(asked >= 2);
});

test("a bot answers in six lines", async (connect) => {
  await using server = startServer();
  await using asker = connect(server.url, { name: "Ada" });
  const answers = asker.room("lobby");
  const coming = take(answers, 2);
  await eventually(() => server.manager.stats.connections === 1, "the asker");
  const bot = (async (): Promise<Stored | undefined> => {
    await using chat = connect(server.url, { name: "Echo" });
    const room = chat.room("lobby");
    for await (const event of room) {
      if (event.type !== "message" || event.id === chat.id) continue;
      return await room.send(`You said: ${event.text}`, { reply: event });
    }
    return undefined;
  })();
  await eventually(() => answers.members.length === 2, "both to be there");
  await answers.send("hello");
  const [, answer] = await coming;
  assert(answer?.type === "message");
  assertEquals([answer.text, answer.reply, answer.name], ["You said: hello", 1, "Echo"]);
  const stored = await bot;
  assertEquals([stored?.seq, stored?.durability], [2, "memory"]);
});

test("what is sent is stored once, and what comes is there once and in order, though the server is killed again and again", async (connect) => {
  await using folder = new Folder("chat.db");
  const start = () => ServiceProcess.start({ args: ["--port", "0", "--chat-store", `sqlite:${folder.file}`] });
  let service = await start();
  await using line = new FlakyLine(service.port);
  await using reader = connect(`http://127.0.0.1:${line.port}`, { name: "Reader" });
  await using writer = connect(`http://127.0.0.1:${line.port}`, { name: "Writer" });
  try {
    const room = reader.room("lobby", { after: "start" });
    const events: ChatEvent[] = [];
    const coming = takeInto(events, room, 60);
    await eventually(() => room.members.length > 0, "the reader");
    const sent: Promise<{ seq: number }>[] = [];
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) sent.push(writer.room("lobby").send(`message ${sent.length + 1}`));
      await sent[round * 20 + 5];
      service.kill("SIGKILL");
      await service.exited;
      service = await start();
      line.target = service.port;
    }
    const places = await Promise.all(sent);
    assertEquals(places.map(({ seq }) => seq), Array.from({ length: 60 }, (_, index) => index + 1));
    await inTime(coming, () => `what was stored; there were ${events.length}`);
    assertEquals(said(events), messages(1, 60));
  } finally {
    await service[Symbol.asyncDispose]();
  }
});

test("a stream from the start has every message that is kept, then what follows, each once", async (connect) => {
  await using server = startServer();
  await fill(server, 250);
  await using chat = connect(server.url, { name: "Ada" });
  const room = chat.room("lobby", { after: "start" });
  const first = await take(room, 120);
  await fill(server, 10, 251);
  assertEquals(said([...first, ...await take(room, 140)]), messages(1, 260));
  await chat.room("lobby").send("message 261");
  assertEquals(said(await take(room, 1)), ["message 261"]);
});

test("a stream begins with what comes from now on, unless it is told otherwise", async (connect) => {
  await using server = startServer();
  await fill(server, 3);
  await using chat = connect(server.url, { name: "Ada" });
  const room = chat.room("lobby");
  const coming = take(room, 1);
  await eventually(() => room.members.length === 1, "it to be in the room");
  await fill(server, 1, 4);
  assertEquals(said(await coming), ["message 4"]);
  assertEquals((await room.history({ before: 4 })).map(({ text }) => text), messages(1, 3));
});

test("a program goes on where the one before it stopped, changes included", async (connect) => {
  await using server = startServer();
  await fill(server, 3);
  const earlier = connect(server.url, { name: "Ada", identity: "0123456789abcdef0123456789abcdef" });
  const before = earlier.room("lobby", { after: "start" });
  await take(before, 3);
  const { seq } = await before.send("message 4");
  await take(before, 1);
  const { position } = before;
  earlier.close();
  await using other = connect(server.url, { name: "Ada", identity: "0123456789abcdef0123456789abcdef" });
  const elsewhere = other.room("lobby");
  await elsewhere.edit(seq, "better");
  await elsewhere.edit(seq, "best");
  await elsewhere.react(seq, "👍");
  await elsewhere.remove(seq);
  await fill(server, 60, 5);
  await using later = connect(server.url, { name: "Ada" });
  const events = await take(later.room("lobby", { after: position }), 64);
  assertEquals(said(events), ["edit", "edit", "react", "delete", ...messages(5, 64)]);
});

test("messages that the server does not keep are a gap in the stream, with their number", async (connect) => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  await fill(server, 2);
  await using chat = connect(server.url, { name: "Ada" });
  await take(chat.room("lobby", { after: "start" }), 2);
  const { position } = chat.room("lobby");
  await fill(server, 60, 3);
  while (await store.trim(10, 0));
  await using later = connect(server.url, { name: "Ada" });
  const events = await take(later.room("lobby", { after: position }), 11);
  assertEquals(said(events), ["50 missing: trimmed", ...messages(53, 62)]);
});

test("another life of the store is a gap, and the stream goes on in it", async (connect) => {
  await using one = startServer();
  await using line = new FlakyLine(one.port);
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby", { after: "start" });
  await fill(one, 2);
  await take(room, 2);
  await using two = startServer();
  await fill(two, 1, 7);
  line.target = two.port;
  line.cut();
  assertEquals(said(await take(room, 2)), ["some missing: epoch", "message 7"]);
});

test("a stream that reads what was there before goes on in another life of the room, as soon as it is let in", async (connect) => {
  const lives = new TwoLives(new MemoryStore(), new MemoryStore());
  await using server = startServer({ log: openLog(lives.store) });
  await using line = new FlakyLine(server.port);
  await fill(server, 150);
  const event = { id: "1", name: "One", text: "message 1" };
  await lives.after.commit([{ room: "lobby", event }], { ts: 1, day: 0 });
  const asked = { history: 0, join: 0 };
  line.up = (text) => {
    const { type, ref } = JSON.parse(text);
    if (type === "history" && ++asked.history === 2) lives.begin();
    if (type !== "join" || ++asked.join !== 2) return text;
    return void line.inject({ ...UNAVAILABLE, ref });
  };
  // That would be another reason to join.
  line.down = withoutHeads;
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby", { after: "start" });
  assertEquals(said(await take(room, 102)), [...messages(1, 100), "some missing: epoch", "message 1"]);
  await room.send("message 2");
  assertEquals(said(await take(room, 1)), ["message 2"]);
});

test("what means a message by its number changes none that has it in another life of the store", async (connect) => {
  const lives = new TwoLives(new MemoryStore(), new MemoryStore());
  await using server = startServer({ log: openLog(lives.store) });
  await using line = new FlakyLine(server.port);
  line.down = slowed;
  const sent: string[] = [];
  line.up = (text) => {
    sent.push(JSON.parse(text).type);
    return text;
  };
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby");
  const { seq } = await room.send("of this life");
  await lives.after.commit([{ room: "lobby", event: ofNextLife(chat.id) }], { ts: Date.now(), day: 0 });
  // They take what may be sent at once: what comes after them waits for some seconds.
  for (let page = 0; page < 24; page++) room.history({ limit: 1 }).catch(() => {});
  await eventually(() => sent.includes("history"), "the first page to be asked for");
  const removing = inTime(room.remove(seq), "an answer");
  lives.begin();
  assertEquals((await assertRejects(() => removing, RefusedError)).code, "no_such_message");
  assert(sent.includes("delete"));
  const { events } = await lives.after.read("lobby", { limit: 9 });
  assertEquals(texts(events), "of the next life");
});

test("an edit of what has a number means the message that had it when it was asked for", async (connect) => {
  const lives = new TwoLives(new MemoryStore(), new MemoryStore());
  await using server = startServer({ log: openLog(lives.store) });
  await using line = new FlakyLine(server.port);
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby");
  const { seq } = await room.send("of this life");
  await lives.after.commit([{ room: "lobby", event: ofNextLife(chat.id) }], { ts: Date.now(), day: 0 });
  line.refusing = true;
  line.cut();
  await eventually(() => chat.state.phase === "waiting", "it to notice");
  const editing = inTime(room.edit(seq, "better"), "an answer");
  // What is asked for after it is done: so it was asked for as well.
  const other = chat.room("attic");
  const never = other.send("never sent");
  other.leave();
  await assertRejects(() => never);
  lives.begin();
  line.refusing = false;
  assertEquals((await assertRejects(() => editing, RefusedError)).code, "no_such_message");
  const { events } = await lives.after.read("lobby", { limit: 9 });
  assertEquals(texts(events), "of the next life");
});

test("what is missing is asked for once for each word of more, and not beside that while nobody is let in", async (connect) => {
  await using server = startServer();
  await using line = new FlakyLine(server.port);
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby");
  const first = take(room, 1);
  await room.send("message 1");
  await first;
  let joins = 0;
  line.up = (text) => {
    const { type, ref } = JSON.parse(text);
    if (type !== "join") return text;
    joins++;
    return void line.inject({ ...UNAVAILABLE, ref });
  };
  line.down = (text) => JSON.parse(text).seq === 2 ? undefined : withoutHeads(text);
  await fill(server, 1, 2);
  for (let more = 1; more <= 3; more++) {
    await fill(server, 1, 2 + more);
    await eventually(() => joins >= more, "it to ask");
    await room.history();
  }
  assertEquals(joins, 3);
  line.mend();
  await fill(server, 1, 6);
  assertEquals(said(await take(room, 5)), messages(2, 6));
});

test("a program that reads slowly holds a bounded number of events, and misses no message", async (connect) => {
  await using server = startServer({ limitRate: false });
  await using chat = connect(server.url, { name: "Ada" });
  const room = chat.room("lobby", { after: "start" });
  await fill(server, 1);
  await take(room, 1);
  const count = 2 * QUEUED_EVENTS + 500;
  for (let from = 2; from < count; from += 500) await fill(server, 500, from);
  // It can still write meanwhile.
  const { seq } = await room.send("the last one");
  const events = said(await take(room, seq));
  // The queue was full: the server does not tell all changes since then.
  assert(events.includes("0 missing: changes"));
  assertEquals(events.filter((each) => each !== "0 missing: changes"), [...messages(2, seq - 1), "the last one"]);
});

test("after a long absence all messages are there, and it is told that older ones may have changed", async (connect) => {
  await using server = startServer();
  await using line = new FlakyLine(server.port);
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  const room = chat.room("lobby");
  const first = take(room, 1);
  await room.send("first");
  assertEquals(said(await first), ["first"]);
  line.refusing = true;
  line.cut();
  await fill(server, 1500, 2);
  line.refusing = false;
  assertEquals(said(await take(room, 1501)), ["0 missing: changes", ...messages(2, 1501)]);
});

test("what the server refuses is rejected with its code, and holds up nothing", async (connect) => {
  await using server = startServer();
  await fill(server, 1);
  await using chat = connect(server.url, { name: "Ada" });
  const room = chat.room("lobby");
  const refused = await assertRejects(() => room.edit(1, "not mine"), RefusedError);
  assertEquals(refused.code, "not_allowed");
  assertEquals((await assertRejects(() => room.react(99, "👍"), RefusedError)).code, "no_such_message");
  await room.send("goes on");
  const hidden = chat.room("p-aaaaaaaaaaaaaaaaaaaaaaaaaa");
  assertEquals((await assertRejects(() => take(hidden, 1), RefusedError)).code, "no_access");
  await using guest = connect(server.url, { name: "Bad", identity: "short" });
  assertEquals((await assertRejects(() => guest.room("lobby").send("hi"), RefusedError)).code, "bad_key");
  assertEquals(guest.state.phase, "refused");
});

test("slow mode holds back messages, and no change of one", async (connect) => {
  await using server = startServer();
  const owner = "k-" + "0".repeat(32);
  await server.log.append("tea", { kind: "settings", id: owner, name: "Eve", set: { slowMs: 3_600_000 }, owner });
  const tea = connect(server.url, { name: "Ada" }).room("tea");
  const { seq } = await tea.send("one");
  const late = tea.send("two").catch((error) => error);
  await inTime(tea.react(seq, "👍"), "the reaction to be stored");
  const { events } = await server.log.read("tea", { limit: 9 });
  assertEquals(texts(events), "one");
  tea.leave();
  assert(await late instanceof Error);
});

test("a message of another life of the room cannot be changed, and whoever tries is told", async (connect) => {
  await using server = startServer();
  await fill(server, 1);
  await using chat = connect(server.url, { name: "Ada" });
  const failed: unknown[] = [];
  chat.on("failed", (what) => void failed.push(what));
  const room = chat.room("lobby");
  await room.send("it is joined");
  const reacting = inTime(room.react({ seq: 1, epoch: "another" }, "👍"), "an answer");
  assertEquals((await assertRejects(() => reacting, RefusedError)).code, "no_such_message");
  assertEquals(failed, []);
});

test("closed, it ends its streams, and rejects what is not stored", async (connect) => {
  await using server = startServer();
  await using line = new FlakyLine(server.port);
  const controller = new AbortController();
  const chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada", signal: controller.signal });
  const states: string[] = [];
  chat.on("state", ({ phase }) => void states.push(phase));
  const room = chat.room("lobby");
  await room.send("stored");
  line.refusing = true;
  line.cut();
  await eventually(() => chat.state.phase === "waiting", "it to notice");
  const sending = room.send("never sent");
  const reading = take(room, 1);
  controller.abort();
  assertEquals((await assertRejects(() => sending, DOMException)).name, "AbortError");
  await reading;
  assertEquals([states.includes("online"), states.at(-1)], [true, "closed"]);
  await assertRejects(() => room.send("afterwards"), DOMException);
});

test("what is rejected because its room is left is not sent when the program comes back to it", async (connect) => {
  await using server = startServer();
  await using line = new FlakyLine(Number(new URL(server.url).port));
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada" });
  await chat.room("lobby").send("stored");
  line.refusing = true;
  line.cut();
  await eventually(() => chat.state.phase === "waiting", "it to notice");
  const sending = chat.room("lobby").send("given up");
  chat.room("lobby").leave();
  await assertRejects(() => sending, DOMException);
  line.refusing = false;
  const { seq } = await chat.room("lobby").send("said instead");
  assertEquals(seq, 2);
});

test(
  "what was not sent waits in the storage for the next program of the same identity",
  async (connect, makeStorage) => {
    await using server = startServer();
    await using line = new FlakyLine(server.port);
    const storage = makeStorage();
    const options = { name: "Ada", identity: "0123456789abcdef0123456789abcdef", storage };
    line.refusing = true;
    const first = connect(`http://127.0.0.1:${line.port}`, options);
    const lost = first.room("lobby").send("written offline");
    first.close();
    await assertRejects(() => lost, DOMException);
    await using _second = connect(server.url, options);
    await eventually(async () => (await server.log.read("lobby", { limit: 9 })).events.length === 1, "it to be sent");
  },
);

test(
  "a program goes on where it stopped, though the one before it left something unsent in the room",
  async (connect, makeStorage) => {
    await using server = startServer();
    await fill(server, 3);
    const storage = makeStorage();
    const options = { name: "Ada", identity: "0123456789abcdef0123456789abcdef", storage };
    const first = connect(server.url, options);
    await take(first.room("lobby", { after: "start" }), 2);
    const { position } = first.room("lobby");
    first.close();
    await using line = new FlakyLine(Number(new URL(server.url).port));
    line.refusing = true;
    const second = connect(`http://127.0.0.1:${line.port}`, options);
    const lost = second.room("lobby").send("written offline");
    second.close();
    await assertRejects(() => lost, DOMException);
    await using third = connect(server.url, options);
    // It comes to read the room later.
    await eventually(async () => (await server.log.read("lobby", { limit: 9 })).events.length === 4, "it to be sent");
    await third.room("lobby").send("written at once");
    const texts = ["message 3", "written offline", "written at once"];
    assertEquals(said(await take(third.room("lobby", { after: position }), 3)), texts);
  },
);
