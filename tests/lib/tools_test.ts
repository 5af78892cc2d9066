/** The list of what tests need of the machine: all of it is used, and all of it is there where everything must run. @module */

import { assert, assertEquals } from "./assert.ts";
import { ROOT } from "./process.ts";

const list = Deno.readTextFileSync(`${ROOT}tests/lib/tools.ts`);

/** The texts of all files of the tests. */
function* texts(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* texts(`${folder}/${name}`);
    else if (name.endsWith(".ts") && name !== "tools.ts") yield Deno.readTextFileSync(`${folder}/${name}`);
  }
}

Deno.test("every tool on the list is needed by a test", () => {
  const names = Array.from(list.matchAll(/^ {2}"?([\w -]+?)"?: \{/gm), ([, name]) => name!);
  assert(names.length > 5);
  const all = [...texts(`${ROOT}tests`)].join("\n");
  assertEquals(names.filter((name) => !all.includes(`"${name}"`)), []);
});

Deno.test("the CI script installs what the list says to install", () => {
  const wanted = Array.from(list.matchAll(/install: "apt install ([\w-]+)"/g), ([, name]) => name!);
  const [, installed] = /^tools=\((.*)\)$/m.exec(Deno.readTextFileSync(`${ROOT}.ci/run`))!;
  assertEquals(installed!.split(" ").toSorted(), wanted.toSorted());
});
