/** What the log looks like: one line for each event, whatever strangers have put into it. @module */

import { jsonFormat, terminalFormat } from "../../chat/logging/log_format.ts";
import { LimitedLines } from "../../chat/logging/limited_lines.ts";
import { LIMITED_LINES, LIMITED_LINES_MS } from "../../chat/logging/bounds.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

const time = new Date(0);

/** What a terminal obeys, turns round, hides, or takes for the end of a line. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

Deno.test("a line of JSON has nothing that a terminal obeys, and is read as what was written", () => {
  let all = "";
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point < 0xd800 || point > 0xdfff) all += String.fromCodePoint(point);
  }
  const line = jsonFormat({ time, event: "disconnect", details: { reason: all, id: "José" } });
  assert(!HARMFUL.test(line));
  assertEquals(JSON.parse(line), { time: "1970-01-01T00:00:00.000Z", event: "disconnect", reason: all, id: "José" });
  assert(line.includes("José"), "what can be seen stays as it is");
});

Deno.test("so has a line at a terminal, but for the lines of a stack", () => {
  const nasty = "a\n\r\u001b[2Jb\u202ec\u2028d\u0085e";
  for (const details of [{ id: nasty, reason: nasty }, { message: nasty }]) {
    for (const event of ["disconnect", "connect", "refused", "something else"]) {
      const line = terminalFormat({ time, event, details });
      assert(!HARMFUL.test(line), JSON.stringify(line));
    }
  }
  const details = { status: 431, reason: "Too large", address: "[::1]:80" };
  assert(terminalFormat({ time, event: "refused", details }).endsWith(" A request refused to [::1]:80: 431 Too large"));
  const trouble = terminalFormat({ time, event: "trouble", details: { message: nasty, error: "Error: x\n    at y" } });
  assertEquals(trouble.split("\n").length, 3);
  assert(!HARMFUL.test(trouble.replaceAll("\n", "")));
});

Deno.test("a flood of events is a few lines and a count, time after time", () => {
  const clock = new FakeClock();
  const told: (number | undefined)[] = [];
  const lines = new LimitedLines("refused", (_, details) => told.push(details?.more as number | undefined), clock);
  for (let flood = 0; flood < 2; flood++) {
    told.length = 0;
    for (let index = 0; index < 1_000; index++) lines.tell({});
    assertEquals(told, Array(LIMITED_LINES).fill(undefined));
    clock.advance(LIMITED_LINES_MS);
    assertEquals(told.slice(LIMITED_LINES), [1_000 - LIMITED_LINES]);
    assertEquals(clock.timers, 0);
  }
  for (let index = 0; index < LIMITED_LINES + 1; index++) lines.tell({});
  lines.stop();
  assertEquals([told.at(-1), clock.timers, lines.total], [1, 0, 2_000 + LIMITED_LINES + 1]);
});
