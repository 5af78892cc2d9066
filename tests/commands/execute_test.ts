/** What each command of `chat.v1` does, on real sockets. @module */

import { idOfKey } from "../../chat/wire/identity.ts";
import * as limits from "../../chat/limits.ts";
import { WIRE_LIMITS } from "../../chat/wire/lines.ts";
import { VERSION } from "../../chat/settings/version.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

Deno.test("hello is answered by who you are and what you will be held to", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "42");
  assertEquals(ada.protocol, "chat.v1");
  const { session, ...welcome } = await ada.ask({ type: "hello", name: "  Ada\tLovelace " }, "welcome");
  assertEquals(welcome, {
    type: "welcome",
    ref: "r1",
    id: "42",
    name: "Ada Lovelace",
    version: VERSION,
    limits: WIRE_LIMITS,
  });
  assertMatch(session, /^[0-9a-f]{8}$/);
});

Deno.test("a client that gives no name is called Client #<id>", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "42");
  assertEquals((await ada.ask({ type: "hello" }, "welcome")).name, "Client #42");
});

Deno.test("anything before hello is refused, and so is a second hello", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "ada");
  assertEquals((await ada.ask({ type: "join", room: "lobby" }, "error")).code, "hello_first");
  await ada.ask({ type: "hello" }, "welcome");
  assertEquals((await ada.ask({ type: "hello", name: "Other" }, "error")).code, "already_hello");
  await ada.join("lobby");
});

Deno.test("an id that belongs to a key needs that key", async () => {
  await using server = startServer();
  const key = "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0";
  await using ada = await ChatClient.connect(server, await idOfKey(key));
  assertEquals((await ada.ask({ type: "hello" }, "error")).code, "bad_key");
  assertEquals((await ada.ask({ type: "hello", key: `${key}0` }, "error")).code, "bad_key");
  assertEquals((await ada.ask({ type: "join", room: "lobby" }, "error")).code, "hello_first");
  assertEquals((await ada.ask({ type: "hello", key }, "welcome")).id, await idOfKey(key));
});

Deno.test("a client that says no hello is closed with 4001 after ten seconds", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using silent = await ChatClient.connect(server, "silent");
  await using greeted = await ChatClient.open(server, "greeted");
  clock.advance(limits.HELLO_MS - limits.OUTBOX_SWEEP_MS);
  await greeted.settled();
  assert(!silent.isClosed);
  // One sweep begins only after the last one has looked at everybody, which takes turns of the event loop.
  for (let sweep = 0; sweep < 3; sweep++) {
    clock.advance(limits.OUTBOX_SWEEP_MS);
    await greeted.settled();
  }
  assertEquals((await silent.closed).code, 4001);
  await greeted.settled();
});

Deno.test("publish is answered with the message's place, time and durability, and comes as a push", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const { seq, ts, durability } = await ada.publish("lobby", "hello, world", "n-1");
  assertEquals([seq, durability], [1, "memory"]);
  const expected = {
    type: "message" as const,
    room: "lobby",
    seq: 1,
    id: "ada",
    name: "Client #ada",
    text: "hello, world",
    ts: ts!,
    nonce: "n-1",
  };
  assertEquals(await ada.push("message"), expected);
  assertEquals(await bob.push("message"), expected);
});

Deno.test("a publish sent again with its nonce has the first one's seq, on any connection, and is seen once", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const first = await ada.publish("lobby", "once", "n-1");
  const { ref: _, ...firstPlace } = first;
  const { ref: __, ...again } = await ada.publish("lobby", "once", "n-1");
  assertEquals(again, firstPlace);
  await ada.close();
  await using adaAgain = await ChatClient.open(server, "ada", "lobby");
  assertEquals((await adaAgain.publish("lobby", "once", "n-1")).seq, first.seq);
  assertEquals((await bob.publish("lobby", "another author's", "n-1")).seq, 2);
  assertEquals((await bob.untilSeq("lobby", 2)).map(({ text }) => text), ["once", "another author's"]);
});

Deno.test("publishes in one frame are answered, stored and pushed in their order", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const refs = Array.from({ length: 20 }, (_, index) => `p${index}`);
  ada.command(...refs.map((ref) => ({ type: "publish", ref, room: "lobby", nonce: ref, text: ref })));
  await ada.reply("p19");
  const oks = ada.all("ok");
  assertEquals(oks.map(({ ref, seq }) => [ref, seq]), refs.map((ref, index) => [ref, index + 1]));
  assertEquals(
    (await bob.untilSeq("lobby", 20)).map(({ text, nonce }) => [text, nonce]),
    refs.map((ref) => [ref, ref]),
  );
});

Deno.test("another text under a nonce that was used is refused, by its author's connection and by the next one", async () => {
  await using server = startServer();
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const say = (text: string, nonce = "1") => ({ type: "publish", room: "lobby", nonce, text }) as const;
  {
    await using bot = await ChatClient.open(server, "bot", "lobby");
    assertEquals((await bot.ask(say("Monday: done"), "ok")).seq, 1);
    assertEquals((await bot.ask(say("Monday: failed"), "error")).code, "nonce_used");
  }
  await using bot = await ChatClient.open(server, "bot", "lobby");
  const { type, code, message } = await bot.ask(say("Tuesday: failed"), "error");
  assertEquals([type, code, message], [
    "error",
    "nonce_used",
    '"nonce" was used for another text in this room: a new message needs a new one, a UUID for example',
  ]);
  assertEquals((await bot.ask(say("Monday: done"), "ok")).seq, 1);
  assertEquals((await bot.ask(say("Tuesday: failed", "2"), "ok")).seq, 2);
  assertEquals((await bob.untilSeq("lobby", 2)).map(({ text }) => text), ["Monday: done", "Tuesday: failed"]);
});

Deno.test("publishes that do not wait for their replies keep their order over many frames", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  const refs = Array.from(
    { length: 300 },
    () => ada.post({ type: "publish", room: "lobby", nonce: crypto.randomUUID(), text: "x" }),
  );
  await ada.reply(refs.at(-1)!);
  const oks = ada.all("ok");
  assertEquals(oks.map(({ ref }) => ref), refs);
  assertEquals(oks.map(({ seq }) => seq), refs.map((_, index) => index + 1));
});

Deno.test("several lines go into one frame in both directions", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "ada");
  ada.send('\n{"type":"hello","ref":"1"}\n\n  \n{"type":"ping","ref":"2"}\r\n{"type":"ping","ref":"3"}\n');
  await ada.reply("3");
  ada.frames.length = 0;
  ada.command({ type: "ping", ref: "4" }, { type: "ping", ref: "5" }, { type: "leave", ref: "6", room: "lobby" });
  await ada.reply("6");
  assertEquals(ada.frames.length, 1, "replies of one turn share a frame");
});

Deno.test("32 lines in a frame are carried out, and of 33 none is", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada");
  const pings = Array.from({ length: limits.FRAME_IN_LINES + 1 }, (_, index) => ({ type: "ping", ref: `p${index}` }));
  ada.command(...pings);
  assertEquals((await ada.push("error")).code, "too_many_lines");
  assertEquals(ada.all("pong"), []);
  ada.command(...pings.slice(1));
  await ada.reply(`p${limits.FRAME_IN_LINES}`);
  assertEquals(ada.all("pong").length, limits.FRAME_IN_LINES);
});

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

Deno.test("publish, history and typing need the room to be joined", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  const room = "other";
  assertEquals((await ada.ask({ type: "publish", room, nonce: "1", text: "x" }, "error")).code, "not_joined");
  assertEquals((await ada.ask({ type: "history", room }, "error")).code, "not_joined");
  assertEquals((await ada.ask({ type: "typing", room }, "error")).code, "not_joined");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  assertEquals((await ada.ask({ type: "publish", room: "lobby", nonce: "1", text: "x" }, "error")).code, "not_joined");
});

Deno.test("no push of a room comes after leaving it", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby", "other");
  await using bob = await ChatClient.open(server, "bob", "lobby", "other");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  const before = ada.lines.length;
  await bob.publish("lobby", "not for Ada");
  await bob.publish("other", "for Ada");
  await ada.push("message", ({ text }) => text === "for Ada");
  assertEquals(ada.lines.slice(before).filter((line) => "room" in line && line.room === "lobby"), []);
  await ada.ask({ type: "leave", room: "never-joined" }, "ok");
});

Deno.test("one socket is in several rooms, at most 32", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada");
  const rooms = Array.from({ length: limits.ROOMS_PER_CONNECTION }, (_, index) => `room-${index}`);
  for (const room of rooms) await ada.join(room);
  assertEquals((await ada.ask({ type: "join", room: "one-more" }, "error")).code, "too_many_rooms");
  await ada.join(rooms[0]!);
  for (const room of rooms) await ada.publish(room, `in ${room}`);
  for (const room of rooms) assertEquals((await ada.untilSeq(room, 1)).map(({ text }) => text), [`in ${room}`]);
  await ada.ask({ type: "leave", room: rooms[0]! }, "ok");
  await ada.join("one-more");
});

Deno.test("rename is answered with the name as it now is, shows in every room and in what is said from then on", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "red", "blue");
  await using bob = await ChatClient.open(server, "bob", "red");
  await using carol = await ChatClient.open(server, "carol", "blue");
  assertEquals((await ada.ask({ type: "rename", name: " Count\u0065\u0301ss  of\nL " }, "ok")).name, "Countéss of L");
  const renamed = ({ joins }: { joins: { id: string; name: string }[] }) =>
    joins.some(({ id, name }) => id === "ada" && name === "Countéss of L");
  await bob.push("presence", renamed);
  await carol.push("presence", renamed);
  await ada.publish("red", "hi");
  assertEquals((await bob.push("message")).name, "Countéss of L");
  assertEquals((await bob.join("red")).members!.find(({ id }) => id === "ada"), { id: "ada", name: "Countéss of L" });
});

Deno.test("typing reaches everybody in the room, at most once in three seconds", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, limitRate: false });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const typeAway = async () => {
    ada.command({ type: "typing", room: "lobby" });
    await ada.ask({ type: "typing", room: "lobby" }, "ok");
    await ada.publish("lobby", "x");
    await bob.untilSeq("lobby", ada.all("ok").filter(({ seq }) => seq).length);
    return bob.all("typing").length;
  };
  assertEquals(await typeAway(), 1);
  assertEquals(bob.all("typing"), [{ type: "typing", room: "lobby", id: "ada" }]);
  assertEquals(ada.all("typing").length, 1, "it comes to the one who is typing, too");
  clock.advance(limits.TYPING_MS - 1);
  assertEquals(await typeAway(), 1);
  clock.advance(1);
  assertEquals(await typeAway(), 2);
});

Deno.test("typing without a ref is not answered", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  ada.command({ type: "typing", room: "lobby" });
  await ada.settled();
  assertEquals(ada.all("ok"), []);
});

Deno.test("pong says for each room up to where everything was sent", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  assertEquals((await ada.settled()).heads, {});
  const { epoch } = await ada.join("red");
  await ada.join("constructor");
  assertEquals((await ada.settled()).heads, { red: { epoch, seq: 0 }, constructor: { epoch, seq: 0 } });
  await ada.publish("red", "one");
  await ada.untilSeq("red", 1);
  assertEquals((await ada.settled()).heads.red, { epoch, seq: 1 });
  await ada.ask({ type: "leave", room: "red" }, "ok");
  assertEquals(Object.keys((await ada.settled()).heads), ["constructor"]);
});

Deno.test("a head is never ahead of what the socket has been sent", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  for (let round = 0; round < 100; round++) {
    bob.post({ type: "publish", room: "lobby", nonce: `${round}`, text: "x" });
    const head = (await ada.settled()).heads.lobby!.seq;
    assert((ada.messages("lobby").at(-1)?.seq ?? 0) >= head, `told ${head} before it was sent`);
  }
});

Deno.test("strikes are forgiven, one every ten seconds", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  for (let strikes = 0; strikes < 2 * limits.STRIKES; strikes++) {
    ada.send("not JSON");
    await ada.until(() => ada.all("error").length === strikes + 1);
    clock.advance(10_000);
  }
  await ada.settled();
});

Deno.test("replies say which command they answer, whatever was answered before", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  ada.command(
    { type: "join", ref: "join", room: "lobby" },
    { type: "publish", ref: "publish", room: "lobby", nonce: "1", text: "x" },
    { type: "history", ref: "history", room: "lobby" },
    { type: "nonsense", ref: "wrong" },
    { type: "leave", ref: "leave", room: "lobby" },
  );
  const types: string[] = [];
  for (const ref of ["join", "publish", "history", "wrong", "leave"]) types.push((await ada.reply(ref)).type);
  assertEquals(types, ["joined", "ok", "history", "error", "ok"]);
});

Deno.test("two connections of one id are both served, and both are told apart by their session", async () => {
  await using server = startServer();
  await using phone = await ChatClient.connect(server, "ada");
  await using desk = await ChatClient.connect(server, "ada");
  const one = await phone.ask({ type: "hello" }, "welcome");
  const other = await desk.ask({ type: "hello" }, "welcome");
  assertNotEquals(one.session, other.session);
  await phone.join("lobby");
  await desk.join("lobby");
  await phone.publish("lobby", "from the phone");
  await desk.untilSeq("lobby", 1);
});
