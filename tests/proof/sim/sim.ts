/**
 * Runs simulations: `deno task sim [--seeds COUNT] [--first SEED] [--seed SEED] [--brief 1]`. Without `--first` a random seed is the
 * first. With `--seed` it is that one run, and what there is to tell of it. With `--brief 1` it ends with the first failure.
 *
 * @module
 */

import { programFlags } from "../../lib/flags.ts";
import { describeSummary, explain, runSeeds } from "./report.ts";
import { scenarioOf } from "./draw.ts";
import { describeScenario } from "./scenario.ts";

const SEED = { type: "number", min: 0, max: 1e15, whole: true } as const;
const options = programFlags("deno task sim [--seeds COUNT] [--first SEED] [--seed SEED] [--brief 1]", {
  seeds: { type: "number", min: 1, max: 1e9, whole: true, default: 5_000 },
  first: { ...SEED, default: Math.floor(Math.random() * 1e9) },
  seed: SEED,
  brief: { type: "number", min: 0, max: 1, whole: true, default: 0 },
});
const failed = options.seed === undefined ? await runMany(options.first, options.seeds) : await runOne(options.seed);
Deno.exit(failed ? 1 : 0);

async function runMany(first: number, count: number): Promise<boolean> {
  say(`Seeds ${first} to ${first + count - 1}`);
  const began = performance.now();
  const summary = await runSeeds(first, count, options.brief ? 1 : 20);
  say(`${describeSummary(summary)} (${Math.round((performance.now() - began) / 1000)} s)`);
  if (summary.failed.length === 0) return false;
  for (const line of await explain(summary.failed[0]!, options.brief ? 0 : undefined)) say(line);
  say(`All that failed: ${summary.failed.join(", ")}`);
  return true;
}

async function runOne(seed: number): Promise<boolean> {
  for (const line of describeScenario(scenarioOf(seed))) say(line);
  const lines = await explain(seed);
  for (const line of lines) say(line);
  if (lines.length === 0) say(`Seed ${seed} keeps every promise`);
  return lines.length > 0;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- a program for the terminal
  console.log(line);
}
