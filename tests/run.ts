/**
 * `deno task test [ARGUMENTS OF deno test]`: runs the tests, and says in one last line how many passed, failed, and were left
 * out for want of what: `1234 passed, 0 failed, 60 skipped: chromium 58 (apt install chromium), nginx 2 (apt install nginx)`.
 *
 * Ends with 0 if no test failed. With `CI` set, a test that is left out counts as failed.
 *
 * @module
 */

import { LOCK } from "./lib/packages.ts";
import { Tally } from "./lib/tally.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** It begins first: begun last, it would go on alone for minutes. */
const LONGEST = "tests/proof/mutants/mutants_test.ts";

/** Folders and files of tests among the arguments take the place of all of them. */
const chosen = Deno.args.some((arg) => arg.startsWith("tests/")) ? Deno.args : [...Deno.args, LONGEST, "tests/"];

const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", LOCK, "--parallel", ...chosen],
  cwd: ROOT,
  env: {
    // Tests wait more than they compute.
    DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1),
    ...Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {},
  },
  stdin: "null",
  stdout: "piped",
  stderr: "inherit",
}).spawn();
// A signal to this program ends the tests, too; a terminal's Ctrl-C reaches both anyway.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
  });
}
const tally = new Tally();
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  for (let written = 0; written < chunk.length;) written += await Deno.stdout.write(chunk.subarray(written));
  tally.take(decoder.decode(chunk, { stream: true }));
}
const { success } = await child.status;
const { line, failed } = tally.end(success, Deno.env.get("CI") !== undefined);
await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
Deno.exit(failed === 0 ? 0 : 1);
