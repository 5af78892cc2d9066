/**
 * The proof in short, on every store that can be had here. `deno task prove` runs it for longer.
 *
 * @module
 */

import { testWith } from "../lib/tools.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { figuresOf, storiesOf } from "./report.ts";
import { run } from "./run.ts";

/** Long enough for a dozen deaths of a server. */
const MS = 14_000;

for (const [store, needs] of [["sqlite", []], ["redis", "redis-server"]] as const) {
  testWith([needs].flat(), {
    name: `prove: on ${store}, killed and cut off at random, nothing is lost, doubled or silently missing`,
    async fn() {
      const seed = crypto.randomUUID().slice(0, 8);
      const outcome = await run({ store, seed, ms: MS, clients: 8 });
      if (typeof outcome === "string") throw new Error(`Cannot prove on ${store}: ${outcome}`);
      assertEquals(outcome.violations.length, 0, storiesOf(outcome));
      const { kills, networkFaults, acks, deliveries } = figuresOf(outcome);
      // A proof in which nothing happened would prove nothing.
      assert(kills >= 3, `Only ${kills} servers ended (seed ${seed})`);
      assert(networkFaults >= 50, `Only ${networkFaults} network faults (seed ${seed})`);
      assert(acks >= 50 && deliveries >= 300, `Only ${acks} acks and ${deliveries} deliveries (seed ${seed})`);
    },
  });
}
