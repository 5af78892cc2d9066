/** People of all kinds do whatever they may and may not, at every door. `deno task fuzz` does it for longer. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { fuzz } from "./fuzz/fuzz.ts";

/** The same ones every time, so that what they find is found every time; and some others. */
const KNOWN = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const STEPS = 650;

/** What must have happened: a fuzzer that is never refused, and never sends anybody out, would prove nothing. */
const SEEN = [
  ...["banned", "no_access", "ok"].map((code) => `join ${code}`),
  ...["locked", "muted", "not_joined", "ok"].map((code) => `publish ${code}`),
  ...["locked", "needs_proof", "no_access", "ok"].map((code) => `plain ${code}`),
  ...["banned", "no_access", "locked", "muted", "ok"].map((code) => `HTTP publish ${code}`),
  ...["no_access", "ok"].map((code) => `HTTP history ${code}`),
  ...["edit", "delete", "react"].map((type) => `HTTP ${type} ok`),
  ...["not_allowed", "last_owner", "needs_proof", "ok"].map((code) => `member ${code}`),
  ...["too_late", "archived"].map((code) => `edit ${code}`),
  ...["destroy", "settings", "create", "edit", "delete", "react", "invite", "redeem", "token"].map((type) =>
    `${type} ok`
  ),
];

async function tryAll(seeds: string[]): Promise<{ seen: Set<string>; removed: number; compared: number }> {
  const seen = new Set<string>();
  let [removed, compared] = [0, 0];
  for (const seed of seeds) {
    const outcome = await fuzz(seed, STEPS);
    assertEquals(outcome.wrong, [], `seed ${seed}`);
    for (const answer of outcome.answers.keys()) seen.add(answer);
    removed += outcome.removed;
    compared += outcome.compared;
  }
  return { seen, removed, compared };
}

Deno.test("whoever does whatever at whichever door, the server answers and sends what the protocol says", async () => {
  const { seen, removed, compared } = await tryAll(KNOWN);
  assertEquals(SEEN.filter((answer) => !seen.has(answer)), [], "nobody was answered so");
  assert(removed > 50 && compared > 400, `${removed} were sent out, ${compared} refusals were compared`);
});

Deno.test("the same with what nobody has tried before", async () => {
  const seed = crypto.randomUUID().slice(0, 8);
  await tryAll([`${seed}.1`, `${seed}.2`]);
});
