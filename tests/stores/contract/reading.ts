/** Pages are what was asked for. @module */

import { shown } from "../../../chat/event/kinds.ts";
import type { Range } from "../../../chat/log/message_log.ts";
import { messagesOf } from "../../../chat/log/whole.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { type Case, fill, seqs } from "./case.ts";

export const READING: Case[] = [
  ["a range gives what was asked for", async (tested) => {
    const log = await tested.log();
    await fill(log, "lobby", 25);
    const cases: [Range, number, number][] = [
      [{ limit: 10 }, 16, 25],
      [{ limit: 100 }, 1, 25],
      [{ after: 0, limit: 10 }, 1, 10],
      [{ after: 10, limit: 10 }, 11, 20],
      [{ after: 20, limit: 10 }, 21, 25],
      [{ after: 24, limit: 1 }, 25, 25],
      [{ before: 25, limit: 10 }, 15, 24],
      [{ before: 5, limit: 10 }, 1, 4],
      [{ before: 1_000, limit: 2 }, 24, 25],
    ];
    for (const [range, from, to] of cases) {
      const { events: messages, first, head } = await log.read("lobby", range);
      const wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      assertEquals(seqs(messages), wanted, JSON.stringify(range));
      assertEquals([first, head], [1, 25]);
    }
    for (const range of [{ limit: 0 }, { after: 25, limit: 9 }, { after: 99, limit: 9 }, { before: 1, limit: 9 }]) {
      const { events: messages, head } = await log.read("lobby", range);
      assertEquals([messages, head], [[], 25], JSON.stringify(range));
    }
  }],

  ["any text comes back to the letter", async (tested) => {
    const log = await tested.log();
    const strange = [
      "👩‍👩‍👧‍👦 naïve Ω שלום 漢字",
      "nul \0 inside and at the end \0",
      "\r\n\t\u2028\u2029\u0085 \u007f \u001b[0m",
      `"quotes" 'and' \\ %s {} [] $1 ' OR 1=1; --`,
      "\u{10FFFF}\uFFFD\uFEFF",
      "1",
      " null ",
      "😀".repeat(4_000),
      "x".repeat(16_000),
    ];
    for (const [index, text] of strange.entries()) {
      const message = { id: `i\0${index}`, name: `n\0${text.slice(0, 20)}`, text, nonce: `\0${index}` };
      const { seq, ts } = await appendTo(log, "lobby", message);
      assertEquals((await appendTo(log, "lobby", message)).seq, seq);
      assertEquals((await log.read("lobby", { after: seq - 1, limit: 1 })).events.map(shown), [{
        seq,
        ...message,
        ts,
      }]);
    }
  }],

  ["where only the beginning of texts is asked for, it is there to the letter", async (tested) => {
    const log = await tested.log();
    const texts = [
      "short",
      "x\0".repeat(100),
      "é".repeat(100),
      "漢".repeat(99) + "😀😀",
      "😀".repeat(300),
      "\u{10FFFF}a",
    ];
    for (const [index, text] of texts.entries()) await appendTo(log, "lobby", by(text, `n${index}`));
    for (let beginning = 1; beginning <= 101; beginning += 20) {
      const { events } = await log.read("lobby", { only: [1, 2, 3, 4, 5, 6, 7], limit: 7, beginning });
      const begins = (text: string) => [...text].slice(0, beginning).join("");
      assertEquals(
        messagesOf(events).map(({ seq, text }) => [seq, begins(text)]),
        texts.map((t, i) => [i + 1, begins(t)]),
      );
    }
  }],
];
