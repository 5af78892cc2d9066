/** A mutant counts as survived only where something ran that could have found it, and as killed only if its bug was found. @module */

import { assertEquals, assertMatch, assertStringIncludes } from "../../lib/assert.ts";
import { makeFolder, ROOT } from "../../lib/process.ts";
import { judge } from "./judge.ts";
import { MUTANTS } from "./list.ts";
import { LESS_PATIENCE, Tree } from "./tree.ts";

/** `deno task mutants`. */
async function mutants(words: string, options: Deno.CommandOptions): Promise<{ code: number; out: string }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "mutants", words],
    ...options,
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

/** The same on a machine that has a shell and nothing else. */
async function mutantsOnBareMachine(words: string): Promise<{ code: number; out: string }> {
  await using folder = await makeFolder();
  await Deno.symlink("/bin/sh", `${folder.path}/sh`);
  return await mutants(words, { cwd: ROOT, env: { PATH: folder.path, NO_COLOR: "1", CI: "" } });
}

Deno.test("mutants whose tests the machine cannot run are left out with the reason, and counted apart", async () => {
  const { code, out } = await mutantsOnBareMachine("full disk");
  assertMatch(
    out,
    /^left out .* a start on a full disk marks a run that is not in the file\n +needs root \(run as root, /m,
  );
  assertMatch(out, /^left out .* nothing is wrong \(/m);
  assertStringIncludes(out, "All 0 planted bugs were found; 1 left out");
  assertEquals([code, /survived|sound/.test(out)], [0, false]);
});

Deno.test("a mutant whose filter fits no test has not survived: it is spoilt", async () => {
  const killer = { type: "test", file: "tests/room/join_test.ts", filter: "no test has these words" } as const;
  await using tree = await Tree.copy();
  const { outcome, how } = await judge({ name: "nothing", edits: [], killer }, tree);
  assertEquals(outcome, "spoilt");
  assertMatch(how, /^no test ran: /);
});

Deno.test("a seed that fails without the bug, too, has not found it", async () => {
  await using tree = await Tree.copy();
  const broken = MUTANTS.find(({ name }) => name === "an acknowledgement promises more than the store keeps")!;
  // A copy is made of this copy, and it is to be as the tree.
  const { file, find, replace } = LESS_PATIENCE;
  await tree.plant([...broken.edits, { file, find: replace, replace: find }]);
  const { code, out } = await mutants("a first edit is refused", { cwd: tree.folder, env: { NO_COLOR: "1" } });
  assertMatch(out, /^spoilt .* a first edit is refused\n +Without the bug, too: Seed 1 breaks promise 1: /m);
  assertEquals(code, 1);
});
