/** The tutorial's dialect: plain text in, `Client #<id> says: <text>` out. @module */

import { plain } from "../../chat/dialect/plain.ts";
import * as limits from "../../chat/limits.ts";
import { CloseCode } from "../../chat/wire/close.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

Deno.test("a plain text goes to everyone in the room, the sender included, as exactly one line", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "1767225600000");
  await using bob = await PlainClient.open(server, "Bob_2-x");
  ada.send("hello, world");
  assertEquals(await ada.untilCount(1), ["Client #1767225600000 says: hello, world"]);
  assertEquals(await bob.untilCount(1), ["Client #1767225600000 says: hello, world"]);
});

Deno.test("nothing but messages is sent on a plain socket that asks for no more", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "ada");
  ada.send("before");
  await ada.untilCount(1);
  await using bob = await PlainClient.open(server, "bob");
  await using grace = await ChatClient.open(server, "grace", "lobby");
  await grace.ask({ type: "rename", name: "Grace" }, "ok");
  await grace.ask({ type: "typing", room: "lobby" }, "ok");
  await (await PlainClient.open(server, "carol")).close();
  await grace.push("presence", ({ joins }) => joins.some(({ id }) => id === "carol"));
  await grace.publish("lobby", "after");
  assertEquals(await bob.untilCount(1), ["Client #grace says: after"]);
  assertEquals(await ada.untilCount(2), ["Client #ada says: before", "Client #grace says: after"]);
});

Deno.test("texts of every kind arrive as they were sent", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "ada");
  const texts = [
    ".",
    " x ",
    "a\tb",
    '{"type":"ping","ref":"1"}',
    "naïve 👩‍👩‍👧 שלום \u200b \u202e!",
    "%s %d <b>&amp;",
    "line\n",
  ];
  for (const text of texts) ada.send(text);
  assertEquals(await ada.untilCount(texts.length), texts.map((text) => `Client #ada says: ${text}`));
});

Deno.test("a text in which nothing can be seen is dropped, and its sender stays", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "ada");
  for (const text of ["", " ", "\n", "\uFEFF", "\u200b\u2060", "\u3164", "\0\u0007"]) ada.send(text);
  ada.send("\uFEFFseen");
  assertEquals(await ada.untilCount(1), ["Client #ada says: seen"]);
});

Deno.test("in any text, all lines but the first are indented, and no control reaches a terminal", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "ada");
  await using chat = await ChatClient.open(server, "chat", "lobby");
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((c) =>
    /\p{Cc}/u.test(c)
  );
  const forged = [...controls, "\r\n", "\u2028", "\u2029"].map((end) => `a${end}Client #1 says: b${end}`).join("");
  for (const say of [() => ada.send(forged), () => chat.publish("lobby", forged)]) {
    const count = ada.frames.length + 1;
    say();
    const shown = (await ada.untilCount(count)).at(-1)!;
    const lines = shown.split(/[\n\r\v\f\x85\u2028\u2029]/);
    assert(lines.length > 10);
    // The text ends with a line end, and that is left as it is.
    assertEquals(lines.pop(), "");
    assert(lines.slice(1).every((line) => line.startsWith("    ")), shown);
    assert(!/[^\P{Cc}\t\n]/u.test(shown), shown);
  }
});

Deno.test("rooms are apart, and a client that names none is in the lobby", async () => {
  await using server = startServer();
  await using red = await PlainClient.open(server, "a", "red");
  await using blue = await PlainClient.open(server, "b", "blue");
  await using none = await PlainClient.open(server, "c");
  await using lobby = await PlainClient.open(server, "d", "lobby");
  red.send("to red");
  blue.send("to blue");
  none.send("to the lobby");
  assertEquals(await red.untilCount(1), ["Client #a says: to red"]);
  assertEquals(await blue.untilCount(1), ["Client #b says: to blue"]);
  assertEquals(await lobby.untilCount(1), ["Client #c says: to the lobby"]);
  red.send("again");
  await red.untilCount(2);
  assertEquals(blue.frames.length + none.frames.length + lobby.frames.length, 3);
});

Deno.test("one sender's texts keep their order", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await PlainClient.open(server, "ada");
  await using bob = await PlainClient.open(server, "bob");
  const numbers = Array.from({ length: 500 }, (_, index) => `${index}`);
  for (const number of numbers) ada.send(number);
  assertEquals(await bob.untilCount(500), numbers.map((number) => `Client #ada says: ${number}`));
});

Deno.test("/ws without an id echoes to its sender only", async () => {
  await using server = startServer();
  for (const path of ["/ws", "/ws/"]) {
    await using one = await PlainClient.at(server, path);
    await using other = await PlainClient.at(server, path);
    one.send("hi");
    assertEquals(await one.untilCount(1), ["Your text was: hi"]);
    other.send("ho");
    assertEquals(await other.untilCount(1), ["Your text was: ho"]);
    assertEquals(one.frames.length, 1);
  }
});

Deno.test("a binary frame is a close with 1003", async () => {
  await using server = startServer();
  for (const path of ["/ws/ada", "/ws"]) {
    await using client = await PlainClient.at(server, path);
    client.send(new Uint8Array([1, 2, 3]));
    assertEquals((await client.closed).code, 1003);
  }
});

Deno.test("4,000 characters are a message, whatever their size, and 4,001 are a close with 1009", async () => {
  await using server = startServer();
  for (const character of ["x", "€", "😀"]) {
    await using ada = await PlainClient.open(server, "ada");
    const longest = character.repeat(limits.TEXT_CHARACTERS);
    ada.send(longest);
    assertEquals(await ada.untilCount(1), [`Client #ada says: ${longest}`]);
    ada.send(`${longest}x`);
    assertEquals((await ada.closed).code, 1009);
  }
});

for (const count of [60, 100]) {
  Deno.test(`of ${count} texts sent in a loop ${count} arrive, in order, as fast as the rate allows`, async () => {
    const clock = new FakeClock();
    await using server = startServer({ clock });
    await using bob = await PlainClient.open(server, "bob");
    await using ada = await PlainClient.open(server, "ada");
    for (let index = 0; index < count; index++) ada.send(`${index}`);
    await bob.untilCount(limits.COMMAND_BURST);
    for (let more = limits.COMMAND_BURST + 1; more <= count; more++) {
      clock.advance(1_000 / limits.COMMANDS_PER_S);
      await bob.untilCount(more);
    }
    assertEquals(bob.frames, Array.from({ length: count }, (_, index) => `Client #ada says: ${index}`));
    assertEquals(ada.frames, bob.frames);
  });
}

Deno.test("texts sent before the end still arrive after it, and only then their author is gone", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using bob = await PlainClient.open(server, "bob");
  await using watcher = await ChatClient.open(server, "watcher", "lobby");
  const count = 2 * limits.COMMAND_BURST;
  {
    await using ada = await PlainClient.open(server, "ada");
    for (let index = 0; index < count; index++) ada.send(`${index}`);
    await bob.untilCount(limits.COMMAND_BURST);
  }
  for (let more = limits.COMMAND_BURST + 1; more <= count; more++) {
    clock.advance(1_000 / limits.COMMANDS_PER_S);
    await bob.untilCount(more);
  }
  assertEquals(bob.frames.at(-1), `Client #ada says: ${count - 1}`);
  await eventually(() => server.manager.stats.connections === 2, "the author's end");
  await watcher.untilSeq("lobby", count);
});

Deno.test("beyond the bound a plain sender is closed with 1008, and what was let through before is kept", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using bob = await PlainClient.open(server, "bob");
  await using ada = await PlainClient.open(server, "ada");
  for (let sent = 0; sent <= limits.COMMAND_BURST + limits.SLOWED_LINES; sent++) ada.send(`${sent}`);
  assertEquals((await ada.closed).code, 1008);
  bob.send("still here");
  await bob.untilFrame("Client #bob says: still here");
  assertEquals(bob.frames.length, limits.COMMAND_BURST + 1);
});

Deno.test("a plain sender of more bytes than may wait is closed with 1008", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using ada = await PlainClient.open(server, "ada");
  const text = "😀".repeat(limits.TEXT_CHARACTERS);
  const most = limits.INBOUND_BURST_BYTES + limits.SLOWED_BYTES;
  for (let sent = 0; sent < most + 2 * 16_000; sent += 16_000) ada.send(text);
  assertEquals((await ada.closed).code, 1008);
});

Deno.test("messages cross from one dialect to the other, both ways", async () => {
  await using server = startServer();
  await using plain = await PlainClient.open(server, "7");
  await using chat = await ChatClient.open(server, "42");
  await chat.ask({ type: "rename", name: "Ada" }, "ok");
  await chat.join("lobby");
  plain.send("from plain");
  const message = await chat.push("message");
  const { type: _, ts, ...rest } = message;
  assertEquals(rest, { room: "lobby", seq: 1, id: "7", name: "Client #7", text: "from plain" });
  assert(Math.abs(ts - Date.now()) < 60_000);
  await chat.publish("lobby", "from chat\nin two lines");
  await plain.untilFrame("Client #42 says: from chat\n    in two lines");
  assertEquals(plain.frames.length, 2);
});

Deno.test("?room= has no effect on a chat.v1 socket", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "ada", "/ws/ada?room=red");
  await ada.ask({ type: "hello" }, "welcome");
  await using bob = await PlainClient.open(server, "bob", "red");
  bob.send("in red");
  await bob.untilCount(1);
  assertEquals((await ada.settled()).heads, {});
  assertEquals(ada.all("message"), []);
});

Deno.test("a text in fragments is one message", async () => {
  await using server = startServer();
  await using bob = await PlainClient.open(server, "bob");
  using peer = await RawPeer.open(server.port, "/ws/raw");
  await peer.send("one ", { final: false });
  await peer.send("", { opcode: 9 });
  await peer.send("two ", { opcode: 0, final: false });
  await peer.send("three", { opcode: 0 });
  assertEquals(await peer.readText(), "Client #raw says: one two three");
  assertEquals(await bob.untilCount(1), ["Client #raw says: one two three"]);
});

Deno.test("a plain client is told of an error by the close that fits it, and of nothing else but messages", () => {
  const dialect = plain("lobby", false);
  const closes = ["room_full", "store_full", "unavailable", "bad_command", "bad_key"] as const;
  assertEquals(
    closes.map((code) => dialect.say({ type: "error", code, message: "" })),
    [CloseCode.roomFull, CloseCode.unavailable, CloseCode.unavailable, CloseCode.tooBig, CloseCode.internal],
  );
  assertEquals(dialect.say({ type: "ok", ref: "" }), undefined);
  assertEquals(dialect.say({ type: "reset", room: "lobby", epoch: "e", first: 1, head: 0 }), undefined);
});
