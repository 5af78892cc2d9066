/** Changes within the bounds of Deno KV: many at one message, and the longest that there are. @module */

import type { NewEvent } from "../../../chat/event/event.ts";
import { EMOJI_PER_MESSAGE } from "../../../chat/limits.ts";
import type { Appended } from "../../../chat/log/message_log.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { commit, messageAt, react, remove, short } from "../changing.ts";
import { assertRight, countKeys, inShared } from "./shared.ts";

Deno.test("kv: a message with thousands of reactions is read and deleted like any other, and no reaction is left in the end", () =>
  inShared(async ({ one, kv }) => {
    await commit(one, by("first"), by("second"));
    const ids = Array.from({ length: 3_000 }, (_, index) => `${index}`.padStart(4, "0"));
    await commit(one, ...ids.flatMap((id) => [react(id), ...Number(id) % 10 === 0 ? [react(id, true, "🎉", 2)] : []]));
    assertEquals((await messageAt(one, 1)).reactions, [{ emoji: "👍", count: 3_000 }]);
    const listed = await listedDuring(() => one.read("lobby", { limit: 50, reader: "0007" }));
    assertEquals(listed.map((key) => key[1]), ["log", "own"]);
    const known: string[] = [];
    for (let more = true; more;) {
      const next = await one.reactors("lobby", { target: 1, emoji: "👍", after: known.at(-1), limit: 700 });
      more = next.length > 0;
      known.push(...next);
    }
    assertEquals(known, ids);
    const [{ seq }] = await commit(one, remove()) as [Appended];
    const { text, deleted, rev, reactions } = await messageAt(one, 1);
    assertEquals([text, deleted, rev, reactions], ["", true, seq, undefined]);
    assertEquals(await one.reactors("lobby", { target: 1, emoji: "👍", limit: 9 }), []);
    let steps = 1;
    while (await one.trim(Number.MAX_SAFE_INTEGER, 0)) steps++;
    assert(steps < 15, `${steps} steps`);
    assertEquals(await countKeys(kv, KvKey.reactions("lobby", 1)), 0);
    assertEquals((await messageAt(one, 2)).reactions, [{ emoji: "🎉", count: 300 }]);
    while (await one.trim(0, 0));
    for (const kind of ["reaction", "own", "leftover", "log", "reply"]) {
      assertEquals(await countKeys(kv, ["switchboard", kind]), 0);
    }
  }));

Deno.test("kv: as much as a commit may have fits into its transactions: long ids, names, nonces and texts", () =>
  inShared(async ({ one, kv }) => {
    const long = (index: number) => `${index}`.padEnd(64, "漢");
    const authors = Array.from(
      { length: 300 },
      (_, index) => ({ id: `k-${long(index)}`, name: long(index).slice(0, 32) }),
    );
    const text = "漢".repeat(4_000);
    const mentions = authors.slice(0, 16).map(({ id }) => id);
    const stored = await commit(
      one,
      ...authors.map((by, index) => ({ ...by, text, mentions, nonce: long(index), ...index > 0 ? { reply: 1 } : {} })),
    );
    assertEquals(stored.map(short), authors.map((_, index) => index + 1));
    const reacted = await commit(
      one,
      ...authors.map((by, index): NewEvent => ({
        ...by,
        kind: "react",
        target: index % 7 + 1,
        emoji: `${index % EMOJI_PER_MESSAGE}`.padStart(40, "-"),
        on: true,
        nonce: `r${long(index)}`,
      })),
    );
    assertEquals(reacted.map(short), authors.map((_, index) => index + 301));
    const edits = authors.map((by, index): NewEvent => ({
      ...{
        ...by,
        kind: "edit",
        target: index + 1,
        version: 0,
        text: `${text.slice(1)}!`,
        mentions,
        nonce: `e${long(index)}`,
      },
    }));
    assertEquals((await commit(one, ...edits)).map(short), authors.map((_, index) => index + 601));
    assertEquals((await commit(one, ...edits)).map(short), authors.map((_, index) => `already ${index + 601}`));
    assertEquals((await messageAt(one, 1)).replies, 299);
    await assertRight(one, kv);
    while (await one.trim(0, 0));
    assertEquals((await one.read("lobby", { limit: 9 })).first, 901);
  }));

/** The beginnings of the keys that are listed while something is done. */
async function listedDuring(work: () => Promise<unknown>): Promise<Deno.KvKey[]> {
  const { list } = Deno.Kv.prototype;
  const listed: Deno.KvKey[] = [];
  Deno.Kv.prototype.list = function (this: Deno.Kv, ...args: Parameters<typeof list>) {
    listed.push("prefix" in args[0] ? args[0].prefix : args[0].start);
    return list.apply(this, args);
  } as typeof list;
  try {
    await work();
  } finally {
    Deno.Kv.prototype.list = list;
  }
  return listed;
}
