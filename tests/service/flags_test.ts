/** The programs of the proof and the benches, called wrongly: refused at once, in a sentence, with exit code 2. @module */

import { assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { ROOT } from "../lib/process.ts";

const MISTAKES: [line: string, told: RegExp][] = [
  ["sim --wrong 1", /^Cannot use --wrong: there is no such flag$/],
  ["sim --seeds", /^Cannot use --seeds: it must be followed by a value$/],
  ["sim --seeds 0", /^Cannot use --seeds: it must be a whole number from 1 to 1000000000: received 0$/],
  ["sim --first -3", /^Cannot use --first: it must be /],
  ["sim --seed 1.5", /^Cannot use --seed: it must be a whole number from 0 to \d+: received 1.5$/],
  ["sim --brief yes", /^Cannot use --brief: .*: received yes$/],
  ["sim 7", /^Cannot use the argument 7: only flags are understood$/],
  ["prove --minutes 0", /^Cannot use --minutes: it must be a number from 0.1 to 1440: received 0$/],
  ["prove --minutes soon", /: received soon$/],
  ["prove --store mysql", /^Cannot use --store: it must be some of sqlite, .*: received mysql$/],
  ["prove --clients 2.5", /^Cannot use --clients: it must be a whole number from 1 to 200: received 2.5$/],
  ["prove --write docs/nowhere.md", /^Cannot use --write: there is no file docs\/nowhere.md$/],
  [
    "prove --write README.md",
    /^Cannot use --write: the page must have the lines <!-- begin: written by the proof --> and /,
  ],
  ["bench --only everything", /^Cannot use --only: it must be some of attack, .*: received everything$/],
  ["bench --only attack,ours", /^Cannot use --only: attack is run alone: received attack,ours$/],
  ["bench --quick=yes", /^Cannot use --quick: it takes no value$/],
  ["bench --write README.md", /^Cannot use --write: the page must have the lines /],
  ["mutants nosuchword", /^Cannot plant "nosuchword": it must be part of a mutant's name, and --help prints these$/],
  ["mutants --wrong", /^Cannot use --wrong: only words of a mutant's name are understood$/],
];

async function task(line: string): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...line.split(" ")],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("a program that is called wrongly says what is wrong, and how it is called", async () => {
  for (const [line, told] of MISTAKES) {
    const { code, out, err } = await task(line);
    assertMatch(err.split("\n")[0]!, told, line);
    assertStringIncludes(err, `\nUsage: deno task ${line.split(" ")[0]} `);
    assertEquals([code, out], [2, ""], line);
  }
});

Deno.test("--help of a program says how it is called", async () => {
  for (const name of ["sim", "prove", "bench", "mutants"]) {
    const { code, out, err } = await task(`${name} --help`);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, new RegExp(`^Usage: deno task ${name} `));
  }
});
