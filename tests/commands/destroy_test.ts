/** An owner erases a room: nothing that was said in it is left, nobody enters it, and its name stays taken. @module */

import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { makeFolder } from "../lib/process.ts";
import { startServer, type TestServer } from "../lib/server.ts";
import { idOf, nonce, open, openOwner, refused, ROOM } from "../lib/tea_room.ts";

const [ADAS, BOBS] = [await idOf("ada"), await idOf("bob")];
const destroy = (mark = nonce()) => ({ type: "destroy", room: ROOM, nonce: mark, again: ROOM }) as const;
const place = (id: string, role: "owner" | "moderator") =>
  ({ type: "member", room: ROOM, nonce: nonce(), id, role }) as const;

const textsIn = async (server: TestServer) =>
  (await server.log.read(ROOM, { limit: 1_000 })).events.map((event) => "text" in event && event.text).filter(Boolean);

Deno.test("everything that was said is deleted, everybody is out, and the name stays taken", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await using plain = await PlainClient.open(server, "7", ROOM);
  await ada.ask(place(BOBS, "owner"), "ok");
  for (let n = 0; n < 150; n++) await bob.publish(ROOM, `secret ${n}`);
  await ada.ask({ type: "invite", room: ROOM }, "invited");
  await bob.ask({ type: "report", room: ROOM, target: 5 }, "ok");
  const { seq } = await ada.ask(destroy(), "ok");
  for (const client of [ada, bob]) {
    assertEquals(await client.push("removed"), { type: "removed", room: ROOM, seq: seq!, code: "no_access" });
    assertEquals(await refused(client.ask({ type: "join", room: ROOM }, "error")), "no_access");
    assertEquals(
      await refused(client.ask({ type: "publish", room: ROOM, nonce: nonce(), text: "x" }, "error")),
      "not_joined",
    );
    assertEquals((await client.ask({ type: "rooms", mine: true }, "rooms")).rooms, []);
  }
  assertEquals((await plain.closed).code, 1008);
  assertEquals(await textsIn(server), []);
  assertEquals(await refused(bob.ask({ type: "create", nonce: nonce(), room: ROOM }, "error")), "room_exists");
  assertEquals((await bob.ask({ type: "rooms", query: "cakes" }, "rooms")).rooms, []);
  const { invites, reports } = server.log;
  assertEquals([await invites!.list(ROOM), await reports!.count(ROOM)], [[], 0]);
});

Deno.test("nobody but an owner erases a room, whoever moderates it", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await ada.publish(ROOM, "of Ada");
  assertEquals(await refused(bob.ask(destroy(), "error")), "not_allowed");
  await ada.ask(place(BOBS, "moderator"), "ok");
  assertEquals(await refused(bob.ask(destroy(), "error")), "not_allowed");
  assertEquals(await textsIn(server), ["of Ada"]);
  assertEquals((await bob.join(ROOM)).settings?.archived, false);
  await using eve = await open(server, "eve", "lobby");
  assertEquals(await refused(eve.ask({ ...destroy(), room: "lobby", again: "lobby" }, "error")), "not_allowed");
});

Deno.test("what the store breaks off leaves an archived room, and the same command does the rest", async () => {
  const log = openLog(new MemoryStore());
  let deletes = 0;
  let isBroken = true;
  const failing: typeof log.append = (room, event, condition) => {
    const fails = event.kind === "delete" && isBroken && ++deletes > 120;
    return fails ? Promise.reject(new StoreUnavailableError("gone")) : log.append(room, event, condition);
  };
  await using server = startServer({ log: { ...log, append: failing }, limitRate: false });
  await using ada = await openOwner(server);
  for (let n = 0; n < 300; n++) await ada.publish(ROOM, `${n}`);
  const command = destroy();
  assertEquals(await refused(ada.ask(command, "error")), "unavailable");
  assertEquals((await ada.join(ROOM)).settings?.archived, true);
  assertEquals(await refused(ada.ask({ type: "publish", room: ROOM, nonce: nonce(), text: "x" }, "error")), "archived");
  isBroken = false;
  await ada.ask(command, "ok");
  assertEquals(await textsIn(server), []);
});

Deno.test("a room in Deno KV is pinned in, archived, audited and erased as well", async () => {
  await using folder = await makeFolder();
  await using server = startServer({ log: openLog(await openStore(`kv:${folder.path}/chat.kv`)), limitRate: false });
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "secret");
  await ada.ask({ type: "pin", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  assertEquals((await ada.join(ROOM)).settings?.pinned, seq);
  const { changes } = await ada.ask({ type: "audit", room: ROOM }, "audit");
  assertEquals(changes.map(({ kind }) => kind), ["settings", "settings"]);
  await ada.ask(destroy(), "ok");
  await ada.push("removed");
  assertEquals(await textsIn(server), []);
  assertEquals(await refused(ada.ask({ type: "join", room: ROOM }, "error")), "no_access");
});

Deno.test("it goes on when its connection ends", async () => {
  await using server = startServer({ limitRate: false });
  const ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  for (let n = 0; n < 300; n++) await ada.publish(ROOM, `${n}`);
  ada.post(destroy());
  await bob.push("change", ({ kind }) => kind === "delete");
  await ada.close();
  await bob.push("removed");
  assertEquals(await textsIn(server), []);
});

Deno.test("an owner who loses the room meanwhile erases nothing behind that", async () => {
  const log = openLog(new MemoryStore());
  let meanwhile = () => Promise.resolve();
  const slow: typeof log.read = async (room, range) => {
    const page = await log.read(room, range);
    if (range.messagesOnly) await meanwhile();
    return page;
  };
  await using server = startServer({ log: { ...log, read: slow } });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await ada.ask(place(BOBS, "owner"), "ok");
  await bob.publish(ROOM, "of Bob");
  const stepDown = { kind: "member", id: ADAS, name: "Ada", member: ADAS, role: "guest" } as const;
  meanwhile = async () => void await log.append(ROOM, stepDown);
  assertEquals(await refused(ada.ask(destroy(), "error")), "not_allowed");
  assertEquals(await textsIn(server), ["of Bob"]);
  assert((await bob.join(ROOM)).may.includes("settings"));
});
