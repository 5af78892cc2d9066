/** The proof finds every planted bug, and nothing in the tree as it is. @module */

import { assertEquals } from "../../lib/assert.ts";
import { proveTheProof } from "../mutants.ts";
import { MUTANTS } from "./list.ts";

Deno.test("every planted bug is found, and nothing in the tree as it is", async () => {
  const lines: string[] = [];
  const { wrong } = await proveTheProof(MUTANTS, (line) => lines.push(line));
  // deno-lint-ignore no-console -- which mutant was found by what
  console.log(lines.join("\n"));
  assertEquals(wrong, []);
});
