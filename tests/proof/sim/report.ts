/**
 * Runs many seeds, and says of a failing one what there is to be said.
 *
 * @module
 */

import { tell } from "../judge/story.ts";
import { scenarioOf } from "./draw.ts";
import { describeScenario, type Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulation.ts";

/** What many runs came to. */
export interface Summary {
  runs: number;
  faults: number;
  stored: number;
  virtualMs: number;
  /** The seeds that failed. */
  failed: number[];
}

/**
 * Runs `count` seeds from `first` on.
 *
 * @param most stops after so many failures
 */
export async function runSeeds(first: number, count: number, most = Infinity): Promise<Summary> {
  const summary: Summary = { runs: 0, faults: 0, stored: 0, virtualMs: 0, failed: [] };
  for (let seed = first; seed < first + count && summary.failed.length < most; seed++) {
    const scenario = scenarioOf(seed);
    const { violations, stored, virtualMs } = await simulate(scenario);
    summary.runs++;
    summary.faults += scenario.faults.length;
    summary.stored += stored;
    summary.virtualMs += virtualMs;
    if (violations.length > 0) summary.failed.push(seed);
  }
  return summary;
}

/** A summary as a sentence. */
export function describeSummary({ runs, faults, stored, virtualMs, failed }: Summary): string {
  const hours = (virtualMs / 3_600_000).toFixed(1);
  return `${runs} runs, ${faults} faults, ${stored} messages, ${hours} simulated hours: ${failed.length} failed`;
}

/**
 * Runs a failing seed again and tells why it fails, in as short a run as can be found.
 *
 * @param tries how many runs may be spent on finding a shorter one
 * @returns nothing if it does not fail
 */
export async function explain(seed: number, tries?: number): Promise<string[]> {
  const whole = scenarioOf(seed);
  const outcome = await simulate(whole);
  if (outcome.violations.length === 0) return [];
  const small = await shrink(whole, outcome, tries);
  const { promise } = outcome.violations[0]!;
  return [
    `Seed ${seed} breaks promise ${promise}: ${outcome.violations[0]!.what}`,
    `The whole run has ${whole.faults.length} faults and ${countActs(whole)} acts. ` +
    `${small.scenario.faults.length} faults and ${countActs(small.scenario)} acts suffice:`,
    ...describeScenario(small.scenario).map((line) => `  ${line}`),
    ...tell(small.outcome.violations.find((violation) => violation.promise === promise)!, small.outcome.evidence),
    `To see it again: deno task sim --seed ${seed}`,
  ];
}

function countActs({ clients }: Scenario): number {
  return clients.reduce((sum, { acts }) => sum + acts.length, 0);
}
