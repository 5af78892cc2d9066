/** The commands that are about the client itself: hello, rename, ping. @module */

import * as limits from "../../chat/limits.ts";
import { VERSION } from "../../chat/settings/version.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { WIRE_LIMITS } from "../../chat/wire/lines.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

const KEY = "ada's secret, long enough";
const KEYED_ID = await idOfKey(KEY);

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
    features: ["changes", "rooms", "dm", "invites", "reports", "purge"],
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

Deno.test("whoever has an id that anybody may use is refused the name of a member whose id is proven, and only that", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, KEYED_ID);
  await ada.ask({ type: "hello", name: "Ada", key: KEY }, "welcome");
  await ada.join("red");
  await using tutorial = await ChatClient.open(server, "7", "red");
  const refused = async (command: Parameters<ChatClient["ask"]>[0]) => (await tutorial.ask(command, "error")).code;
  assertEquals(await refused({ type: "rename", name: "ADA" }), "name_taken");
  assertEquals((await ada.join("red")).members!.find(({ id }) => id === "7")?.name, "Client #7");
  // Where the other is not, the name is free.
  await tutorial.ask({ type: "leave", room: "red" }, "ok");
  await tutorial.join("blue");
  await tutorial.ask({ type: "rename", name: "Ada" }, "ok");
  assertEquals(await refused({ type: "join", room: "red" }), "name_taken");
  await tutorial.ask({ type: "rename", name: "Ada II" }, "ok");
  await tutorial.join("red");
});

Deno.test("nobody is refused for the name that the server gave, even if another has taken it", async () => {
  await using server = startServer();
  await using mallory = await ChatClient.connect(server, KEYED_ID);
  await mallory.ask({ type: "hello", name: "Client #7", key: KEY }, "welcome");
  await mallory.join("lobby");
  await using tutorial = await ChatClient.open(server, "7", "lobby");
  await using plain = await PlainClient.open(server, "7");
  await tutorial.publish("lobby", "here");
  assertEquals(await plain.untilCount(1), ["Client #7 says: here"]);
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
