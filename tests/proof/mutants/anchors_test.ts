/** Every planted bug fits the tree as it is. Whether it is found takes longer: `mutants_test.ts`. @module */

import { assertEquals } from "../../lib/assert.ts";
import { MUTANTS } from "./list.ts";
import { plantIn } from "./tree.ts";

Deno.test("every planted bug fits the tree as it is, and has a name of its own", async () => {
  const misfits: string[] = [];
  for (const { name, edits } of MUTANTS) {
    const texts = new Map<string, string>();
    for (const edit of edits) {
      try {
        const text = texts.get(edit.file) ?? await Deno.readTextFile(new URL(`../../../${edit.file}`, import.meta.url));
        texts.set(edit.file, plantIn(text, edit));
      } catch (error) {
        misfits.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
  assertEquals(misfits, []);
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});
