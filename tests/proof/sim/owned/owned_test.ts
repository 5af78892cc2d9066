/** Rooms that belong to somebody, while everything fails that may. @module */

import { assert, assertEquals } from "../../../lib/assert.ts";
import { simulateOwned } from "./run.ts";

/** The same ones every time. */
const SEEDS = 120;

Deno.test("nobody who is sent out reads or writes behind that, and nobody else lacks anything", async () => {
  let removed = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await simulateOwned(seed);
    assertEquals(outcome.wrong, [], `seed ${seed}`);
    removed += outcome.removed;
  }
  assert(removed > SEEDS, `${removed} were sent out`);
});
