/** Finding rooms: the command `rooms`. What is listed in which order is the contract of stores. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient, type LineOf } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { by } from "../lib/messages.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open } from "../lib/tea_room.ts";

const inShort = ({ rooms }: LineOf<"rooms">) => rooms.map(({ room, members, head }) => [room, members, head]);

Deno.test("somebody who is in no room finds those that are talked in, with their members", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby", "quiet", "wine-cellar");
  await using bob = await ChatClient.open(server, "bob", "wine-cellar");
  await using again = await ChatClient.open(server, "bob", "wine-cellar");
  await ada.publish("lobby", "one");
  const { ts } = await bob.publish("wine-cellar", "one");
  await using carl = await ChatClient.open(server, "carl");
  const listed = await carl.ask({ type: "rooms" }, "rooms");
  assertEquals([inShort(listed), listed.more], [[["wine-cellar", 2, 1], ["lobby", 1, 1]], false]);
  assertEquals(listed.rooms[0]!.ts, ts);
  assertEquals(inShort(await carl.ask({ type: "rooms", query: "obb" }, "rooms")), [["lobby", 1, 1]]);
  assertEquals(again.all("rooms"), []);
});

Deno.test("a room that everybody has left is still listed", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  await ada.join("left");
  await ada.publish("left", "one");
  await ada.ask({ type: "leave", room: "left" }, "ok");
  clock.advance(limits.PRESENCE_GRACE_MS + limits.OUTBOX_SWEEP_MS);
  assertEquals(inShort(await ada.ask({ type: "rooms" }, "rooms")), [["left", 0, 1]]);
});

Deno.test("somebody finds the own rooms on another device, with their titles; a stranger finds none of them", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const set = { title: "Den", topic: "for two", visibility: "private" } as const;
  const { room } = await ada.ask({ type: "create", nonce: nonce(), set }, "ok");
  await ada.join(room!);
  const id = await idOf("bob");
  const asMember = { type: "member", room: room!, id } as const;
  await ada.ask({ ...asMember, nonce: nonce(), role: "member" }, "ok");
  const mine = async (who: ChatClient) => (await who.ask({ type: "rooms", mine: true }, "rooms")).rooms;
  await using phone = await open(server, "bob");
  const [{ head, ts: _, ...told }] = await mine(phone) as [LineOf<"rooms">["rooms"][0]];
  assertEquals(told, { room: room!, title: "Den", topic: "for two", places: 2, mine: true, members: 1 });
  assertEquals(head, 2);
  for (const query of [undefined, "den", "two", room!.slice(0, 5)]) {
    await using eve = await open(server, "eve");
    await using free = await ChatClient.open(server, "42");
    const seen = [await eve.ask({ type: "rooms", query }, "rooms"), await free.ask({ type: "rooms", query }, "rooms")];
    assertEquals([seen.flatMap(({ rooms }) => rooms), await mine(eve), await mine(free)], [[], [], []]);
  }
  await ada.ask({ ...asMember, nonce: nonce(), role: "banned" }, "ok");
  assertEquals([await mine(phone), (await mine(ada)).map(({ places }) => places)], [[], [1]]);
});

Deno.test("rooms come in pages", async () => {
  const store = new MemoryStore();
  const names = Array.from({ length: limits.PAGE_ROOMS * 2 + 1 }, (_, index) => `room-${index}`);
  await store.commit(names.map((room) => ({ room, event: by("hi") })), { ts: 1, day: 0 });
  await using server = startServer({ log: openLog(store) });
  await using ada = await ChatClient.open(server, "ada");
  const pages = [await ada.ask({ type: "rooms" }, "rooms")];
  while (pages.at(-1)!.more) {
    const { room, ts } = pages.at(-1)!.rooms.at(-1)!;
    pages.push(await ada.ask({ type: "rooms", after: { room, ts } }, "rooms"));
  }
  assertEquals(pages.map(({ rooms }) => rooms.length), [limits.PAGE_ROOMS, limits.PAGE_ROOMS, 1]);
  assertEquals(pages.flatMap(({ rooms }) => rooms.map(({ room }) => room)), names.toReversed());
});

Deno.test("a server whose store cannot list its rooms says so", async () => {
  const { rooms: _, ...log } = openLog(new MemoryStore());
  await using server = startServer({ log });
  await using ada = await ChatClient.connect(server, "ada");
  assertEquals((await ada.ask({ type: "hello" }, "welcome")).features.includes("rooms"), false);
  assertEquals((await ada.ask({ type: "rooms" }, "error")).code, "unsupported");
});
