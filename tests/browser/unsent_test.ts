/** Changes on their way: kept over a reload, in order, until the server has stored them or refused them for good. @module */

import { loadBefore } from "../../static/browsing.js";
import { expected } from "../../static/client/expected.js";
import { COMMAND_BURST, SLOW_MS, UNSENT_LEASE_MS } from "../../static/client/limits.js";
import type { Message } from "../../static/client/lines.js";
import { beginEdit, sendEdit } from "../../static/editing.js";
import type { PageState } from "../../static/page_state.js";
import type { Writing } from "../../static/writings.js";
import { assertEquals } from "../lib/assert.ts";
import { change, FakeServer, ME, message } from "./fake_server.ts";

const MAY = ["publish", "react", "edit", "delete"];

/** A client in a room with one message of its own, number 1. */
async function open(): Promise<FakeServer> {
  const server = new FakeServer();
  await server.welcome({ messages: [message(1, { id: ME })], may: MAY });
  return server;
}

const edit = (text: string, version = 0) => ({ type: "edit", target: 1, targetEpoch: "e", text, version }) as const;
const react = (on = true) => ({ type: "react", target: 1, targetEpoch: "e", emoji: "👍", on }) as const;

/** What is on its way, in short. */
const left = (server: FakeServer) =>
  server.client.unsent.of("lobby").map(({ type = "publish", state, code }) => [type, state, code].join(" ").trim());

/** The page, as far as an edit is begun and sent in it. */
function pageOf({ client: { unsent }, room, timeline }: FakeServer): PageState {
  const page = { unsent, room, timeline, writing: {}, write: (writing: Writing) => void (page.writing = writing) };
  return page as unknown as PageState;
}

const refuse = (server: FakeServer, ref: string) =>
  server.say({ type: "error", ref, code: "no_such_message", message: "" });
const ok = (server: FakeServer, ref: string, seq: number, fields = {}) =>
  server.say({ type: "ok", ref, epoch: "e", seq, ts: 1, durability: "fsync", ...fields });

Deno.test("a change goes with what it needs, and is done when its event has come", async () => {
  const server = await open();
  server.client.unsent.add("lobby", edit("better"));
  const { ref, nonce, ...command } = await server.asked("edit");
  assertEquals(command, { type: "edit", room: "lobby", text: "better", target: 1, epoch: "e", version: 0 });
  ok(server, ref, 2);
  assertEquals(left(server), ["edit sent"]);
  assertEquals(server.stored.length, 1);
  server.push(change(2, "edit", 1, { id: ME, nonce, text: "better", version: 1 }));
  assertEquals(left(server), []);
});

Deno.test("slow mode holds back messages and what changes those, and nothing else, until it is over", async () => {
  const server = await open();
  const { unsent } = server.client;
  const first = unsent.add("lobby", { text: "soon" });
  unsent.add("lobby", { type: "edit", targetNonce: first.nonce, text: "sooner", version: 0 });
  unsent.add("lobby", { text: "later" });
  unsent.add("lobby", react());
  const { ref } = await server.asked("publish");
  server.say({ type: "error", ref, code: "slow_mode", message: "", retryAfterMs: 6 * 60 * 60 * 1000 });
  ok(server, (await server.asked("react")).ref, 2);
  assertEquals(server.sent, []);
  // The owner has ended it meanwhile, which no client need hear of.
  for (let ms = 0; ms < SLOW_MS; ms += 1000) {
    for (const { type, ref } of (await server.settled()).splice(0)) {
      assertEquals(type, "ping");
      server.say({ type: "pong", ref, heads: {} });
    }
    server.clock.advance(1000);
  }
  for (const [index, type] of ["publish", "edit", "publish"].entries()) {
    ok(server, (await server.asked(type)).ref, index + 3);
  }
  assertEquals(left(server), ["publish sent", "edit sent", "publish sent", "react sent"]);
});

Deno.test("changes wait for each other: one of a room is on the wire at a time, and the order stays", async () => {
  const server = await open();
  for (const intent of [edit("better"), react(), { text: "and a message" }, edit("best", 1)]) {
    server.client.unsent.add("lobby", intent);
  }
  for (const [index, type] of ["edit", "react", "publish", "edit"].entries()) {
    const { ref } = await server.asked(type);
    assertEquals(server.sent, []);
    ok(server, ref, index + 2);
  }
});

Deno.test("what a tab that is closed leaves behind is in the next one at once", async () => {
  const server = await open();
  server.client.unsent.add("lobby", edit("better"));
  server.load("another tab");
  assertEquals(left(server), ["edit pending"]);
});

Deno.test("what a dead tab left behind while the clock was a day ahead is taken over as ever", async () => {
  const server = await open();
  server.clock.wrongByMs = 24 * 60 * 60_000;
  server.client.unsent.add("lobby", edit("better"));
  server.clock.wrongByMs = 0;
  // The tab is gone without a word, so it has not given its entries up.
  server.client.unsent.stop = () => {};
  server.load("another tab");
  server.clock.advance(60_000);
  assertEquals(left(server), ["edit pending"]);
});

Deno.test("what a dead tab left behind for a room that this one does not follow is sent there", async () => {
  const server = await open();
  const { unsent, world } = server.client;
  const entry = unsent.add("elsewhere", { text: "its last words" });
  world.storage.set("outbox.dead", JSON.stringify({ renewedMs: world.now(), entries: [entry] }));
  unsent.remove(entry);
  server.clock.advance(UNSENT_LEASE_MS);
  assertEquals((await server.asked("join")).room, "elsewhere");
});

Deno.test("over a reload changes are kept, in order and under the same nonces", async () => {
  const server = await open();
  for (const intent of [edit("better"), react(), { type: "delete", target: 1, targetEpoch: "e" } as const]) {
    server.client.unsent.add("lobby", intent);
  }
  const first = await server.asked("edit");
  const nonces = server.client.unsent.of("lobby").map(({ nonce }) => nonce);
  server.load();
  assertEquals(left(server), ["edit pending", "react pending", "delete pending"]);
  await server.welcome({ messages: [message(1, { id: ME })], may: MAY });
  const again = await server.asked("edit");
  assertEquals({ ...again, ref: "" }, { ...first, ref: "" });
  assertEquals(server.client.unsent.of("lobby").map(({ nonce }) => nonce), nonces);
});

Deno.test("a change that a broken connection left unanswered is sent again, unless its event comes first", async () => {
  const server = await open();
  server.client.unsent.add("lobby", react());
  const { nonce } = await server.asked("react");
  const event = change(2, "react", 1, { id: ME, nonce, emoji: "👍", on: true });
  await server.comeBack({ recovered: true, seq: 2, messages: [event], may: MAY });
  assertEquals([left(server), server.sent], [[], []]);
});

Deno.test("a message on its way that is in a page of history has arrived, though nobody has said so", async () => {
  const server = await open();
  server.client.unsent.add("lobby", { text: "did it get there?" });
  const { nonce } = await server.asked("publish");
  loadBefore(server.timeline, { era: 0, seq: 3 }, () => {});
  const { ref } = await server.asked("history");
  const messages = [message(1, { id: ME }), message(2, { id: ME, nonce, text: "did it get there?" })];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 2, messages, more: false });
  assertEquals(left(server), []);
});

Deno.test("a change refused for a time is sent again by itself, before what is behind it", async () => {
  for (const code of ["rate_limited", "unavailable", "store_full"]) {
    const server = await open();
    server.client.unsent.add("lobby", react());
    server.client.unsent.add("lobby", edit("better"));
    const { ref, nonce } = await server.asked("react");
    server.say({ type: "error", ref, code, message: "Not now", retryAfterMs: 50 });
    server.clock.advance(60);
    assertEquals((await server.asked("react")).nonce, nonce);
    assertEquals(server.sent, []);
  }
});

Deno.test("an ok of another life of the store does not count, and a target of another life is not touched", async () => {
  const server = await open();
  server.client.unsent.add("lobby", react());
  const { ref } = await server.asked("react");
  ok(server, ref, 2, { epoch: "over" });
  assertEquals(left(server), ["react pending"]);
  server.say({ type: "reset", room: "lobby", epoch: "new", first: 1, head: 7 });
  server.clock.advance(2_000);
  const again = await server.asked("react");
  assertEquals([again.target, again.epoch], [1, "e"]);
  refuse(server, again.ref);
  assertEquals(left(server), ["react failed no_such_message"]);
});

Deno.test("a change with nothing to do is done at once, where the message is as new as the answer", async () => {
  const server = await open();
  server.client.unsent.add("lobby", react(false));
  const { ref } = await server.asked("react");
  ok(server, ref, 1, { unchanged: true });
  assertEquals(left(server), []);
});

Deno.test("a message that is not acknowledged is changed by its nonce, after it", async () => {
  const server = await open();
  server.client.unsent.add("lobby", { text: "helo" });
  const publish = await server.asked("publish");
  const nonce = String(publish.nonce);
  server.client.unsent.add("lobby", { type: "edit", targetNonce: nonce, text: "hello", version: 0 });
  server.client.unsent.add("lobby", { type: "delete", targetNonce: nonce });
  server.load();
  await server.welcome({ messages: [message(1, { id: ME })], may: MAY });
  ok(server, (await server.asked("publish")).ref, 2);
  const command = await server.asked("edit");
  assertEquals([command.targetNonce, command.target], [nonce, undefined]);
  ok(server, command.ref, 3);
  assertEquals((await server.asked("delete")).targetNonce, nonce);
});

Deno.test("what changes a message that was refused waits for it, goes after it, or goes with it", async () => {
  const server = await open();
  const refused = async () => {
    server.client.unsent.add("lobby", { text: "helo" });
    const { ref, nonce } = await server.asked("publish");
    server.client.unsent.add("lobby", { type: "edit", targetNonce: String(nonce), text: "hello", version: 0 });
    server.say({ type: "error", ref, code: "nonce_used", message: "Used" });
    return server.client.unsent.of("lobby")[0]!;
  };
  const entry = await refused();
  assertEquals([left(server), server.sent], [["publish failed nonce_used", "edit pending"], []]);
  server.client.unsent.retry(entry);
  const publish = await server.asked("publish");
  ok(server, publish.ref, 2);
  const { ref, targetNonce } = await server.asked("edit");
  assertEquals(targetNonce, publish.nonce);
  ok(server, ref, 3);
  server.push(message(2, { id: ME, nonce: publish.nonce }), change(3, "poll", 2));
  server.client.unsent.remove(await refused());
  assertEquals(left(server), []);
});

Deno.test("what was sent otherwise before, and is stored so, is not sent as another one", async () => {
  const server = await open();
  const entry = server.client.unsent.add("lobby", { text: "yes", reply: 1, targetEpoch: "another" });
  refuse(server, (await server.asked("publish")).ref);
  server.client.unsent.retry(entry, { reply: undefined, targetEpoch: undefined });
  server.say({ type: "error", ref: (await server.asked("publish")).ref, code: "nonce_used", message: "Used" });
  assertEquals([left(server), server.sent], [[], []]);
});

Deno.test("a refusal is kept until somebody decides, over a reload, and lets what is behind it through", async () => {
  const server = await open();
  server.client.unsent.add("lobby", edit("mine"));
  server.client.unsent.add("lobby", react());
  server.say({ type: "error", ref: (await server.asked("edit")).ref, code: "conflict", message: "Conflict" });
  await server.asked("react");
  server.load();
  assertEquals(left(server), ["edit failed conflict", "react pending"]);
  await server.welcome({ messages: [message(1, { id: ME, rev: 2, version: 1, text: "theirs" })], may: MAY });
  ok(server, (await server.asked("react")).ref, 3);
  server.client.unsent.retry(server.client.unsent.of("lobby")[0]!, { version: 1 });
  const again = await server.asked("edit");
  assertEquals([again.text, again.version], ["mine", 1]);
});

Deno.test("an edit replaces the text that was there when it was begun, though the edit before arrives meanwhile", async () => {
  const server = await open();
  const page = pageOf(server);
  const begin = () => beginEdit(page, server.timeline.items[0]!);
  const submit = (text: string) => sendEdit(page, page.writing.edit!, text);
  begin();
  submit("second");
  begin();
  assertEquals(page.writing.edit?.text, "second");
  const { ref, nonce } = await server.asked("edit");
  ok(server, ref, 2);
  server.push(change(2, "edit", 1, { id: ME, nonce, text: "second", version: 1 }));
  assertEquals(left(server), []);
  submit("message 1");
  const { text, version } = await server.asked("edit");
  assertEquals([text, version], ["message 1", 1]);
});

Deno.test("an edit that a page of history has brought before its answer is not counted twice", async () => {
  const server = await open();
  const page = pageOf(server);
  server.client.unsent.add("lobby", edit("second"));
  const { nonce } = await server.asked("edit");
  loadBefore(server.timeline, { era: 0, seq: 2 }, () => {});
  const { ref } = await server.asked("history");
  const messages = [message(1, { id: ME, text: "second", version: 1, rev: 2 })];
  server.say({ type: "history", ref, room: "lobby", epoch: "e", from: 1, to: 1, messages, more: false });
  beginEdit(page, server.timeline.items[0]!);
  assertEquals([page.writing.edit?.text, page.writing.edit?.version], ["second", 1]);
  sendEdit(page, page.writing.edit!, "third");
  server.push(change(2, "edit", 1, { id: ME, nonce, text: "second", version: 1 }));
  assertEquals(server.client.unsent.of("lobby").map(({ version }) => version), [1]);
});

Deno.test("what means a message by its number says in which life of the store, whenever it is sent", async () => {
  const server = await open();
  const { unsent, link } = server.client;
  for (let sent = 0; sent < COMMAND_BURST; sent++) link.ask({ type: "rooms" }, () => {});
  unsent.add("lobby", edit("better"));
  unsent.add("lobby", { text: "a message" });
  server.say({ type: "reset", room: "lobby", epoch: "new", first: 1, head: 1 });
  await server.settled();
  for (let ms = 0; ms < 10_000; ms += 100) server.clock.advance(100);
  const { ref, target, epoch } = await server.asked("edit");
  assertEquals([target, epoch], [1, "e"]);
  refuse(server, ref);
  assertEquals(left(server), ["edit failed no_such_message", "publish pending"]);
  assertEquals((await server.asked("publish")).epoch, undefined);
});

Deno.test("a number that was given before anything was known means a message of the life in which it is sent first", async () => {
  const server = await open();
  server.client.unsent.add("lobby", { type: "delete", target: 1 });
  assertEquals((await server.asked("delete")).epoch, "e");
  await server.comeBack({ epoch: "new", messages: [message(1)], may: MAY });
  assertEquals((await server.asked("delete")).epoch, "e");
});

Deno.test("what is held waits until it is released, lets others pass, and goes when its client starts again", async () => {
  const server = await open();
  const { unsent } = server.client;
  const remove = { type: "delete", target: 1, targetEpoch: "e" } as const;
  unsent.remove(unsent.add("lobby", remove, "held"));
  const held = unsent.add("lobby", remove, "held");
  unsent.add("lobby", react());
  ok(server, (await server.asked("react")).ref, 2);
  await server.comeBack({ recovered: true, seq: 1, messages: [], may: MAY });
  assertEquals([left(server)[0], server.sent], ["delete held", []]);
  unsent.release(held);
  assertEquals((await server.asked("delete")).nonce, held.nonce);
  const another = await open();
  const kept = another.client.unsent.add("lobby", remove, "held");
  another.load();
  assertEquals(left(another), ["delete pending"]);
  await another.welcome({ messages: [message(1, { id: ME })], may: MAY });
  assertEquals((await another.asked("delete")).nonce, kept.nonce);
});

Deno.test("an answer is sent as one, and only in the life of the store that it was written in", async () => {
  const server = await open();
  server.client.unsent.add("lobby", { text: "yes", reply: 1, targetEpoch: "e" });
  assertEquals((await server.asked("publish")).reply, 1);
  await server.comeBack({ epoch: "new", messages: [message(1)], may: MAY });
  const { ref, epoch } = await server.asked("publish");
  assertEquals(epoch, "e");
  refuse(server, ref);
  server.client.unsent.retry(server.client.unsent.of("lobby")[0]!, { reply: undefined, targetEpoch: undefined });
  assertEquals((await server.asked("publish")).reply, undefined);
});

Deno.test("what is expected of a message is what is on its way to it, and nothing that was refused", () => {
  const base: Pick<Message, "text" | "reactions"> = { text: "a", reactions: [{ emoji: "👍", count: 1 }] };
  const entry = { nonce: "n", room: "lobby", id: ME, name: "Me", ts: 1, state: "pending" } as const;
  const on = { ...entry, type: "react", emoji: "👍", on: true } as const;
  assertEquals(
    expected(base, [{ ...entry, type: "edit", text: "b" }, on, on]),
    {
      text: "b",
      mentions: undefined,
      reactions: [{ emoji: "👍", count: 2, mine: true }],
    } as unknown as typeof base,
  );
  assertEquals(expected(base, [on, { ...on, on: false }]), base);
  assertEquals(expected(base, [{ ...entry, type: "edit", text: "b", state: "failed" }]), base);
});
