/** What the owner of a room sets: slow mode, how long a message may be edited. @module */

import type { RoomSettings } from "../../chat/event/event.ts";
import { EDIT_MS, SLOW_MS } from "../../chat/limits.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const KEYS = { ada: "ada's secret, long enough", bob: "bob's secret, long enough", eve: "eve's secret, long enough" };
const IDS = { ada: await idOfKey(KEYS.ada), bob: await idOfKey(KEYS.bob), eve: await idOfKey(KEYS.eve) };
const nonce = () => crypto.randomUUID();

const open = (server: TestServer, who: keyof typeof KEYS) => ChatClient.keyed(server, KEYS[who]);
const place = (id: string, fields: object) => ({ type: "member", room: "tea", nonce: nonce(), id, ...fields }) as const;
const publish = (text = "hi") => ({ type: "publish", room: "tea", nonce: nonce(), text }) as const;
const settings = (set: Partial<RoomSettings>) => ({ type: "settings", room: "tea", nonce: nonce(), set }) as const;

/** Makes the room `tea`; its maker has joined it. */
async function makeRoom(by: ChatClient, set: Partial<RoomSettings>): Promise<void> {
  await by.ask({ type: "create", nonce: nonce(), room: "tea", set: { title: "Tea", ...set } }, "ok");
  await by.join("tea");
}

Deno.test("in slow mode everybody below a moderator is told how long to wait, and nobody is closed for asking", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { slowMs: 60_000 });
  await using bob = await open(server, "bob");
  const { settings } = await bob.join("tea");
  assertEquals(settings?.slowMs, 60_000);
  const { seq } = await bob.ask(publish("one"), "ok");
  for (let n = 0; n < 20; n++) {
    const { code, retryAfterMs = 0 } = await bob.ask(publish("two"), "error");
    assertEquals(code, "slow_mode");
    assert(retryAfterMs > 50_000 && retryAfterMs <= 60_000, `${retryAfterMs}`);
  }
  // An edit and a reaction say nothing new.
  await bob.ask({ type: "edit", room: "tea", nonce: nonce(), target: seq!, version: 0, text: "one!" }, "ok");
  await bob.ask({ type: "react", room: "tea", nonce: nonce(), target: seq!, emoji: "👍", on: true }, "ok");
  for (let n = 0; n < 3; n++) await ada.ask(publish("mine"), "ok");
  await ada.ask(place(IDS.bob, { role: "member" }), "ok");
  assertEquals((await bob.ask(publish("two"), "error")).code, "slow_mode");
  await ada.ask(place(IDS.bob, { role: "moderator" }), "ok");
  for (let n = 0; n < 3; n++) await bob.ask(publish("three"), "ok");
});

Deno.test("a plain client that does not wait in slow mode is closed", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { slowMs: 60_000 });
  await using plain = await PlainClient.open(server, "77", "tea");
  plain.send("one");
  await ada.push("message", ({ text }) => text === "one");
  plain.send("two");
  assertEquals((await plain.closed).code, 1008);
});

Deno.test("a message can be edited for as long as its room says", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await makeRoom(ada, { editWindowMs: 3_600_000 });
  const { seq } = await ada.ask(publish("one"), "ok");
  const edit = (text: string, version: number) =>
    ({ type: "edit", room: "tea", nonce: nonce(), target: seq!, version, text }) as const;
  await ada.ask(edit("two", 0), "ok");
  await ada.ask(settings({ editWindowMs: 0 }), "ok");
  await new Promise((resolve) => setTimeout(resolve, 2));
  assertEquals((await ada.ask(edit("three", 1), "error")).code, "too_late");
  await ada.ask(settings({ editWindowMs: EDIT_MS }), "ok");
  await ada.ask(edit("three", 1), "ok");
});

for (
  const [set, words] of [
    [{ slowMs: SLOW_MS + 1 }, `"slowMs" must be an integer from 0 to ${SLOW_MS}`],
    [{ slowMs: -1 }, `"slowMs" must be an integer from 0 to ${SLOW_MS}`],
    [{ editWindowMs: EDIT_MS + 1 }, `"editWindowMs" must be an integer from 0 to ${EDIT_MS}`],
  ] as const
) {
  Deno.test(`a room is not set to ${JSON.stringify(set)}`, async () => {
    await using server = startServer();
    await using ada = await open(server, "ada");
    const { code, message } = await ada.ask({ type: "create", nonce: nonce(), room: "tea", set }, "error");
    assertEquals([code, message], ["bad_command", words]);
  });
}
