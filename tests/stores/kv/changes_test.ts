/** What is kept of messages and changes in Deno KV, and what is not. @module */

import { CHANGES_KEPT } from "../../../chat/log/bounds.ts";
import type { Appended, Store } from "../../../chat/log/message_log.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { append, commit, edit, inShared, react, remove } from "./shared.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

Deno.test("kv: no value has a text that was overwritten or deleted, nor has a page", () =>
  inShared(async ({ one, kv }) => {
    await commit(one, by("secret one", "n1"), by("secret two", "n2"), by("secret three"));
    await commit(one, edit("secret edit", 0), edit("public", 1), edit("secret, too", 0, 2), remove(2), remove(3));
    await append(one, { ...by("an answer"), reply: 1 });
    for await (const { key, value } of kv.list({ prefix: ["switchboard"] })) {
      const all = Deno.inspect(value, { depth: 9, strAbbreviateSize: EVERYTHING });
      assertEquals(/secret/.test(all), false, `${key.join()}: ${all}`);
    }
    const replay = await one.read("lobby", { after: 0, limit: 99 });
    assertEquals(texts(replay.events), "public   public public  delete delete an answer");
    assertEquals(await append(one, by("secret two", "n2")), "already 2");
  }));

interface State {
  first: number;
  floor: number;
  messageCount: number;
  seqs: number[];
}

async function stateOf(store: Store): Promise<State> {
  const { first, floor, messageCount, events } = await store.read("lobby", { after: 0, limit: 9 });
  return { first, floor, messageCount, seqs: events.map(({ seq }) => seq) };
}

Deno.test("kv: messages are kept by their number, and the run of events as far as nothing before it was removed", () =>
  inShared(async ({ one, two }) => {
    await commit(
      one,
      by("1"),
      by("2"),
      react("bob"),
      react("eve"),
      react("bob", true, "🎉", 2),
      by("6"),
      react("bob", true, "👍", 6),
    );
    while (await one.trim(3, 0));
    assertEquals(await stateOf(one), { first: 1, floor: 0, messageCount: 3, seqs: [1, 2, 3, 4, 5, 6, 7] });
    while (await one.trim(2, 0));
    assertEquals(await stateOf(two), { first: 2, floor: 1, messageCount: 3, seqs: [2, 3, 4, 5, 6, 7] });
    while (await one.trim(1, 0));
    assertEquals(await stateOf(two), { first: 6, floor: 2, messageCount: 3, seqs: [3, 4, 5, 6, 7] });
    while (await one.trim(0, 0));
    assertEquals(await stateOf(two), { first: 8, floor: 6, messageCount: 3, seqs: [7] });
    assertEquals(await append(two, by("8")), 8);
    assertEquals(await stateOf(one), { first: 8, floor: 6, messageCount: 4, seqs: [7, 8] });
  }));

Deno.test("kv: a storm of reactions removes no message, and of its changes the newest are kept", () =>
  inShared(async ({ one }) => {
    await commit(one, by("1"), by("2"));
    const over = 200;
    const ids = Array.from({ length: CHANGES_KEPT + over }, (_, index) => `${index}`);
    const appended = await commit(one, ...ids.map((id) => react(id)));
    assertEquals((appended.at(-1) as Appended).seq, ids.length + 2);
    while (await one.trim(EVERYTHING, 0));
    const { seqs, ...state } = await stateOf(one);
    assertEquals([state, seqs[0]], [{ first: 1, floor: over + 2, messageCount: 2 }, over + 3]);
    const { events, passed } = await one.read("lobby", { limit: 50, reader: "7" });
    assertEquals([passed, texts(events)], [0, "1 2"]);
    assertEquals("reactions" in events[0]! && events[0].reactions, [{ emoji: "👍", count: ids.length, mine: true }]);
    const after = await one.read("lobby", { after: over, limit: 1 });
    assertEquals([after.passed, after.events[0]?.seq], [2, over + 3]);
    assertEquals(await append(one, react("7")), `unchanged since ${ids.length + 2}`);
  }));
