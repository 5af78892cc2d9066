/** The proof of rooms that belong to somebody, in short. `deno task prove --store owned` runs it for longer. @module */

import { assert, assertEquals } from "../../lib/assert.ts";
import { testWith } from "../../lib/tools.ts";
import { runOwned, SHARED } from "./owned.ts";

const MS = 8_000;
/** So many must have been sent out: otherwise it goes on, on machines that have no time. */
const REMOVED = 3;
const ROUNDS = 20;

for (const store of SHARED) {
  testWith(store === "postgres" ? "postgres" : [], {
    name:
      `prove: on two processes and one ${store} nobody who is sent out by one reads or writes behind that at the other`,
    async fn() {
      let removed = 0;
      for (let round = 0; removed < REMOVED; round++) {
        assert(round < ROUNDS, `Only ${removed} were sent out in ${ROUNDS} rounds`);
        const seed = crypto.randomUUID().slice(0, 8);
        const outcome = await runOwned({ store, seed, ms: MS });
        assertEquals(outcome.wrong, [], `seed ${seed}`);
        removed += outcome.removed;
      }
    },
  });
}
