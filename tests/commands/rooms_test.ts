/** In a room and out of it: join, leave, typing. @module */

import * as limits from "../../chat/limits.ts";
import { Rooms, TooManyRoomsError } from "../../chat/room/rooms.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

Deno.test("no push of a room comes after leaving it", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby", "other");
  await using bob = await ChatClient.open(server, "bob", "lobby", "other");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  const before = ada.lines.length;
  await bob.publish("lobby", "not for Ada");
  await bob.publish("other", "for Ada");
  await ada.push("message", ({ text }) => text === "for Ada");
  assertEquals((await ada.ask({ type: "publish", room: "lobby", nonce: "1", text: "x" }, "error")).code, "not_joined");
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

Deno.test("a process that has too many rooms open says so, and not that its store is silent", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  const { open } = Rooms.prototype;
  try {
    Rooms.prototype.open = () => {
      throw new TooManyRoomsError();
    };
    const { code, message } = await ada.ask({ type: "join", room: "one-more" }, "error");
    assertEquals([code, message], [
      "unavailable",
      "The server has too many rooms open: send the same command again later",
    ]);
  } finally {
    Rooms.prototype.open = open;
  }
});
