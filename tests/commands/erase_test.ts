/** Somebody has everything erased that it has left. @module */

import type { Role } from "../../chat/event/event.ts";
import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { messagesOf } from "../../chat/log/whole.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { startServer } from "../lib/server.ts";

const ADA = "ada's secret, long enough";
const BOB = "bob's secret, long enough";
const ADAS = await idOfKey(ADA);
const BOBS = await idOfKey(BOB);

Deno.test("what somebody wrote is deleted in every room, also where it is not now, and its name is gone", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, ADA, "lobby", "cellar");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await using bob = await ChatClient.keyed(server, BOB, "lobby");
  await bob.publish("lobby", "of Bob");
  await ada.publish("lobby", "one");
  await ada.publish("cellar", "two");
  await ada.ask({ type: "react", room: "lobby", nonce: "r", target: 1, emoji: "👍", on: true }, "ok");
  await ada.ask({ type: "leave", room: "cellar" }, "ok");
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  const { messages } = await bob.join("lobby");
  const told = messagesOf(messages).map(({ name, text, deleted, reactions }) => [name, text, deleted, reactions]);
  const name = `Client #${ADAS}`;
  assertEquals(told, [[`Client #${BOBS}`, "of Bob", undefined, undefined], [name, "", true, undefined]]);
  const cellar = await bob.join("cellar");
  assertEquals(messagesOf(cellar.messages).map(({ name, text }) => [name, text]), [[name, ""]]);
});

Deno.test("an erasure that is sent again takes nothing that was written since", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, ADA, "lobby");
  await ada.publish("lobby", "before");
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  await ada.publish("lobby", "since");
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  const { messages } = await ada.join("lobby");
  assertEquals(messagesOf(messages).map(({ text }) => text), ["", "since"]);
});

Deno.test("an id that anybody may use erases nothing", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  assertEquals((await ada.ask({ type: "erase", nonce: "e" }, "error")).code, "needs_proof");
});

Deno.test("the only owner of a room with others in it stays until somebody else owns it", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, ADA);
  const { room } = await ada.ask({ type: "create", nonce: "c", set: { visibility: "private" } }, "ok");
  await ada.join(room!);
  const place = { type: "member", room: room!, id: BOBS } as const;
  await ada.ask({ ...place, nonce: "m", role: "member" }, "ok");
  assertEquals((await ada.ask({ type: "erase", nonce: "e" }, "error")).code, "last_owner");
  await ada.ask({ ...place, nonce: "o", role: "owner" }, "ok");
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  await ada.line(({ type }) => type === "removed");
});

Deno.test("an owner who is erased while the other one leaves does not leave the room to nobody", async () => {
  const store = new MemoryStore();
  const log = openLog(store);
  await using server = startServer({ log });
  await using ada = await ChatClient.keyed(server, ADA);
  await using bob = await ChatClient.keyed(server, BOB);
  const { room } = await ada.ask({ type: "create", nonce: "c", set: { visibility: "private" } }, "ok");
  await ada.join(room!);
  const place = (id: string, role: Role, nonce: string) => ({ type: "member", room: room!, id, role, nonce }) as const;
  await ada.ask(place(BOBS, "owner", "b"), "ok");
  await ada.ask(place("k-carl", "member", "m"), "ok");
  await bob.join(room!);
  // Two owned it when that was asked; now one leaves, and then the other one is erased.
  const { people } = log;
  const begin = people!.begin.bind(people);
  people!.begin = async (id, mark) => {
    await bob.ask(place(BOBS, "guest", "l"), "ok");
    await begin(id, mark);
  };
  assertEquals((await ada.ask({ type: "erase", nonce: "e" }, "error")).code, "last_owner");
  people!.begin = begin;
  const { places } = await ada.join(room!);
  assertEquals(places!.filter(({ role }) => role === "owner").map(({ member }) => member), [ADAS]);
  await ada.ask(place("k-carl", "owner", "o"), "ok");
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  await ada.line(({ type }) => type === "removed");
});

Deno.test("of the invitations of somebody who was erased none is kept", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, ADA);
  const { room } = await ada.ask({ type: "create", nonce: "c", set: { visibility: "private" } }, "ok");
  await ada.join(room!);
  await ada.ask({ type: "invite", room: room! }, "invited");
  assertEquals((await server.log.invites!.list(room!)).length, 1);
  await ada.ask({ type: "erase", nonce: "e" }, "ok");
  assertEquals(await server.log.invites!.list(room!), []);
});

Deno.test("the whole store is searched a few times an hour for one id, and no more", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using ada = await ChatClient.keyed(server, ADA);
  for (let n = 0; n < limits.ERASES_PER_HOUR; n++) await ada.ask({ type: "erase", nonce: `${n}` }, "ok");
  const { code, retryAfterMs } = await ada.ask({ type: "erase", nonce: "more" }, "error");
  assertEquals([code, retryAfterMs], ["rate_limited", 3_600_000 / limits.ERASES_PER_HOUR]);
});

Deno.test("a server whose store cannot find what one id has left says so", async () => {
  const log = { ...openLog(new MemoryStore()), people: undefined };
  await using server = startServer({ log });
  await using ada = await ChatClient.keyed(server, ADA);
  assertEquals((await ada.ask({ type: "erase", nonce: "e" }, "error")).code, "unsupported");
});
