/**
 * Makes a failing run smaller: leaves out faults, clients and acts for as long as the same promise is still broken.
 *
 * @module
 */

import type { PlannedFault, Scenario } from "./scenario.ts";
import { type Outcome, simulate } from "./simulation.ts";

/**
 * Looks for the smallest scenario that fails as the given one does.
 *
 * @param tries how many runs it may take
 * @returns what it found and how it went; the given one if nothing can be left out
 * @throws {RangeError} if the outcome has no violation
 */
export async function shrink(
  scenario: Scenario,
  outcome: Outcome,
  tries = 250,
): Promise<{ scenario: Scenario; outcome: Outcome }> {
  const promise = outcome.violations[0]?.promise;
  if (promise === undefined) throw new RangeError("Cannot shrink a run: it must have failed");
  let best = { scenario, outcome };
  let runs = 0;
  let isSmaller = true;
  while (isSmaller) {
    isSmaller = false;
    for (const candidate of smaller(best.scenario)) {
      if (++runs > tries) return best;
      const tried = await simulate(candidate);
      if (!tried.violations.some((violation) => violation.promise === promise)) continue;
      best = { scenario: candidate, outcome: tried };
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** Scenarios that lack a part of the given one: large parts first. */
function* smaller(scenario: Scenario): Generator<Scenario> {
  const { faults, clients } = scenario;
  for (const some of parts(faults)) yield { ...scenario, faults: some };
  if (clients.length > 1) { for (let index = 0; index < clients.length; index++) yield withoutClient(scenario, index); }
  for (let index = 0; index < clients.length; index++) {
    const { acts } = clients[index]!;
    for (const some of parts(acts)) {
      yield { ...scenario, clients: clients.with(index, { ...clients[index]!, acts: some }) };
    }
  }
}

/** What is left of a list without one of its halves, quarters, … or items. */
function* parts<T>(items: T[]): Generator<T[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < items.length; from += size) yield items.toSpliced(from, size);
  }
}

function withoutClient(scenario: Scenario, gone: number): Scenario {
  const renumbered = ({ ...fault }: PlannedFault): PlannedFault[] => {
    if (!("client" in fault)) return [fault];
    if (fault.client === gone) return [];
    return [{ ...fault, client: fault.client > gone ? fault.client - 1 : fault.client }];
  };
  return {
    ...scenario,
    clients: scenario.clients.toSpliced(gone, 1),
    faults: scenario.faults.flatMap(renumbered),
  };
}
