/** The list of what tests need of the machine: all of it is used, and all of it is there where everything must run. @module */

import { assert, assertEquals } from "./assert.ts";
import { textsIn } from "./imports.ts";
import { ROOT } from "./process.ts";

const list = Deno.readTextFileSync(`${ROOT}tests/lib/tools.ts`);

Deno.test("every tool on the list is needed by a test", () => {
  const names = Array.from(list.matchAll(/^ {2}"?([\w -]+?)"?: \{/gm), ([, name]) => name!);
  assert(names.length > 5);
  const tests = [...textsIn("tests/")].filter(([file]) => file !== "tests/lib/tools.ts");
  assertEquals(names.filter((name) => !tests.some(([, text]) => text.includes(`"${name}"`))), []);
});

Deno.test("the CI script installs what the list says to install", () => {
  const wanted = Array.from(list.matchAll(/install: "apt install ([\w-]+)"/g), ([, name]) => name!);
  const [, installed] = /^tools=\((.*)\)$/m.exec(Deno.readTextFileSync(`${ROOT}.ci/run`))!;
  assertEquals(installed!.split(" ").toSorted(), wanted.toSorted());
});
