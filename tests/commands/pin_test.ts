/** A moderator puts one message before everybody; and what the changes of a room were, for those who moderate it. @module */

import * as limits from "../../chat/limits.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open, openOwner, refused, ROOM } from "../lib/tea_room.ts";

const [ADAS, BOBS] = [await idOf("ada"), await idOf("bob")];
const pin = (target: number | null) => ({ type: "pin", room: ROOM, nonce: nonce(), target }) as const;
const audit = (before?: number) => ({ type: "audit", room: ROOM, before }) as const;
const place = (id: string, fields: object) => ({ type: "member", room: ROOM, nonce: nonce(), id, ...fields }) as const;

Deno.test("what a moderator pins everybody is sent, and those who come later get it with the beginning of its text", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  const { seq } = await ada.publish(ROOM, "x".repeat(limits.QUOTE_CHARACTERS + 1));
  for (let n = 0; n < limits.RECENT_MESSAGES; n++) await ada.publish(ROOM, `${n}`);
  assertEquals(await refused(bob.ask(pin(seq!), "error")), "not_allowed");
  await ada.ask(place(BOBS, { role: "moderator" }), "ok");
  await bob.ask(pin(seq!), "ok");
  const change = await ada.push("change", ({ kind }) => kind === "settings");
  assertEquals("set" in change && change.set, { pinned: seq! });
  await using eve = await open(server, "eve", ROOM);
  const { settings, refs, messages } = await eve.join(ROOM);
  assertEquals(settings?.pinned, seq);
  assertEquals(refs?.map(({ seq, id, text }) => [seq, id, text.length]), [[seq, ADAS, limits.QUOTE_CHARACTERS]]);
  assert(!messages.some((message) => message.seq === seq));
  await bob.ask(pin(null), "ok");
  assertEquals((await eve.join(ROOM)).settings?.pinned, undefined);
});

Deno.test("a pinned message that is deleted is not pinned any more, and one that is sent in full is not quoted", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "read this");
  await ada.ask(pin(seq!), "ok");
  const before = await ada.join(ROOM);
  assertEquals([before.settings?.pinned, before.refs], [seq, undefined]);
  await ada.ask({ type: "delete", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  assertEquals((await ada.join(ROOM)).settings?.pinned, undefined);
});

Deno.test("nothing is pinned that is not there or was deleted", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "read this");
  await ada.ask({ type: "delete", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  assertEquals(await refused(ada.ask(pin(seq!), "error")), "deleted");
  assertEquals(await refused(ada.ask(pin(99), "error")), "no_such_message");
  assertEquals(await refused(ada.ask(pin(1), "error")), "no_such_message");
});

Deno.test("no command takes a number of another epoch for one of its own", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const { seq, epoch } = await ada.publish(ROOM, "one");
  const numbered = { room: ROOM, target: seq! };
  const commands = (epoch: string) =>
    [
      { type: "publish", room: ROOM, nonce: nonce(), text: "yes", reply: seq!, epoch },
      { type: "react", ...numbered, nonce: nonce(), emoji: "👍", on: true, epoch },
      { type: "edit", ...numbered, nonce: nonce(), version: 0, text: "two", epoch },
      { type: "pin", ...numbered, nonce: nonce(), epoch },
      { type: "report", ...numbered, epoch },
      { type: "resolve", ...numbered, epoch },
      { type: "delete", ...numbered, nonce: nonce(), epoch },
    ] as const;
  for (const command of commands("another")) {
    assertEquals(await refused(ada.ask(command, "error")), "no_such_message", command.type);
  }
  for (const command of commands(epoch!)) await ada.ask(command, "ok");
});

Deno.test("nobody pins by the settings of a room", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "read this");
  const set = { pinned: seq! };
  assertEquals(await refused(ada.ask({ type: "settings", room: ROOM, nonce: nonce(), set }, "error")), "bad_command");
});

Deno.test("those who moderate see who changed a room, the newest first, with the reasons that nobody was sent", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await ada.publish(ROOM, "hello");
  await ada.ask(place(BOBS, { mute: true, reason: "shouts" }), "ok");
  await ada.ask({ type: "settings", room: ROOM, nonce: nonce(), set: { title: "Tea" } }, "ok");
  assertEquals(await refused(bob.ask(audit(), "error")), "not_allowed");
  await bob.push("change", ({ kind }) => kind === "member");
  assert(!bob.frames.join().includes("shouts"));
  const { changes, more } = await ada.ask(audit(), "audit");
  assertEquals(changes.map(({ seq, kind, id }) => [seq, kind, id]), [
    [4, "settings", ADAS],
    [3, "member", ADAS],
    [1, "settings", ADAS],
  ]);
  const [, mute] = changes;
  assertEquals(mute?.kind === "member" && [mute.member, mute.mute, mute.reason], [BOBS, true, "shouts"]);
  assertEquals(more, false);
});

Deno.test("an audit comes in pages", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await openOwner(server);
  for (let n = 1; n <= limits.PAGE_AUDIT; n++) {
    await ada.ask({ type: "settings", room: ROOM, nonce: nonce(), set: { title: `${n}` } }, "ok");
  }
  const first = await ada.ask(audit(), "audit");
  assertEquals([first.changes.length, first.changes.at(-1)?.seq, first.more], [limits.PAGE_AUDIT, 2, true]);
  const second = await ada.ask(audit(2), "audit");
  assertEquals([second.changes.map(({ seq }) => seq), second.more], [[1], false]);
});
