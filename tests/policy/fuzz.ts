/**
 * `deno task fuzz [--seed TEXT] [--minutes 5]`: people of all kinds do whatever they may and may not, at every door of a server, until the time is over or
 * something is wrong. In the end it measures whether a hidden room can be told by the time that its refusal takes.
 *
 * @module
 */

import { programFlags } from "../lib/flags.ts";
import { fuzz } from "./fuzz/fuzz.ts";
import { timeRefusals } from "./fuzz/timing.ts";

const STEPS = 1_500;

const { seed, minutes } = programFlags("deno task fuzz [--seed TEXT] [--minutes NUMBER]", {
  seed: { type: "text", default: crypto.randomUUID().slice(0, 8) },
  minutes: { type: "number", min: 0.01, max: 1_440, default: 5 },
});
const answers = new Map<string, number>();
let [removed, compared, runs] = [0, 0, 0];
const until = performance.now() + minutes * 60_000;
for (; runs === 0 || performance.now() < until; runs++) {
  // The first run is that of the seed, so that one that failed can be had again.
  const drawn = runs === 0 ? seed : `${seed}.${runs}`;
  const outcome = await fuzz(drawn, STEPS);
  if (outcome.wrong.length > 0) {
    say(`Seed ${drawn}: ${outcome.wrong[0]}`);
    Deno.exit(1);
  }
  for (const [answer, count] of outcome.answers) answers.set(answer, (answers.get(answer) ?? 0) + count);
  removed += outcome.removed;
  compared += outcome.compared;
}
say([...answers].sort().map(([answer, count]) => `${answer}: ${count}`).join("\n"));
say(`${runs} runs from the seed ${seed}: ${removed} were sent out, ${compared} refusals were compared; 0 failed`);
say(await timeRefusals());

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
