/**
 * The proof finds planted bugs, and nothing in the tree as it is. All of them take most of an hour: here is a third, another one
 * each day. `deno task mutants` plants all.
 *
 * @module
 */

import { assertEquals } from "../../lib/assert.ts";
import { proveTheProof } from "../mutants.ts";
import { MUTANTS } from "./list.ts";

const SHARES = 3;
const DAY_MS = 86_400_000;

Deno.test("every planted bug of today's third is found, and nothing in the tree as it is", async () => {
  const share = Math.floor(Date.now() / DAY_MS) % SHARES;
  const today = MUTANTS.filter((_, index) => index % SHARES === share);
  const lines = [`${today.length} of ${MUTANTS.length} planted bugs: share ${share + 1} of ${SHARES}`];
  const { wrong } = await proveTheProof(today, (line) => lines.push(line));
  // deno-lint-ignore no-console -- which mutant was found by what
  console.log(lines.join("\n"));
  assertEquals(wrong, []);
});
