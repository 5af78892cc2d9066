/** A nonce stands for one message. @module */

import { appendTo } from "../../lib/append_to.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { type Case, NONCE_USED, seqs } from "./case.ts";

export const NONCES: Case[] = [
  ["the same nonce gives the first one's number: one after the other, at once, and among others", async (tested) => {
    const log = await tested.log();
    const first = await appendTo(log, "lobby", by("once", "n"));
    assertEquals(await appendTo(log, "lobby", by("once", "n")), { ...first, duplicate: true });
    const many = await Promise.all([
      appendTo(log, "lobby", by("before")),
      ...Array.from({ length: 50 }, () => appendTo(log, "lobby", by("twice", "m"))),
      appendTo(log, "lobby", by("after")),
      appendTo(log, "lobby", by("once", "n")),
    ]);
    assertEquals(seqs(many), [2, ...Array(50).fill(3), 4, 1]);
    assertEquals(many.filter(({ duplicate }) => duplicate).length, 50);
    assertEquals(texts((await log.read("lobby", { limit: 9 })).events), "once before twice after");
  }],

  [
    "another text under a nonce that was used is refused and not stored: later, at once, and among others",
    async (tested) => {
      const log = await tested.log();
      const first = await appendTo(log, "lobby", by("Monday: done", "1"));
      assertEquals(await log.append("lobby", by("Tuesday: failed", "1")), NONCE_USED);
      const results = await Promise.all([
        log.append("lobby", by("Monday: done", "1")),
        log.append("lobby", by("one", "2")),
        log.append("lobby", by("two", "2")),
        log.append("lobby", by("one", "2")),
        log.append("lobby", by("Wednesday: failed", "1")),
        log.append("lobby", by("one ", "2")),
        log.append("lobby", by("last", "3")),
        log.append("other", by("two", "2")),
        log.append("lobby", by("two", "2", "bob")),
      ]);
      const seqs = results.map((result) => "refused" in result ? result.refused : result.seq);
      assertEquals(seqs, [1, 2, "nonce_used", 2, "nonce_used", "nonce_used", 3, 1, 4]);
      assertEquals(texts((await log.read("lobby", { limit: 9 })).events), "Monday: done one last two");
      assertEquals(await log.append("lobby", { ...by("Monday: done", "1"), name: "Countess" }), {
        ...first,
        duplicate: true,
      });
    },
  ],

  ["a nonce stands for its text after the data is opened again", async (tested) => {
    const log = await tested.log();
    const first = await appendTo(log, "lobby", by("once", "n"));
    await log.close();
    const again = await tested.log();
    assertEquals(await again.append("lobby", by("another", "n")), NONCE_USED);
    assertEquals(await again.append("lobby", by("once", "n")), { ...first, duplicate: true });
    assertEquals((await appendTo(again, "lobby", by("next", "o"))).seq, 2);
  }, "persistent"],

  ["a nonce counts for its author and its room only", async (tested) => {
    const log = await tested.log();
    const appended = await Promise.all([
      appendTo(log, "lobby", by("a", "n", "ada")),
      appendTo(log, "lobby", by("b", "n", "bob")),
      appendTo(log, "other", by("c", "n", "ada")),
      appendTo(log, "lobby", by("d", "N", "ada")),
      appendTo(log, "lobby", by("e", "", "ad")),
      appendTo(log, "lobby", by("f", "an", "ad")),
    ]);
    assertEquals(appended.map(({ seq, duplicate }) => duplicate ? 0 : seq), [1, 2, 1, 3, 4, 5]);
  }],
];
