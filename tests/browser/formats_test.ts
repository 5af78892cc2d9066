/** How times are said: no browser is needed for that. */

import { endLabel, exactLabel } from "../../static/exact_formats.js";
import { showHours } from "../../static/formats.js";
import { durationLabel, everyLabel } from "../../static/views/durations.js";
import { useWords } from "../../static/words.js";
import { EN } from "../../static/words/en.js";
import { assertEquals, assertMatch } from "../lib/assert.ts";

Deno.test("when something ends is said without the day where that is the day on which it is said", () => {
  useWords(EN, "en-GB");
  showHours("24");
  const [said, end] = [new Date(2026, 10, 28, 14, 30).getTime(), new Date(2026, 10, 28, 15, 30, 12).getTime()];
  assertEquals(endLabel(end, said), "15:30");
  assertEquals(endLabel(end + 86_400_000, said), "29 November 2026 at 15:30");
  assertMatch(exactLabel(end), /^Saturday,? 28 November 2026 at 15:30:12$/);
});

Deno.test("how often something may be is said without a number where that is one", () => {
  const [minute, hour] = [60_000, 3_600_000];
  useWords(EN, "en-GB");
  assertEquals([30_000, minute, hour, 2 * hour].map(everyLabel), ["30 seconds", "minute", "hour", "2 hours"]);
  const lengths = ["0 seconds", "1 minute", "90 seconds", "1 hour", "24 hours"];
  assertEquals([0, minute, 1.5 * minute, hour, 24 * hour].map(durationLabel), lengths);
  useWords(EN, "de");
  assertEquals(everyLabel(hour), "Stunde");
});
