/** The last line of `deno task test`: what it says, and that it tells a failure from a success. @module */

import { assertEquals } from "./assert.ts";
import { Tally } from "./tally.ts";

function sum(output: string, { success = true, strict = false } = {}) {
  const tally = new Tally();
  // In pieces, as a pipe gives it.
  for (let at = 0; at < output.length; at += 7) tally.take(output.slice(at, at + 7));
  return tally.end(success, strict);
}

Deno.test("a run that left nothing out is summed up by two numbers", () => {
  const output = "one ... \x1b[32mok\x1b[0m (1ms)\n\n\x1b[32mok\x1b[0m | 12 passed (3 steps) | 0 failed (2s)\n";
  assertEquals(sum(output), { line: "12 passed, 0 failed", failed: 0 });
});

Deno.test("tests that were left out are counted by what they need", () => {
  const output = [
    "page [needs chromium (apt install chromium)] ... ignored (0ms)",
    "log [needs nginx (apt install nginx)] ... ignored (0ms)",
    "text [needs chromium (apt install chromium)] ... ignored (0ms)",
    "other ... ignored (0ms)",
    "ok | 9 passed | 0 failed | 4 ignored (2s)",
  ].join("\n");
  const line = "9 passed, 0 failed, 4 skipped: chromium 2 (apt install chromium), " +
    "nginx 1 (apt install nginx), without a reason 1";
  assertEquals(sum(output), { line, failed: 0 });
  assertEquals(sum(output, { strict: true }).failed, 4);
});

Deno.test("a failure is a failure, also where no test tells of it", () => {
  assertEquals(sum("FAILED | 9 passed | 2 failed (2s)\n", { success: false }).line, "9 passed, 2 failed");
  assertEquals(sum("ok | 9 passed | 0 failed (2s)\n", { success: false }).line, "9 passed, 1 failed");
  assertEquals(sum("error: it does not compile\n", { success: false }).line, "0 passed, 1 failed");
  assertEquals(sum("", { success: true }).line, "0 passed, 1 failed");
});
