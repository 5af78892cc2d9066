/**
 * The proof finds planted bugs. All of them take most of an hour: here is a third, another one each day. `deno task mutants` plants all.
 *
 * That the tests that look for them find nothing in the tree as it is shows elsewhere: this is one test of all, and the others are
 * run in the tree as it is. `deno task mutants`, which is run alone, looks itself.
 *
 * @module
 */

import { assertEquals } from "../../lib/assert.ts";
import { proveTheProof } from "../mutants.ts";
import { MUTANTS } from "./list.ts";

const SHARES = 3;
const DAY_MS = 86_400_000;

Deno.test("every planted bug of today's third is found", async () => {
  const share = Math.floor(Date.now() / DAY_MS) % SHARES;
  const today = MUTANTS.filter(({ name }) => shareOf(name) === share);
  const lines = [`${today.length} of ${MUTANTS.length} planted bugs: share ${share + 1} of ${SHARES}`];
  const { wrong } = await proveTheProof(today, (line) => lines.push(line));
  // deno-lint-ignore no-console -- which mutant was found by what
  console.log(lines.join("\n"));
  assertEquals(wrong, []);
});

/** By its name, so that a new one moves no other into a share that was run on another day. */
function shareOf(name: string): number {
  return Array.from(name).reduce((sum, character) => sum + character.codePointAt(0)!, 0) % SHARES;
}
