/**
 * Proves the proof: plants bugs, one at a time, in copies of the tree, and sees that each is found.
 * `deno task mutants [WORDS]`: only those whose name contains the words.
 *
 * @module
 */

import { refuse } from "../lib/flags.ts";
import { judge, type Verdict } from "./mutants/judge.ts";
import { MUTANTS } from "./mutants/list.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { Tree } from "./mutants/tree.ts";

const USAGE = "deno task mutants [WORDS]";

/**
 * The tree as it is: the tests that look for these mutants must find nothing in it, or they have found nothing in them. Those of a
 * file are run together; a filter that fits none of them spoils its mutant. Of the simulation `judge` looks at the seed that found it.
 */
function unchanged(mutants: readonly Mutant[]): Mutant[] {
  const filters = new Map<string, Set<string>>();
  for (const { killer } of mutants) {
    if (killer.type === "simulation") continue;
    filters.set(killer.file, (filters.get(killer.file) ?? new Set()).add(killer.filter));
  }
  return Array.from(filters, ([file, filters]): Mutant => ({
    name: `nothing is wrong (${file})`,
    edits: [],
    killer: { type: "test", file, filter: anyOf([...filters]) },
  }));
}

/** As `--filter` of `deno test` takes it: words, or a pattern between slashes. */
function anyOf(filters: string[]): string {
  const patterns = filters.map((each) =>
    each.startsWith("/") ? each.slice(1, -1) : each.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
  );
  return `/${patterns.join("|")}/`;
}

/** So many are judged at a time, because tests wait more than they compute. */
const AT_ONCE = navigator.hardwareConcurrency + 1;

/**
 * Judges mutants, several at a time.
 *
 * @param told called as each is judged
 */
async function judgeAll(mutants: readonly Mutant[], told: (verdict: Verdict) => void): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...mutants];
  const work = async () => {
    await using tree = await Tree.copy();
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const verdict = await judge(mutant, tree);
      verdicts.push(verdict);
      told(verdict);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, mutants.length) }, work));
  return verdicts;
}

/** The results, each in a sentence. */
export interface Proven {
  /** What is not as it must be. */
  wrong: string[];
  /** The mutants that this machine cannot judge. */
  leftOut: string[];
}

/** Judges these mutants. */
export async function proveTheProof(mutants: readonly Mutant[], say: (line: string) => void): Promise<Proven> {
  const verdicts = await judgeAll(mutants, (verdict) => say(describe(verdict)));
  return {
    wrong: verdicts.filter(({ mutant, outcome }) => !isAsItMustBe(mutant, outcome)).map(describe),
    leftOut: verdicts.filter(({ mutant, outcome }) => outcome === "left out" && !isUnchanged(mutant)).map(describe),
  };
}

function isAsItMustBe(mutant: Mutant, outcome: Verdict["outcome"]): boolean {
  return outcome === "left out" || outcome === (isUnchanged(mutant) ? "survived" : "killed");
}

function isUnchanged({ edits }: Mutant): boolean {
  return edits.length === 0;
}

function describe({ mutant, outcome, how, seconds }: Verdict): string {
  const shown = outcome === "survived" && isUnchanged(mutant) ? "sound" : outcome;
  return `${shown.padEnd(8)} ${seconds.toFixed(1).padStart(5)} s  ${mutant.name}\n                  ${how}`;
}

/** The mutants that a command line asks for. */
function choose(args: string[]): readonly Mutant[] {
  const words = args.join(" ");
  const flag = args.find((arg) => arg.startsWith("-"));
  if (flag !== undefined) refuse(`Cannot use ${flag}: only words of a mutant's name are understood`, USAGE);
  const chosen = MUTANTS.filter(({ name }) => name.includes(words));
  if (chosen.length > 0) return chosen;
  return refuse(`Cannot plant "${words}": it must be part of a mutant's name, and --help prints these`, USAGE);
}

function summaryOf(found: number, leftOut: number): string {
  return `All ${found} planted bugs were found${leftOut > 0 ? `; ${leftOut} left out` : ""}`;
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a program for the terminal
  const say = (line: string) => console.log(line);
  if (Deno.args.includes("--help")) {
    say(`Usage: ${USAGE}\n\nThe mutants:\n${MUTANTS.map(({ name }) => `  ${name}`).join("\n")}`);
    Deno.exit(0);
  }
  const chosen = choose(Deno.args);
  const { wrong, leftOut } = await proveTheProof([...unchanged(chosen), ...chosen], say);
  if (leftOut.length > 0) say(`\nLeft out:\n${leftOut.join("\n")}`);
  say(
    wrong.length === 0
      ? summaryOf(chosen.length - leftOut.length, leftOut.length)
      : `\nNot as it must be:\n${wrong.join("\n")}`,
  );
  Deno.exit(wrong.length === 0 ? 0 : 1);
}
