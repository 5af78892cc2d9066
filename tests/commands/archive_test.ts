/** A room is put away by its owner: it can be read, and nobody writes in it. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open, openOwner, refused, ROOM } from "../lib/tea_room.ts";

const BOBS = await idOf("bob");
const archive = (archived: boolean) => ({ type: "settings", room: ROOM, nonce: nonce(), set: { archived } }) as const;

Deno.test("in an archived room nobody writes, its owner neither, and everybody may read and delete what is theirs", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  const { seq } = await bob.publish(ROOM, "of Bob");
  await ada.ask({ type: "member", room: ROOM, nonce: nonce(), id: BOBS, role: "moderator" }, "ok");
  assertEquals(await refused(bob.ask(archive(true), "error")), "not_allowed");
  await ada.ask(archive(true), "ok");
  assertEquals((await ada.push("may", ({ may }) => !may.includes("publish"))).may, ["delete", "moderate", "settings"]);
  for (const client of [ada, bob]) {
    const on = { room: ROOM, nonce: nonce() };
    assertEquals(await refused(client.ask({ type: "publish", ...on, text: "x" }, "error")), "archived");
    assertEquals(
      await refused(client.ask({ type: "react", ...on, target: seq!, emoji: "👍", on: true }, "error")),
      "archived",
    );
    assertEquals(await refused(client.ask({ type: "pin", ...on, target: seq! }, "error")), "archived");
  }
  const edit = { type: "edit", room: ROOM, nonce: nonce(), target: seq!, version: 0, text: "x" } as const;
  assertEquals(await refused(bob.ask(edit, "error")), "archived");
  assertEquals((await bob.join(ROOM)).messages.length, 1);
  await bob.ask({ type: "delete", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  await ada.ask(archive(false), "ok");
  await bob.publish(ROOM, "again");
});

Deno.test("a plain client that writes in an archived room is told by its close", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const plain = await PlainClient.open(server, "7", ROOM);
  await ada.ask(archive(true), "ok");
  plain.send("hello");
  assertEquals((await plain.closed).code, 1008);
});

Deno.test("an archived room is in the lists of those who have a place in it, and of nobody else, until it is taken out again", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await ada.publish(ROOM, "hello");
  const lists = async (client: ChatClient) => {
    const found = [];
    for (const query of [undefined, "tea", "cakes"]) {
      found.push((await client.ask({ type: "rooms", query }, "rooms")).rooms.some(({ room }) => room === ROOM));
    }
    return found;
  };
  assertEquals(await lists(bob), [true, true, true]);
  await ada.ask(archive(true), "ok");
  assertEquals([await lists(bob), await lists(ada)], [[false, false, false], [true, true, true]]);
  await ada.ask({ type: "settings", room: ROOM, nonce: nonce(), set: { visibility: "public" } }, "ok");
  assertEquals(await lists(bob), [false, false, false]);
  await ada.ask(archive(false), "ok");
  assertEquals(await lists(bob), [true, true, true]);
});

Deno.test("a room that is entered by those who know its name is in no list after it was archived for a while", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const { room } = await ada.ask({ type: "create", nonce: nonce(), set: { visibility: "unlisted" } }, "ok");
  await ada.join(room!);
  await ada.publish(room!, "hello");
  for (const archived of [true, false]) {
    await ada.ask({ type: "settings", room: room!, nonce: nonce(), set: { archived } }, "ok");
  }
  await using eve = await open(server, "eve");
  assert(!(await eve.ask({ type: "rooms" }, "rooms")).rooms.some((listed) => listed.room === room));
});
