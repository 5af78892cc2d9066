/**
 * The proof in short, on every store. `deno task prove` runs it for longer.
 *
 * @module
 */

import { assert, assertEquals } from "../../lib/assert.ts";
import { testWith } from "../../lib/tools.ts";
import { figuresOf, storiesOf } from "./report.ts";
import { run } from "./run.ts";

/** Long enough for a dozen deaths of a server, where the machine has time for them. */
const MS = 14_000;
/** What must have happened: a proof in which nothing happened would prove nothing. Where time is short it takes more rounds. */
const ENOUGH = { kills: 3, networkFaults: 50, acks: 50, changes: 20, deliveries: 300 };
const ROUNDS = 20;

for (const store of ["sqlite", "trimmed", "kv", "postgres"]) {
  testWith(store === "postgres" ? "postgres" : [], {
    name: `prove: on ${store}, killed and cut off at random, nothing is lost, doubled or silently missing`,
    async fn() {
      const seen = { kills: 0, networkFaults: 0, acks: 0, changes: 0, deliveries: 0 };
      const names = Object.keys(ENOUGH) as (keyof typeof ENOUGH)[];
      for (let round = 0; round === 0 || names.some((name) => seen[name] < ENOUGH[name]); round++) {
        assert(round < ROUNDS, `Only ${JSON.stringify(seen)} in ${ROUNDS} rounds`);
        const seed = crypto.randomUUID().slice(0, 8);
        const outcome = await run({ store, seed, ms: MS, clients: 8 });
        assertEquals(outcome.violations.length, 0, storiesOf(outcome));
        const figures = figuresOf(outcome);
        for (const name of names) seen[name] += figures[name];
      }
    },
  });
}

testWith("python3-websockets", {
  name: "prove: the client for Python loses nothing either",
  async fn() {
    const seed = crypto.randomUUID().slice(0, 8);
    const outcome = await run({ store: "sqlite", seed, ms: 3_000, clients: 3, client: "python" });
    assertEquals(outcome.violations.length, 0, storiesOf(outcome));
    const python = outcome.evidence.clients[2];
    assert(python!.events.some(({ type }) => type === "acked"), "It has written nothing");
  },
});
