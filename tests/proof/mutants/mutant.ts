/** What a planted bug is: a small, plausible mistake, which the proof has to find. @module */

/** One change to a file. */
export interface Edit {
  /** Its path in the tree. */
  file: string;
  /** What to replace: it must be in the file exactly once. */
  find: string;
  replace: string;
}

/** What has to find a mutant. */
export type Killer =
  /** Runs, those from this seed on before the others: the one that found it last, where that is a late one. */
  | { type: "simulation"; first: number }
  /** Tests of a file, those whose names contain the filter. */
  | { type: "test"; file: string; filter: string };

/** A planted bug. */
export interface Mutant {
  /** What is wrong, in a few words. */
  name: string;
  edits: Edit[];
  killer: Killer;
}

/** One that the simulation has to find. */
export function inSimulation(name: string, ...edits: [file: string, find: string, replace: string][]): Mutant {
  return {
    name,
    edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
    killer: { type: "simulation", first: 1 },
  };
}

/** The same, for one that few seeds find. */
export function inSimulationFrom(first: number, ...mutant: Parameters<typeof inSimulation>): Mutant {
  return { ...inSimulation(...mutant), killer: { type: "simulation", first } };
}

/** One that a test has to find. */
export function inTest(
  test: string,
  filter: string,
  name: string,
  ...edits: [file: string, find: string, replace: string][]
): Mutant {
  return { ...inSimulation(name, ...edits), killer: { type: "test", file: test, filter } };
}
