/** Reading what was said: history, with its threads. What is read of reactions is in `changes_test.ts`. @module */

import type { NewEvent } from "../../chat/event/event.ts";
import * as limits from "../../chat/limits.ts";
import type { Range } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, type LineOf } from "../lib/client.ts";
import { by } from "../lib/messages.ts";
import { eventually } from "../lib/patience.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const room = "lobby";

/** A server whose room has these events. */
async function serverWith(events: NewEvent[]): Promise<TestServer> {
  const store = new MemoryStore();
  await store.commit(events.map((event) => ({ room, event })), { ts: 1, day: 1 });
  return startServer({ limitRate: false, log: openLog(store) });
}

/** All pages, the newest first, each asked for by where the one after it begins. */
async function pagesOf(client: ChatClient, asked: { limit?: number; thread?: number }): Promise<LineOf<"history">[]> {
  const pages: LineOf<"history">[] = [];
  for (let more = true; more; more = pages.at(-1)!.more) {
    pages.push(await client.ask({ type: "history", room, before: pages.at(-1)?.from, ...asked }, "history"));
  }
  return pages;
}

const numbersOf = ({ messages }: LineOf<"history">) => messages.map(({ seq }) => seq);

Deno.test("history pages back to the beginning", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  for (let index = 1; index <= 250; index++) {
    ada.post({ type: "publish", room: "lobby", nonce: `${index}`, text: `m${index}` });
  }
  await ada.untilSeq("lobby", 250);
  const newest = await ada.ask({ type: "history", room: "lobby" }, "history");
  assertEquals([newest.messages.length, newest.messages[0]!.seq, newest.more], [100, 151, true]);
  const seen: number[] = [];
  let before: number | undefined;
  let more = true;
  while (more) {
    const page = await ada.ask({ type: "history", room: "lobby", before, limit: 60 }, "history");
    seen.unshift(...page.messages.map(({ seq }) => seq));
    ({ more } = page);
    before = seen[0];
  }
  assertEquals(seen, Array.from({ length: 250 }, (_, index) => index + 1));
  const oldest = await ada.ask({ type: "history", room: "lobby", before: 101 }, "history");
  assertEquals([oldest.messages.length, oldest.more], [100, false], "a full page may be the last one");
  const none = await ada.ask({ type: "history", room: "lobby", before: 1 }, "history");
  assertEquals([none.messages, none.more], [[], false]);
});

Deno.test("history of a room with nothing in it is empty", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "empty");
  const { messages, more, epoch, room } = await ada.ask({ type: "history", room: "empty" }, "history");
  assertEquals([messages, more, room], [[], false, "empty"]);
  assertEquals(epoch, (await ada.join("empty")).epoch);
});

Deno.test("pages of history fit together, whatever changes lie between, and each says what it spans", async () => {
  const reaction = (n: number): NewEvent => ({
    kind: "react",
    id: `r${n}`,
    name: "R",
    target: 1,
    emoji: "👍",
    on: true,
  });
  // Messages at 1, 4, 7…
  const events = Array.from({ length: 90 }, (_, index) => index % 3 === 0 ? by(`m${index}`) : reaction(index));
  await using server = await serverWith(events);
  await using ada = await ChatClient.open(server, "ada", room);
  const pages = await pagesOf(ada, { limit: 7 });
  assertEquals(pages.toReversed().flatMap(numbersOf), Array.from({ length: 30 }, (_, index) => 3 * index + 1));
  assertEquals(pages[0]!.to, 90, "the newest event, though it is no message");
  for (const [index, { from, to, messages }] of pages.entries()) {
    if (index > 0) assertEquals(to, pages[index - 1]!.from - 1);
    for (const { seq } of messages) assert(from <= seq && seq <= to);
  }
  assertEquals(pages.at(-1)!.from, 1);
  const between = await ada.ask({ type: "history", room, before: 6, limit: 1 }, "history");
  assertEquals([between.from, between.to, numbersOf(between), between.more], [4, 5, [4], true]);
  // The same from below.
  const up: LineOf<"history">[] = [];
  for (let more = true; more; more = up.at(-1)!.more) {
    up.push(await ada.ask({ type: "history", room, after: up.at(-1)?.to ?? 0, limit: 7 }, "history"));
  }
  assertEquals(up.flatMap(numbersOf), Array.from({ length: 30 }, (_, index) => 3 * index + 1));
  assertEquals(up.map(({ from, to }) => [from, to]), [[1, 19], [20, 40], [41, 61], [62, 82], [83, 90]]);
  const last = await ada.ask({ type: "history", room, after: 79, limit: 3 }, "history");
  assertEquals([numbersOf(last), last.to, last.more], [[82, 85, 88], 90, false], "a full page may be the last one");
  const none = await ada.ask({ type: "history", room, after: 90 }, "history");
  assertEquals([none.from, none.to, none.messages, none.more], [91, 90, [], false]);
});

Deno.test("a page from a place on has what answers and reactions a page before a place has", async () => {
  await using server = await serverWith([by("one"), { ...by("two"), reply: 1 }]);
  await using ada = await ChatClient.open(server, "ada", room);
  await ada.ask({ type: "react", room, nonce: "n", target: 2, emoji: "👍", on: true }, "ok");
  const { messages, refs } = await ada.ask({ type: "history", room, after: 1 }, "history");
  assertEquals(refs?.map(({ seq }) => seq), [1]);
  assertEquals(messages.map((message) => "reactions" in message && message.reactions), [
    [{ emoji: "👍", count: 1, mine: true }],
  ]);
});

Deno.test("long messages make a page shorter, and what it spans too", async () => {
  const events = Array.from({ length: 20 }, () => by("x".repeat(limits.TEXT_CHARACTERS)));
  await using server = await serverWith(events);
  await using ada = await ChatClient.open(server, "ada", room);
  const pages = await pagesOf(ada, {});
  assert(pages.length > 2);
  const on = await ada.ask({ type: "history", room, after: 0 }, "history");
  assertEquals([on.from, on.to, on.more], [1, on.messages.length, true]);
  assertEquals(pages.toReversed().flatMap(numbersOf), Array.from({ length: 20 }, (_, index) => index + 1));
});

Deno.test("mentions and reactions count for the length of a page", async () => {
  const mentions = Array.from({ length: limits.MENTIONS }, (_, index) => `m${index}`.padEnd(60, "x"));
  const events = Array.from({ length: 100 }, () => ({ ...by("hi"), mentions }));
  await using server = await serverWith(events);
  await using ada = await ChatClient.open(server, "ada", room);
  const [frame] = [ada.frames.length];
  const { messages } = await ada.ask({ type: "history", room }, "history");
  assert(messages.length < 40);
  assert(ada.frames[frame]!.length < 2 * limits.REPLY_CHARACTERS);
});

Deno.test("a thread is a message and its answers, in pages", async () => {
  const answers = (count: number) => Array.from({ length: count }, (_, index) => ({ ...by(`a${index}`), reply: 3 }));
  const other = (text: string) => [by(text), { ...by("to 1"), reply: 1 }];
  await using server = await serverWith([
    by("one"),
    by("two"),
    by("three"),
    ...answers(2),
    ...other("x"),
    ...answers(4),
  ]);
  await using ada = await ChatClient.open(server, "ada", room);
  const pages = await pagesOf(ada, { thread: 3, limit: 3 });
  assertEquals(pages.map(numbersOf), [[9, 10, 11], [4, 5, 8], [3]]);
  assertEquals(pages.map(({ from, to, more }) => [from, to, more]), [[9, 11, true], [4, 8, true], [1, 3, false]]);
  assertEquals(pages.map(({ refs }) => refs?.map(({ seq }) => seq)), [[3], [3], undefined]);
  const whole = await ada.ask({ type: "history", room, thread: 3 }, "history");
  assertEquals([numbersOf(whole), whole.more], [[3, 4, 5, 8, 9, 10, 11], false]);
  const alone = await ada.ask({ type: "history", room, thread: 2 }, "history");
  assertEquals([numbersOf(alone), alone.more, alone.from], [[2], false, 1]);
  const none = await ada.ask({ type: "history", room, thread: 99 }, "history");
  assertEquals([numbersOf(none), none.more], [[], false]);
});

/** A log that answers late what a test tells it to, and with what it was when it was asked. */
function lateLog(isLate: (range: Range) => boolean) {
  const log = Object.assign(openLog(new MemoryStore()), { late: [] as (() => void)[] });
  const { read } = log;
  log.read = async (name, range) => {
    const page = await read(name, range);
    if (isLate(range)) await new Promise<void>((answer) => log.late.push(answer));
    return page;
  };
  return log;
}

const react = { type: "react", room, target: 1, emoji: "👍", on: true } as const;

const ANSWERS: Record<string, [Parameters<ChatClient["post"]>[0], (range: Range) => boolean]> = {
  history: [{ type: "history", room, limit: 7 }, ({ limit }) => limit === 7],
  "a second join": [{ type: "join", room }, ({ limit }) => limit === limits.RECENT_MESSAGES],
};

for (const [what, [command, isLate]] of Object.entries(ANSWERS)) {
  Deno.test(`no change is pushed before an answer that lacks it: ${what}`, async () => {
    let late = false;
    const log = lateLog((range) => late && isLate(range));
    await using server = startServer({ log });
    await using ada = await ChatClient.open(server, "ada", room);
    await using bob = await ChatClient.open(server, "bob", room);
    await bob.publish(room, "hi");
    await ada.untilEvent(room, 1);
    late = true;
    const ref = ada.post(command);
    await eventually(() => log.late.length === 1, "the messages to be read");
    await bob.ask({ ...react, nonce: "n-1" }, "ok");
    // A round serves Ada before Bob.
    await bob.untilEvent(room, 2);
    log.late[0]!();
    await ada.untilEvent(room, 2);
    const answer = await ada.reply(ref) as LineOf<"history" | "joined">;
    assertEquals(answer.messages.map((message) => "reactions" in message), [false]);
    assertEquals(ada.lines.slice(ada.lines.indexOf(answer)).some(({ type }) => type === "change"), true);
    assertEquals(ada.all("change").length, 1);
  });
}
