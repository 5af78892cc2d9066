/** What the owner of a room sets: slow mode, how long a message may be edited, what newcomers read. @module */

import type { RoomSettings, StoredEvent } from "../../chat/event/event.ts";
import { EDIT_MS, NEWCOMER_DELAY_MS, ROOM_KEEP_DAYS, ROOM_KEEP_MESSAGES, SLOW_MS } from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { startServer } from "../lib/server.ts";
import { idOf, keyOf, nonce, open } from "../lib/tea_room.ts";

const IDS = { ada: await idOf("ada"), bob: await idOf("bob"), eve: await idOf("eve") };

const place = (id: string, fields: object) => ({ type: "member", room: "tea", nonce: nonce(), id, ...fields }) as const;
const publish = (text = "hi") => ({ type: "publish", room: "tea", nonce: nonce(), text }) as const;
const settings = (set: Partial<RoomSettings>) => ({ type: "settings", room: "tea", nonce: nonce(), set }) as const;

/** Makes the room `tea`; its maker has joined it. */
async function makeRoom(by: ChatClient, set: Partial<RoomSettings>): Promise<void> {
  await by.ask({ type: "create", nonce: nonce(), room: "tea", set: { title: "Tea", ...set } }, "ok");
  await by.join("tea");
}

Deno.test("in slow mode everybody below a moderator is told how long to wait, and nobody is closed for asking", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { slowMs: 60_000 });
  await using bob = await open(server, "bob");
  const { settings } = await bob.join("tea");
  assertEquals(settings?.slowMs, 60_000);
  const { seq } = await bob.ask(publish("one"), "ok");
  for (let n = 0; n < 20; n++) {
    const { code, retryAfterMs = 0 } = await bob.ask(publish("two"), "error");
    assertEquals(code, "slow_mode");
    assert(retryAfterMs > 50_000 && retryAfterMs <= 60_000, `${retryAfterMs}`);
  }
  // An edit and a reaction say nothing new.
  await bob.ask({ type: "edit", room: "tea", nonce: nonce(), target: seq!, version: 0, text: "one!" }, "ok");
  await bob.ask({ type: "react", room: "tea", nonce: nonce(), target: seq!, emoji: "👍", on: true }, "ok");
  for (let n = 0; n < 3; n++) await ada.ask(publish("mine"), "ok");
  await ada.ask(place(IDS.bob, { role: "member" }), "ok");
  assertEquals((await bob.ask(publish("two"), "error")).code, "slow_mode");
  await ada.ask(place(IDS.bob, { role: "moderator" }), "ok");
  for (let n = 0; n < 3; n++) await bob.ask(publish("three"), "ok");
});

Deno.test("a plain client that does not wait in slow mode is closed", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { slowMs: 60_000 });
  await using plain = await PlainClient.open(server, "77", "tea");
  plain.send("one");
  await ada.push("message", ({ text }) => text === "one");
  plain.send("two");
  assertEquals((await plain.closed).code, 1008);
});

Deno.test("a message can be edited for as long as its room says", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { editWindowMs: 3_600_000 });
  const { seq } = await ada.ask(publish("one"), "ok");
  const edit = (text: string, version: number) =>
    ({ type: "edit", room: "tea", nonce: nonce(), target: seq!, version, text }) as const;
  await ada.ask(edit("two", 0), "ok");
  await ada.ask(settings({ editWindowMs: 0 }), "ok");
  await new Promise((resolve) => setTimeout(resolve, 2));
  assertEquals((await ada.ask(edit("three", 1), "error")).code, "too_late");
  await ada.ask(settings({ editWindowMs: EDIT_MS }), "ok");
  await ada.ask(edit("three", 1), "ok");
});

/** A private room with what was said before Bob came, and Bob as its member; what was said there since then. */
async function roomWithNewcomer(ada: ChatClient, bob: ChatClient, set: Partial<RoomSettings> = {}) {
  const made = await ada.ask({
    type: "create",
    nonce: nonce(),
    set: { visibility: "private", history: "joined", ...set },
  }, "ok");
  const room = made.room!;
  await ada.join(room);
  const say = async (text: string, fields: object = {}) =>
    (await ada.ask({ type: "publish", room, nonce: nonce(), text, ...fields }, "ok")).seq!;
  const old = await say("secret 1");
  await ada.ask({ type: "react", room, nonce: nonce(), target: old, emoji: "👍", on: true }, "ok");
  await say("secret 2");
  const came = (await ada.ask({ ...place(IDS.bob, { role: "member" }), room }, "ok")).seq!;
  const answer = await say("an answer", { reply: old });
  await say("something new");
  const joined = await bob.join(room);
  return { room, say, old, came, answer, joined };
}

const textsOf = (events: StoredEvent[]) => events.flatMap((event) => "text" in event ? [event.text] : []);
const NEW = ["an answer", "something new"];

Deno.test("a newcomer reads a private room from its place on, by no command anything before", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const { room, old, came, answer, joined, say } = await roomWithNewcomer(ada, bob);
  assertEquals(textsOf(joined.messages), NEW);
  assertEquals([joined.first, joined.floor, joined.refs, joined.recovered], [came + 1, came - 1, [], false]);
  for (const range of [{}, { after: 0 }, { before: answer + 9 }, { limit: 2 }, { after: came }] as const) {
    const page = await bob.ask({ type: "history", room, ...range }, "history");
    assertEquals([textsOf(page.messages), page.more, page.refs], [NEW, false, []], JSON.stringify(range));
  }
  for (const range of [{ before: came }, { before: old + 1 }, { thread: old, before: came }]) {
    const page = await bob.ask({ type: "history", room, ...range }, "history");
    assertEquals([page.messages, page.more], [[], false], JSON.stringify(range));
  }
  const thread = await bob.ask({ type: "history", room, thread: old }, "history");
  assertEquals([textsOf(thread.messages), thread.more], [["an answer"], false]);
  assertEquals((await bob.ask({ type: "reactors", room, target: old, emoji: "👍" }, "reactors")).ids, []);
  assertEquals((await ada.ask({ type: "reactors", room, target: old, emoji: "👍" }, "reactors")).ids, [IDS.ada]);
  const report = { type: "report", room, target: old } as const;
  assertEquals((await bob.ask(report, "error")).code, "no_such_message");
  const target = { room, target: old, nonce: "0" };
  for (
    const change of [
      { ...target, type: "react", emoji: "👍", on: true },
      { ...target, type: "edit", text: "mine", version: 0 },
      { ...target, type: "delete" },
      { type: "publish", room, nonce: "1", text: "an answer", reply: old },
    ] as const
  ) {
    assertEquals((await bob.ask(change, "error")).code, "no_such_message", change.type);
  }
  await ada.ask(report, "ok");
  await ada.ask({ ...place(IDS.bob, { role: "moderator" }), room }, "ok");
  assertEquals((await bob.ask({ type: "reports", room }, "reports")).reports.map(({ message }) => message), [
    undefined,
  ]);
  const { epoch } = joined;
  for (const seq of [0, old, came - 2]) {
    const again = await bob.join(room, { epoch, seq });
    assertEquals([textsOf(again.messages), again.recovered, again.missed], [NEW, false, 0], `${seq}`);
  }
  assertEquals((await bob.join(room, { epoch, seq: came - 1 })).recovered, true);
  await bob.untilEvent(room, await say("and on"));
  assert(!bob.frames.join().includes("secret"));
  assertEquals(textsOf((await ada.join(room)).messages), ["secret 1", "secret 2", ...NEW, "and on"]);
});

Deno.test("a newcomer that knows only messages is shown nothing from before its place either", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await open(server, "ada");
  await using bob = await ChatClient.greet(server, IDS.bob, { key: keyOf("bob") });
  const { room, old, came, joined } = await roomWithNewcomer(ada, bob);
  const texts = [...joined.messages, ...(await bob.ask({ type: "history", room }, "history")).messages];
  assertEquals(texts.map(({ seq }) => seq >= came), texts.map(() => true));
  for (const range of [{ before: came }, { after: 0 }, { after: old }, { thread: old }]) {
    const page = await bob.ask({ type: "history", room, ...range }, "history");
    assertEquals(page.messages.filter(({ seq }) => seq < came), [], JSON.stringify(range));
  }
  assert(!bob.frames.join().includes("secret"));
});

Deno.test("somebody who left and came back reads nothing of the time between, and is told how much of the rest it missed", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const { room, joined, say } = await roomWithNewcomer(ada, bob);
  await ada.ask({ ...place(IDS.bob, { role: "guest" }), room }, "ok");
  await bob.push("removed");
  for (let n = 0; n < 3; n++) await say(`secret meanwhile ${n}`);
  await ada.ask({ ...place(IDS.bob, { role: "member" }), room }, "ok");
  for (let n = 0; n < 60; n++) await say(`since ${n}`);
  const { epoch, seq, ordinal } = joined;
  const back = await bob.join(room, { epoch, seq, ordinal });
  assertEquals([back.recovered, back.messages.length, back.missed], [false, 50, 10]);
  const page = await bob.ask({ type: "history", room, before: back.messages[0]!.seq }, "history");
  assertEquals([page.messages.length, page.more], [10, false]);
  // Another role is no new place.
  await ada.ask({ ...place(IDS.bob, { role: "moderator" }), room }, "ok");
  assertEquals((await bob.ask({ type: "history", room }, "history")).messages.length, 60);
  assert(!bob.frames.join().includes("secret"));
});

Deno.test("the owner opens what was before to members, and closes it again", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const { room, old } = await roomWithNewcomer(ada, bob);
  const count = async () => (await bob.ask({ type: "history", room }, "history")).messages.length;
  assertEquals(await count(), 2);
  await ada.ask({ ...settings({ history: "all" }), room }, "ok");
  assertEquals(await count(), 4);
  assertEquals((await bob.join(room)).refs, undefined);
  assertEquals((await bob.ask({ type: "history", room, limit: 2 }, "history")).refs?.map(({ seq }) => seq), [old]);
  await ada.ask({ ...settings({ history: "joined" }), room }, "ok");
  assertEquals([await count(), (await bob.join(room)).refs], [2, []]);
  // Where guests read everything, members do.
  await ada.ask({ ...settings({ visibility: "unlisted" }), room }, "ok");
  assertEquals(await count(), 4);
});

Deno.test("a page that was read by what the room was before is read again, on every process", async () => {
  const store = new MemoryStore();
  // The tail of the second one hears nothing of the first.
  await using acting = startServer({ log: openLog(store), limitRate: false });
  await using reading = startServer({ log: openLog(store), limitRate: false });
  await using ada = await open(acting, "ada");
  await using bob = await open(reading, "bob");
  const { room } = await roomWithNewcomer(ada, bob, { history: "all" });
  const [before, said] = [bob.frames.length, () => bob.frames.slice(before).join()];
  await ada.ask({ ...settings({ history: "joined" }), room }, "ok");
  assertEquals(textsOf((await bob.ask({ type: "history", room }, "history")).messages), NEW);
  assertEquals(textsOf((await bob.join(room)).messages), NEW);
  assert(!said().includes("secret"));
});

Deno.test("newcomers wait before they may write, and are told when they may", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, {});
  await using carl = await ChatClient.open(server, "carl", "tea");
  await new Promise((resolve) => setTimeout(resolve, 450));
  await ada.ask(settings({ newcomerDelayMs: 400 }), "ok");
  // He came before it was said.
  assertEquals((await carl.push("may")).may, ["publish", "react"]);
  await using bob = await open(server, "bob");
  const came = Date.now();
  const { may } = await bob.join("tea");
  assertEquals(may, ["delete"]);
  const { code, until = 0 } = await bob.ask(publish(), "error");
  assertEquals(code, "too_new");
  assert(until > came && until <= Date.now() + 400, `${until - came}`);
  assertEquals((await bob.push("may")).may, ["publish", "react", "edit", "delete"]);
  await bob.ask(publish(), "ok");
  // One who goes and comes back has waited.
  await bob.ask({ type: "leave", room: "tea" }, "ok");
  assertEquals((await bob.join("tea")).may.includes("publish"), true);
  await using eve = await open(server, "eve");
  await eve.join("tea");
  await ada.ask(place(IDS.eve, { role: "moderator" }), "ok");
  await eve.ask(publish(), "ok");
});

Deno.test("a mute that ends by itself is told once it has ended, on every connection", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, {});
  const bobs = [await open(server, "bob"), await open(server, "bob")];
  await bobs[0]!.join("tea");
  await ada.ask(place(IDS.bob, { mute: true, untilMs: Date.now() + 400 }), "ok");
  assertEquals((await bobs[0]!.push("may")).may, ["delete"]);
  // This one comes in while it lasts.
  assertEquals((await bobs[1]!.join("tea")).may, ["delete"]);
  for (const bob of bobs) {
    await bob.push("may", ({ may }) => may.includes("publish"));
    await bob.ask(publish(), "ok");
    assertEquals(bob.all("may").filter(({ may }) => may.includes("publish")).length, 1);
    await bob.close();
  }
});

for (
  const [set, words] of [
    [{ slowMs: SLOW_MS + 1 }, `"slowMs" must be an integer from 0 to ${SLOW_MS}`],
    [{ slowMs: -1 }, `"slowMs" must be an integer from 0 to ${SLOW_MS}`],
    [{ newcomerDelayMs: NEWCOMER_DELAY_MS + 1 }, `"newcomerDelayMs" must be an integer from 0 to ${NEWCOMER_DELAY_MS}`],
    [{ keepDays: ROOM_KEEP_DAYS + 1 }, `"keepDays" must be an integer from 0 to ${ROOM_KEEP_DAYS}`],
    [{ keepMessages: 0.5 }, `"keepMessages" must be an integer from 0 to ${ROOM_KEEP_MESSAGES}`],
    [{ editWindowMs: EDIT_MS + 1 }, `"editWindowMs" must be an integer from 0 to ${EDIT_MS}`],
  ] as const
) {
  Deno.test(`a room is not set to ${JSON.stringify(set)}`, async () => {
    await using server = startServer({ limitRate: false });
    await using ada = await open(server, "ada");
    const { code, message } = await ada.ask({ type: "create", nonce: nonce(), room: "tea", set }, "error");
    assertEquals([code, message], ["bad_command", words]);
  });
}
