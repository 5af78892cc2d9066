/** A client of `chat.v1` that knows only messages: it is told of changes by messages, and meets no hole. @module */

import { CHANGES_KEPT } from "../../chat/log/bounds.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import type { StoredEvent } from "../../chat/event/event.ts";
import { Batch, Outgoing } from "../../chat/dialect/batch.ts";
import { chatV1 } from "../../chat/dialect/chat_v1.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { by } from "../lib/messages.ts";
import { startServer } from "../lib/server.ts";

const room = "lobby";
const KEY = "ada's secret, long enough";
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What Ada does: eight events of every kind. */
async function happenings(ada: ChatClient): Promise<void> {
  const say = (text: string, more = {}) =>
    ada.ask({ type: "publish", room, nonce: crypto.randomUUID(), text, ...more }, "ok");
  const change = <Fields extends object>(fields: Fields) => ({
    room,
    nonce: crypto.randomUUID(),
    target: 1,
    ...fields,
  });
  await say("helo");
  await ada.ask(change({ type: "edit", version: 0, text: "hello" } as const), "ok");
  await ada.ask(change({ type: "react", emoji: "👍", on: true } as const), "ok");
  await ada.ask(change({ type: "react", emoji: "👍", on: false } as const), "ok");
  await say("an answer", { reply: 1 });
  await ada.ask(change({ type: "delete" } as const), "ok");
  await ada.ask(change({ type: "react", emoji: "🎉", on: true, target: 5 } as const), "ok");
  await say("last");
}

/** As they are told of as they happen. */
const LIVE = [
  "helo",
  "* hello",
  "reacted 👍 to a message",
  "took back the reaction 👍",
  "an answer",
  "(deleted a message)",
  "reacted 🎉 to a message",
  "last",
];
/** As they are told of later: no text is sent that was replaced. */
const LATER = ["(deleted)", "* (deleted)", ...LIVE.slice(2)];

const brief = (events: object[]) =>
  events.map((event) => "seq" in event && "text" in event && !("kind" in event) ? `${event.seq} ${event.text}` : event);
const numbered = (texts: string[]) => texts.map((text, index) => `${index + 1} ${text}`);

Deno.test("changes are pushed as messages, one for each seq, and a plain socket is shown new messages only", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using old = await ChatClient.greet(server, "old", {}, room);
  await using plain = await PlainClient.open(server, "plain", room);
  await happenings(ada);
  assertEquals(brief(await old.untilSeq(room, 8)), numbered(LIVE));
  assertEquals(old.all("change"), []);
  const [edit] = old.messages(room).slice(1);
  const { id, name, ts } = (await ada.untilEvent(room, 8))[1]!;
  assertEquals(edit, { type: "message", room, seq: 2, id, name, text: "* hello", ts });
  assertEquals((await plain.untilCount(3)).map((frame) => frame.split(" says: ")[1]), ["helo", "an answer", "last"]);
});

Deno.test("it joins, resumes and reads history in messages without a hole", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await happenings(ada);
  await using old = await ChatClient.greet(server, "old", { features: ["something else"] });
  const joined = await old.join(room);
  assertEquals(brief(joined.messages), numbered(LATER));
  assertEquals(joined.seq, 8);
  const resumed = await old.join(room, { epoch: joined.epoch, seq: 4 });
  assertEquals([resumed.recovered, brief(resumed.messages)], [true, numbered(LATER).slice(4)]);
  const history = await old.ask({ type: "history", room, before: 8, limit: 3 }, "history");
  assertEquals([brief(history.messages), history.more], [numbered(LATER).slice(4, 7), true]);
  const first = await old.ask({ type: "history", room, before: 5, limit: 10 }, "history");
  assertEquals([brief(first.messages), first.more], [numbered(LATER).slice(0, 4), false]);
  assertEquals(old.frames.filter((frame) => frame.includes('"kind"') || frame.includes('"refs"')), []);
});

Deno.test("it is replayed more than a page as messages without a hole", async () => {
  await using server = startServer();
  const { log } = server;
  await log.append(room, { id: "ada", name: "Ada", text: "hi" });
  for (const seq of range(2, 250)) {
    await log.append(room, { kind: "react", id: `r${seq}`, name: "R", target: 1, emoji: "👍", on: true });
  }
  await using old = await ChatClient.greet(server, "old", {});
  const { epoch, messages } = await old.join(room);
  assertEquals(messages.map(({ seq }) => seq), range(201, 250));
  const resumed = await old.join(room, { epoch, seq: 1 });
  const pushed = await old.untilSeq(room, 250);
  assertEquals([...resumed.messages, ...pushed].map(({ seq }) => seq), range(2, 250));
});

/** A log in which something happens between the first read of a page, which finds the end, and the second. */
function meanwhile(store: MessageLog, happens: (head: number) => Promise<unknown>): MessageLog {
  return {
    ...store,
    async read(name, asked) {
      const page = await store.read(name, asked);
      if (asked.limit === 0) await happens(page.head);
      return page;
    },
  };
}

const thumb = (id: number) => ({ kind: "react", id: `r${id}`, name: "R", target: 1, emoji: "👍", on: true }) as const;

Deno.test("a page that much comes behind while it is read says where it ends", async () => {
  const store = openLog(new MemoryStore());
  const happens = (head: number) => Promise.all(range(head, head + 249).map((id) => store.append(room, thumb(id))));
  await store.append(room, by("one"));
  await using server = startServer({ log: meanwhile(store, happens) });
  await using old = await ChatClient.greet(server, "old", {}, room);
  const { from, to, messages } = await old.ask({ type: "history", room, limit: 20 }, "history");
  assertEquals(messages.map(({ seq }) => seq), range(to - 19, to));
  assertEquals(from, to - 19);
});

Deno.test("a page that many messages come behind while it is read counts those up to where it ends", async () => {
  const store = openLog(new MemoryStore());
  const happens = (head: number) => Promise.all(range(head, head + 349).map((id) => store.append(room, by(`${id}`))));
  await store.append(room, by("one"));
  await using server = startServer({ log: meanwhile(store, happens) });
  await using old = await ChatClient.greet(server, "old", {});
  const { seq, ordinal, messages } = await old.join(room);
  assertEquals([ordinal, messages.at(-1)?.seq], [seq, seq]);
});

Deno.test("a page of a room in which nothing was yet has no hole, whatever comes while it is read", async () => {
  const store = openLog(new MemoryStore());
  const happens = async (head: number) => {
    if (head > 0) return;
    await store.append(room, by("one"));
    await store.append(room, thumb(1));
    await store.append(room, by("three"));
  };
  await using server = startServer({ log: meanwhile(store, happens) });
  await using old = await ChatClient.greet(server, "old", {});
  const { messages } = await old.join(room);
  assertEquals(messages.map(({ seq }) => seq), range(1, 3));
});

Deno.test("a page whose changes are trimmed while it is read has its messages all the same", async () => {
  const store = openLog(new MemoryStore());
  for (const text of ["one", "two", "three"]) await store.append(room, by(text));
  let isTrimmed = false;
  const log: MessageLog = {
    ...store,
    async read(name, asked) {
      const page = await store.read(name, asked);
      if (!isTrimmed || page.head === 0) return page;
      return { ...page, floor: page.head, events: asked.after === undefined ? page.events : [] };
    },
  };
  await using server = startServer({ log: meanwhile(log, (head) => Promise.resolve(isTrimmed = head > 0)) });
  await using old = await ChatClient.greet(server, "old", {});
  const { messages } = await old.join(room);
  assertEquals(messages.map(({ seq }) => seq), range(1, 3));
});

Deno.test("a page whose newest events the store has lost is of now all the same", async () => {
  const store = openLog(new MemoryStore());
  for (const text of ["one", "two", "three", "four"]) await store.append(room, by(text));
  const log: MessageLog = {
    ...store,
    async read(name, asked) {
      const page = await store.read(name, asked);
      return { ...page, events: page.events.filter(({ seq }) => seq <= 2) };
    },
  };
  await using server = startServer({ log });
  await using old = await ChatClient.greet(server, "old", {}, room);
  const { to, messages } = await old.ask({ type: "history", room, limit: 20 }, "history");
  assertEquals([to, messages.map(({ seq }) => seq)], [4, [1, 2]]);
});

Deno.test("below the run that is kept whole it reads messages only, and all of them", async () => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  const reactions = (from: number, to: number) =>
    range(from, to).map((id) =>
      ({ kind: "react", id: `r${id}`, name: "R", target: 1, emoji: "👍", on: true }) as const
    );
  const events = [...["one", "two", "three"].map((text) => by(text)), ...reactions(4, 4), by("five")];
  const entries = [...events, ...reactions(6, CHANGES_KEPT + 20)].map((event) => ({ room, event }));
  await store.commit(entries, { ts: 1, day: 1 });
  while (await store.trim(1_000, 0));
  await using old = await ChatClient.greet(server, "old", {});
  const { floor, first } = await old.join(room);
  assertEquals([first, floor > 5], [1, true]);
  const read: number[] = [];
  for (let before: number | undefined = floor + 40, more = true; more;) {
    const page = await old.ask({ type: "history", room, before, limit: 30 }, "history");
    read.unshift(...page.messages.map(({ seq }) => seq));
    ({ more } = page);
    before = read[0];
  }
  assertEquals(read, [1, 2, 3, 5, ...range(floor + 1, floor + 39)]);
  const on: number[] = [];
  for (let after = 0; on.length < 30;) {
    const page = await old.ask({ type: "history", room, after, limit: 30 }, "history");
    assertEquals(page.more, true);
    on.push(...page.messages.map(({ seq }) => seq));
    after = page.to;
  }
  assertEquals(on, [1, 2, 3, 5, ...range(floor + 1, floor + 30)]);
});

Deno.test("a message is encoded once for both kinds of client, and a change once for each", () => {
  const message: StoredEvent = { seq: 1, id: "ada", name: "Ada", text: "hi", ts: 0 };
  const change: StoredEvent = { seq: 2, id: "ada", name: "Ada", kind: "delete", target: 1, ts: 0 };
  const [one, two] = [new Outgoing(room, message), new Outgoing(room, change)];
  assert(one.messageLine === one.line);
  const { seq, id, name, ts } = change;
  assertEquals(JSON.parse(two.messageLine), { type: "message", room, seq, id, name, text: "(deleted a message)", ts });
  assertEquals(chatV1.say({ type: "change", room, ...change }), two.messageLine);
  const batch = new Batch("e", [one, two], []);
  assert(batch.messageFramesAfter(0) === batch.messageFramesAfter(0));
});

Deno.test("a plain socket that is served late is told that a message was deleted, and never its text", () => {
  const line = new Outgoing(room, { seq: 1, id: "7", name: "Ada", text: "", ts: 1, rev: 2, deleted: true }).plainFrame;
  assertEquals(line?.text, "Client #7 says: (deleted)");
});
