/** Saying something in a room: publish. @module */

import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";

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
  assertEquals(again, { ...firstPlace, repeated: true });
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
    '"nonce" was used for something else in this room: each command needs one of its own, a UUID for example',
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
