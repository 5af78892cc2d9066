/**
 * Every command that a document names, run as it is written there. What must be another on a machine that runs tests (ports,
 * durations, names to be filled in) is changed by a rule in `commands/`, and nothing else is.
 *
 * A document that names a command that is not there fails, and so does a command there that no document names.
 *
 * @module
 */

import { assert, assertEquals } from "../lib/assert.ts";
import { ROOT } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";
import { CONTRIBUTE } from "./commands/contribute.ts";
import { DATABASES } from "./commands/databases.ts";
import { OPERATE } from "./commands/operate.ts";
import { PROGRAMS } from "./commands/programs.ts";
import { START } from "./commands/start.ts";
import { commandsIn, DOCUMENTS, readDocument } from "./documents.ts";
import { example, exampleNames } from "./examples.ts";

const COMMANDS = { ...START, ...OPERATE, ...DATABASES, ...PROGRAMS, ...CONTRIBUTE };

/** Not commands, but names: the beginning of one, or a way to start of which others are examples. */
const NAMES = ["deno task", "deno run", "deno run …", "deno serve", "deno serve --parallel"];
const TASK_NAMES = [
  "deno task doctor --url",
  "deno task backup",
  "deno task export",
  "deno task restore",
  "deno task admin",
  "deno task admin owner",
  "deno task admin claim",
  "deno task admin revoke",
];

Deno.test("every command that a document names is tried here, and no other", () => {
  const named = new Map(DOCUMENTS.flatMap((document) => commandsIn(document).map((command) => [command, document])));
  for (const [command, document] of named) {
    const known = command in COMMANDS || NAMES.includes(command) || TASK_NAMES.includes(command) ||
      exampleNames().some((name) => example(name, "localhost:8000") === command);
    assert(known, `${document} names a command that nobody tries: ${command}`);
  }
  for (const command of [...Object.keys(COMMANDS), ...NAMES, ...TASK_NAMES]) {
    assert(named.has(command), `No document names ${command} any more: remove it here`);
  }
});

Deno.test("a machine with only Node is told to fetch the same Deno everywhere", () => {
  const texts = [...DOCUMENTS.map(readDocument), Deno.readTextFileSync(`${ROOT}.ci/run`)];
  const versions = texts.flatMap((text) =>
    Array.from(text.matchAll(/npx -y deno@([\d.]+)/g), ([, version]) => version)
  );
  assertEquals([...new Set(versions)].length, 1);
});

for (const [command, { needs = [], run }] of Object.entries(COMMANDS)) {
  testWith(needs, { name: `as documented: ${command}`, fn: () => run(command) });
}
