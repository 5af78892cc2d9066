/**
 * Runs the proof on a mutant.
 *
 * @module
 */

import { scenarioOf } from "../sim/draw.ts";
import { simulate as runSeed } from "../sim/simulation.ts";
import type { Killer, Mutant } from "./mutant.ts";
import type { Tree } from "./tree.ts";

/** What became of a mutant. */
export interface Verdict {
  mutant: Mutant;
  /**
   * `killed`: the proof found it. `survived`: it did not. `left out`: this machine has not what the proof needs. `spoilt`: it could
   * not be planted, or nothing ran that could have found it.
   */
  outcome: "killed" | "survived" | "left out" | "spoilt";
  /** By what, or why not. */
  how: string;
  seconds: number;
}

/** The simulation may use up the seeds from 1 to this one on a mutant. */
const SEEDS = 900;
/**
 * A mutant that computes for longer is found as well: the proof never ends. In seconds of the processor's time, because how long a
 * run takes besides depends on what else the machine does.
 */
const PATIENCE_CPU_S = 400;
/** The same for one that waits for what never comes, in milliseconds. */
const PATIENCE_MS = 1_800_000;

/** As tests say that nothing came in the time that they had patience for: see `patience.ts`. */
const WAITED_IN_VAIN = "Waited in vain";

/** Plants a mutant in a copy of the tree, and judges it. */
export async function judge(mutant: Mutant, tree: Tree): Promise<Verdict> {
  const began = performance.now();
  const verdict = (outcome: Verdict["outcome"], how: string): Verdict => {
    return { mutant, outcome, how, seconds: (performance.now() - began) / 1000 };
  };
  try {
    await tree.plant(mutant.edits);
    const { ended, code, output } = await run(tree, mutant.killer);
    if (!ended) return verdict("killed", "it never ends");
    if (code === 0) return verdict(...unfound(mutant.killer, output));
    const how = mutant.killer.type === "test"
      ? await foundByTest(mutant.killer, output, tree)
      : await foundBySeed(output);
    return how === undefined ? verdict("spoilt", output.slice(-2_000)) : verdict("killed", how);
  } catch (error) {
    return verdict("spoilt", error instanceof Error ? error.message : String(error));
  }
}

interface Ran {
  ended: boolean;
  code: number;
  output: string;
}

async function run(tree: Tree, killer: Killer): Promise<Ran> {
  if (killer.type === "test") {
    return await runIn(tree, ["test", "--no-check", "-A", "--fail-fast", killer.file, "--filter", killer.filter]);
  }
  const { first } = killer;
  const ran = await simulate(tree, first, SEEDS);
  return ran.code !== 0 || first === 1 ? ran : await simulate(tree, 1, first - 1);
}

function simulate(tree: Tree, first: number, last: number): Promise<Ran> {
  const seeds = ["--first", `${first}`, "--seeds", `${last - first + 1}`];
  return runIn(tree, ["run", "--no-check", "tests/proof/sim/sim.ts", ...seeds, "--brief", "1"]);
}

async function runIn(tree: Tree, args: string[]): Promise<Ran> {
  const limited = ["-c", `ulimit -t ${PATIENCE_CPU_S}; exec "$@"`, "sh", Deno.execPath(), ...args];
  const command = new Deno.Command("sh", {
    args: limited,
    cwd: tree.folder,
    // What a test finds in one browser it need not find in the other.
    env: { NO_COLOR: "1", BROWSER: "chromium" },
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { code, signal, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  const output = `${text.decode(stderr)}\n${text.decode(stdout)}`.trim();
  return { ended: signal === null, code, output };
}

/** The meaning of a proof that passed: only tests that ran can have failed to find something. */
function unfound(killer: Killer, output: string): [outcome: Verdict["outcome"], how: string] {
  const last = output.split("\n").at(-1)!;
  if (killer.type === "simulation" || /\| [1-9]\d* passed/.test(output)) return ["survived", last];
  const needs = /\[(needs .+)\] \.\.\. ignored/.exec(output)?.[1];
  return needs === undefined ? ["spoilt", `no test ran: ${last}`] : ["left out", needs];
}

/**
 * What a test said; undefined if it did not get to say anything.
 *
 * @throws {Error} if it has found nothing, because it fails in the tree as it is, too
 */
async function foundByTest(killer: Killer & { type: "test" }, output: string, tree: Tree): Promise<string | undefined> {
  if (!/\| [1-9]\d* failed/.test(output)) return undefined;
  const how = `${killer.file}: ${/^(.+) \.\.\. FAILED/m.exec(output)?.[1]}`;
  // What takes too long may do so because the machine is busy.
  if (!output.includes(WAITED_IN_VAIN)) return how;
  await tree.plant([]);
  const { code } = await run(tree, killer);
  if (code !== 0) throw new Error(`Without the bug, too: ${how}`);
  return how;
}

/** The same of the simulation. @throws {Error} if the seed has found nothing, because it fails in the tree as it is, too */
async function foundBySeed(output: string): Promise<string | undefined> {
  const [how, seed] = /^Seed (\d+) breaks .*$/m.exec(output) ?? [];
  if (seed === undefined) return undefined;
  const { violations } = await runSeed(scenarioOf(Number(seed)));
  if (violations.length > 0) throw new Error(`Without the bug, too: ${how}`);
  return how;
}
