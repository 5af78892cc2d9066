/** Plain clients that ask for the lines of FastAPI's example. @module */

import * as limits from "../../chat/limits.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

Deno.test("the sender reads what it wrote and then what all read, as in FastAPI's example", async () => {
  await using server = startServer();
  await using ada = await PlainClient.likeFastapi(server, "1", "lobby");
  await using bob = await PlainClient.likeFastapi(server, "2", "lobby");
  await using plain = await PlainClient.open(server, "3");
  ada.send("hello");
  ada.send("");
  assertEquals(await ada.untilCount(2), ["You wrote: hello", "Client #1 says: hello"]);
  assertEquals(await bob.untilCount(1), ["Client #1 says: hello"]);
  assertEquals(await plain.untilCount(1), ["Client #1 says: hello"]);
  plain.send("one\ntwo");
  await ada.untilCount(3);
  assertEquals(plain.frames, ["Client #1 says: hello", "Client #3 says: one\n    two"]);
  bob.send("one\ntwo");
  assertEquals((await bob.untilCount(4)).slice(2), ["You wrote: one\n    two", "Client #2 says: one\n    two"]);
});

Deno.test("the others read that a client has left once, and only those that asked", async () => {
  await using server = startServer();
  await using ada = await PlainClient.likeFastapi(server, "1", "lobby");
  await using plain = await PlainClient.open(server, "2");
  await using elsewhere = await PlainClient.likeFastapi(server, "3", "elsewhere");
  await using chat = await ChatClient.open(server, "José Ángel", "lobby");
  const tabs = [await PlainClient.open(server, "4"), await PlainClient.likeFastapi(server, "4", "lobby")];
  await tabs[0]!.close();
  await chat.ask({ type: "leave", room: "lobby" }, "ok");
  await ada.untilFrame("Client #José Ángel left the chat");
  await tabs[1]!.close();
  await ada.untilFrame("Client #4 left the chat");
  plain.send("and on");
  assertEquals(await ada.untilCount(3), [
    "Client #José Ángel left the chat",
    "Client #4 left the chat",
    "Client #2 says: and on",
  ]);
  assertEquals(await plain.untilCount(1), ["Client #2 says: and on"]);
  assertEquals(elsewhere.frames, []);
  await chat.settled();
  assertEquals(chat.all("message"), []);
});

Deno.test("a client that comes back at once has not left", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await PlainClient.likeFastapi(server, "1", "lobby");
  const bob = await PlainClient.open(server, "2");
  await bob.close();
  await using again = await PlainClient.open(server, "2");
  again.send("back");
  await ada.untilCount(1);
  clock.advance(limits.PRESENCE_DELAY_MS);
  again.send("still here");
  assertEquals(await ada.untilCount(2), ["Client #2 says: back", "Client #2 says: still here"]);
});

Deno.test("however many leave, a room tells it of so many at once and then of a few a second", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await PlainClient.likeFastapi(server, "ada", "lobby");
  const leaveTogether = async (count: number) => {
    const leaving = await Promise.all(
      Array.from({ length: count }, (_, index) => PlainClient.open(server, `${index}`)),
    );
    const connections = server.manager.stats.connections;
    for (const client of leaving) await client.close();
    await ada.until(() => server.manager.stats.connections === connections - count);
    clock.advance(limits.PRESENCE_DELAY_MS);
    ada.send(".");
    await ada.until(() => ada.frames.at(-1) === "Client #ada says: .");
    return ada.frames.splice(0).filter((line) => line.endsWith("left the chat")).length;
  };
  assertEquals(await leaveTogether(limits.FAREWELLS_BURST + 5), limits.FAREWELLS_BURST);
  assertEquals(await leaveTogether(5), 0);
  clock.advance(1_000 - limits.PRESENCE_DELAY_MS);
  assertEquals(await leaveTogether(limits.FAREWELLS_PER_S + 3), limits.FAREWELLS_PER_S);
});

Deno.test("the echo answers in the words of FastAPI's example", async () => {
  await using server = startServer();
  await using echo = await PlainClient.at(server, "/ws?like=fastapi");
  echo.send("hi");
  assertEquals(await echo.untilCount(1), ["Message text was: hi"]);
});

Deno.test("?like=fastapi has no effect on a chat.v1 socket", async () => {
  await using server = startServer();
  await using chat = await ChatClient.connect(server, "ada", "/ws/ada?like=fastapi");
  await chat.ask({ type: "hello" }, "welcome");
  await chat.join("lobby");
  await (await PlainClient.open(server, "bob")).close();
  await chat.push("presence", ({ joins }) => joins.some(({ id }) => id === "bob"));
  await chat.publish("lobby", "hello");
  await chat.untilSeq("lobby", 1);
  assert(chat.frames.every((frame) => !/^(You wrote|Client)/.test(frame)));
});
