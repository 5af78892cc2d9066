/** A mutant counts as survived only where something ran that could have found it. @module */

import { assertEquals, assertMatch, assertStringIncludes } from "../../lib/assert.ts";
import { makeFolder, ROOT } from "../../lib/process.ts";
import { judge } from "./judge.ts";

/** `deno task mutants` on a machine that has a shell and nothing else. */
async function mutantsOnBareMachine(words: string): Promise<{ code: number; out: string }> {
  await using folder = await makeFolder();
  await Deno.symlink("/bin/sh", `${folder.path}/sh`);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "mutants", words],
    cwd: ROOT,
    env: { PATH: folder.path, NO_COLOR: "1", CI: "" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
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
  const { outcome, how } = await judge({ name: "nothing", edits: [], killer });
  assertEquals(outcome, "spoilt");
  assertMatch(how, /^no test ran: /);
});
