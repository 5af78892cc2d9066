/**
 * Proves the proof: plants bugs, one at a time, in copies of the tree, and sees that each is found.
 * `deno task mutants [WORDS]`: only those whose name contains the words.
 *
 * @module
 */

import { refuse } from "../lib/flags.ts";
import { judge, type Verdict } from "./mutants/judge.ts";
import { type Killer, type Mutant, MUTANTS } from "./mutants/list.ts";

const USAGE = "deno task mutants [WORDS]";

/** The tree as it is: what looks for these mutants must find nothing in it, or it has found nothing in them. */
function unchanged(mutants: readonly Mutant[]): Mutant[] {
  const killers = new Map(mutants.map(({ killer }) => [JSON.stringify(killer), killer]));
  return Array.from(killers.values(), (killer) => ({
    name: `nothing is wrong (${nameOf(killer)})`,
    edits: [],
    killer,
  }));
}

/**
 * Judges mutants, two at a time.
 *
 * @param told called as each is judged
 */
export async function judgeAll(mutants: readonly Mutant[], told: (verdict: Verdict) => void): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...mutants];
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const verdict = await judge(mutant);
      verdicts.push(verdict);
      told(verdict);
    }
  };
  await Promise.all([work(), work()]);
  return verdicts;
}

/**
 * The tree as it is, and these mutants.
 *
 * @returns what is not as it must be, in sentences
 */
export async function proveTheProof(mutants: readonly Mutant[], say: (line: string) => void): Promise<string[]> {
  const verdicts = await judgeAll([...unchanged(mutants), ...mutants], (verdict) => say(describe(verdict)));
  return verdicts.filter(({ mutant, outcome }) => outcome !== (isUnchanged(mutant) ? "survived" : "killed")).map(
    describe,
  );
}

function isUnchanged({ edits }: Mutant): boolean {
  return edits.length === 0;
}

function describe({ mutant, outcome, how, seconds }: Verdict): string {
  const shown = outcome === "survived" && isUnchanged(mutant) ? "sound" : outcome;
  return `${shown.padEnd(8)} ${seconds.toFixed(1).padStart(5)} s  ${mutant.name}\n                  ${how}`;
}

function nameOf(killer: Killer): string {
  return killer.type === "simulation" ? "simulation" : `${killer.file}, ${killer.filter}`;
}

/** The mutants that a command line asks for. */
function choose(args: string[]): readonly Mutant[] {
  const words = args.join(" ");
  const flag = args.find((arg) => arg.startsWith("-"));
  if (flag !== undefined) refuse(`Cannot use ${flag}: only words of a mutant's name are understood`, USAGE);
  const chosen = MUTANTS.filter(({ name }) => name.includes(words));
  if (chosen.length > 0) return chosen;
  return refuse(
    `Cannot plant "${words}": it must be part of one of these names:\n${
      MUTANTS.map(({ name }) => `  ${name}`).join("\n")
    }`,
    USAGE,
  );
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a program for the terminal
  const say = (line: string) => console.log(line);
  if (Deno.args.includes("--help")) {
    say(`Usage: ${USAGE}`);
    Deno.exit(0);
  }
  const chosen = choose(Deno.args);
  const wrong = await proveTheProof(chosen, say);
  say(
    wrong.length === 0 ? `All ${chosen.length} planted bugs were found` : `\nNot as it must be:\n${wrong.join("\n")}`,
  );
  Deno.exit(wrong.length === 0 ? 0 : 1);
}
