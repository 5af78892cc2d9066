/** Changing what was said: edit, delete, react; and what is refused. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

const room = "lobby";
/** The key of Ada, whose id is proven; Bob's is free. */
const KEY = "ada's secret, long enough";
const nonce = () => crypto.randomUUID();
const edit = (target: number, text: string, version = 0) =>
  ({ type: "edit", room, nonce: nonce(), target, version, text }) as const;
const remove = (target: number) => ({ type: "delete", room, nonce: nonce(), target }) as const;
const react = (target: number, emoji = "👍", on = true) =>
  ({ type: "react", room, nonce: nonce(), target, emoji, on }) as const;

Deno.test("an edit, a reaction and a deletion are answered with their places, and come to everybody as changes", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using bob = await ChatClient.open(server, "bob", room);
  await ada.publish(room, "helo", "n-1");
  const oks = [
    await ada.ask({ ...edit(1, "hello"), nonce: "n-2", mentions: ["bob"] }, "ok"),
    await bob.ask({ ...react(1), nonce: "n-3" }, "ok"),
    await ada.ask({ ...remove(1), nonce: "n-4", reason: "a secret" }, "ok"),
  ];
  assertEquals(oks.map(({ seq, durability }) => [seq, durability]), [[2, "memory"], [3, "memory"], [4, "memory"]]);
  const { id, name } = (await ada.push("message"))!;
  const [, ...changes] = await bob.untilEvent(room, 4);
  const expected = [
    { seq: 2, kind: "edit", id, name, nonce: "n-2", text: "hello", version: 1, mentions: ["bob"] },
    { seq: 3, kind: "react", id: "bob", name: "Client #bob", nonce: "n-3", emoji: "👍", on: true },
    { seq: 4, kind: "delete", id, name, nonce: "n-4" },
  ].map((change, index) => ({ type: "change", room, ...change, target: 1, ts: oks[index]!.ts! }));
  assertEquals<unknown[]>(changes, expected);
  assertEquals<unknown[]>((await ada.untilEvent(room, 4)).slice(1), expected);
  const { messages } = await bob.join(room, { epoch: oks[0]!.epoch!, seq: 1 });
  assertEquals<unknown[]>(messages.map(({ seq }) => seq), [2, 3, 4]);
  assert(![...ada.frames, ...bob.frames].some((frame) => frame.includes("a secret")), "the reason is for nobody");
});

Deno.test("a message is joined, read and quoted as it is now", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using bob = await ChatClient.open(server, "bob", room);
  await ada.publish(room, "helo");
  await bob.ask(react(1), "ok");
  await ada.ask(edit(1, "hello"), "ok");
  await bob.ask({ type: "publish", room, nonce: nonce(), text: "hi", reply: 1, mentions: ["bob", "bob"] }, "ok");
  await using carol = await ChatClient.open(server, "carol");
  const brief = (messages: object[]) => messages.map((message) => ({ ...message, id: 0, name: 0, nonce: 0, ts: 0 }));
  const same = { id: 0, name: 0, nonce: 0, ts: 0 };
  const reactions = [{ emoji: "👍", count: 1 }];
  const asked = { ...same, seq: 1, text: "hello", rev: 4, version: 1, replies: 1 };
  const answer = { ...same, seq: 4, text: "hi", reply: 1, mentions: ["bob"] };
  assertEquals<unknown[]>(brief((await carol.join(room)).messages), [{ ...asked, reactions }, answer]);
  const history = await bob.ask({ type: "history", room }, "history");
  assertEquals<unknown[]>(brief(history.messages), [
    { ...asked, reactions: [{ ...reactions[0], mine: true }] },
    answer,
  ]);
  assertEquals([history.from, history.to, history.more], [1, 4, false]);
});

Deno.test("one's own message can be changed before it is acknowledged, by its nonce", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using bob = await ChatClient.open(server, "bob", room);
  const change = { room, targetNonce: "n-1" };
  ada.command(
    { type: "publish", ref: "1", room, nonce: "n-1", text: "helo" },
    { type: "edit", ref: "2", nonce: "n-2", version: 0, text: "hello", ...change },
    { type: "react", ref: "3", nonce: "n-3", emoji: "👍", on: true, ...change },
    { type: "delete", ref: "4", nonce: "n-4", ...change },
  );
  await ada.reply("4");
  assertEquals(ada.all("ok").map(({ ref, seq }) => [ref, seq]), [["1", 1], ["2", 2], ["3", 3], ["4", 4]]);
  assertEquals((await bob.untilEvent(room, 4)).map((event) => "target" in event ? event.target : 0), [0, 1, 1, 1]);
  const unknown = await ada.ask({ ...react(1), target: undefined, targetNonce: "n-9" }, "error");
  const others = await bob.ask({ ...react(1), target: undefined, targetNonce: "n-1" }, "error");
  assertEquals([unknown.code, others.code], ["no_such_message", "no_such_message"]);
});

Deno.test("a change sent again with its nonce has the first one's seq, though the message has changed since", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await ada.publish(room, "one");
  const first = edit(1, "two");
  assertEquals((await ada.ask(first, "ok")).seq, 2);
  assertEquals((await ada.ask(edit(1, "three", 1), "ok")).seq, 3);
  const again = await ada.ask(first, "ok");
  assertEquals([again.seq, "unchanged" in again], [2, false]);
  assertEquals((await ada.ask({ ...first, text: "four" }, "error")).code, "nonce_used");
  assertEquals((await ada.ask({ type: "history", room }, "history")).messages.map((one) => "text" in one && one.text), [
    "three",
  ]);
});

Deno.test("what is so already is answered unchanged, with the message's rev, and told to nobody", async () => {
  await using server = startServer();
  await using ada = await ChatClient.keyed(server, KEY, room);
  await ada.publish(room, "one");
  await ada.ask(react(1), "ok");
  const same = react(1, "👍");
  const oks = [
    await ada.ask(same, "ok"),
    await ada.ask(react(1, "🎉", false), "ok"),
    await ada.ask(edit(1, "one"), "ok"),
    // Its nonce is free still.
    await ada.ask({ ...remove(1), nonce: same.nonce }, "ok"),
    await ada.ask(remove(1), "ok"),
  ];
  assertEquals(oks.map(({ seq, unchanged }) => [seq, unchanged]), [
    [2, true],
    [2, true],
    [2, true],
    [3, undefined],
    [3, true],
  ]);
  await ada.publish(room, "end");
  assertEquals((await ada.untilEvent(room, 4)).map(({ seq }) => seq), [1, 2, 3, 4]);
});

Deno.test("each change that may not be made is refused by its code, and changes nothing", async () => {
  const clock = new FakeClock();
  await using server = startServer({ limitRate: false, log: openLog(new MemoryStore(), clock) });
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using eve = await ChatClient.keyed(server, "another secret, as long", room);
  await using bob = await ChatClient.open(server, "bob", room);
  const refusal = async (client: ChatClient, command: Parameters<ChatClient["ask"]>[0]) =>
    (await client.ask(command, "error")).code;
  await bob.publish(room, "1: Bob's");
  await ada.publish(room, "2: Ada's");
  await ada.publish(room, "3: deleted soon");
  await ada.ask(remove(3), "ok");
  await ada.ask(edit(2, "2: Ada's, edited"), "ok");
  assertEquals(await refusal(bob, edit(1, "x")), "needs_proof");
  assertEquals(await refusal(bob, remove(1)), "needs_proof");
  assertEquals(await refusal(eve, edit(2, "x", 1)), "not_allowed");
  assertEquals(await refusal(eve, remove(2)), "not_allowed");
  assertEquals(await refusal(ada, edit(2, "x")), "conflict");
  assertEquals(await refusal(ada, edit(3, "x")), "deleted");
  assertEquals(await refusal(bob, react(3)), "deleted");
  assertEquals(await refusal(bob, { type: "publish", room, nonce: nonce(), text: "x", reply: 3 }), "deleted");
  assertEquals(await refusal(bob, { type: "publish", room, nonce: nonce(), text: "x", reply: 4 }), "no_such_message");
  for (const target of [4, 5, 6, 2 ** 53 - 1]) assertEquals(await refusal(bob, react(target)), "no_such_message");
  const emoji = Array.from(
    { length: limits.EMOJI_PER_MESSAGE + 1 },
    (_, index) => String.fromCodePoint(0x1f400 + index),
  );
  for (const one of emoji.slice(1)) await bob.ask(react(2, one), "ok");
  assertEquals(await refusal(bob, react(2, emoji[0])), "too_many_emoji");
  clock.advance(limits.EDIT_MS + 1);
  assertEquals(await refusal(ada, edit(2, "x", 1)), "too_late");
  const { messages } = await bob.ask({ type: "history", room }, "history");
  assertEquals(messages.map((message) => "text" in message && message.text), ["1: Bob's", "2: Ada's, edited", ""]);
  await ada.ask(remove(2), "ok");
});

Deno.test("a refusal that tells what others did is no strike, and one that a client could have known is", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.keyed(server, KEY, room);
  await using eve = await ChatClient.keyed(server, "another secret, as long", room);
  await ada.publish(room, "mine");
  for (let count = 0; count < 2 * limits.STRIKES; count++) await eve.ask(react(9), "error");
  for (let count = 0; count < limits.STRIKES; count++) eve.post(remove(1));
  assertEquals((await eve.closed).code, 1008);
});

Deno.test("a client is told when it joins what it may do, and that is so", async () => {
  await using server = startServer({ limitRate: false });
  for (const key of [KEY, undefined]) {
    const connecting = key === undefined ? ChatClient.open(server, "free") : ChatClient.keyed(server, key);
    await using client = await connecting;
    const { may } = await client.join(room);
    const { seq } = await client.publish(room, "x");
    const commands = [
      { type: "publish", room, nonce: nonce(), text: "y" } as const,
      react(seq!),
      edit(seq!, "y"),
      remove(seq!),
    ];
    const refs = commands.map((command) => client.post(command));
    const done = await Promise.all(refs.map((ref) => client.reply(ref)));
    assertEquals<string[]>(may, commands.map(({ type }) => type).filter((_, index) => done[index]!.type === "ok"));
  }
});

Deno.test("whoever reacted is listed, a hundred at a time, each once", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", room);
  await ada.publish(room, "hi");
  const ids = Array.from({ length: 2 * limits.PAGE_REACTORS + 1 }, (_, index) => `r${index}`);
  for (const id of ids) {
    await server.log.append(room, { kind: "react", id, name: id, target: 1, emoji: "👍", on: true });
  }
  await server.log.append(room, { kind: "react", id: "other", name: "other", target: 1, emoji: "🎉", on: true });
  const listed: string[] = [];
  for (let more = true; more;) {
    const page = await ada.ask(
      { type: "reactors", room, target: 1, emoji: "👍", after: listed.at(-1) },
      "reactors",
    );
    assert(page.ids.length <= limits.PAGE_REACTORS && (page.ids.length === limits.PAGE_REACTORS || !page.more));
    listed.push(...page.ids);
    ({ more } = page);
  }
  assertEquals(listed.toSorted(), ids.toSorted());
  const none = await ada.ask({ type: "reactors", room, target: 2, emoji: "👍" }, "reactors");
  assertEquals([none.ids, none.more], [[], false]);
});
