/** The reading order of CONTRIBUTING.md: each file rests on those before it. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { readImports, SERVICE } from "../lib/imports.ts";
import { readDocument } from "./documents.ts";

const section = /^## An evening's reading$[^]*?(?=^## )/m.exec(readDocument("CONTRIBUTING.md"))![0];

/** What is listed, in its order: files, and folders, each of which stands for those of its files that are not listed themselves. */
const LISTED = [
  ...new Set(Array.from(section.matchAll(/`([\w/]+(?:\/|\.[jt]s))`/g), ([, path]) => path!)),
];

/** Where a file stands: by its own name, or else with the innermost folder that is listed. */
function placeOf(file: string): number {
  const named = LISTED.indexOf(file);
  if (named >= 0) return named;
  const folders = LISTED.filter((path) => path.endsWith("/") && file.startsWith(path));
  return LISTED.indexOf(folders.toSorted((one, other) => other.length - one.length)[0]!);
}

function isOfPage(file: string): boolean {
  return file.startsWith("static/");
}

/** What each file imports of its own kind: the page is only carried along by the service. */
const imports = new Map(
  [
    ...await readImports(...SERVICE),
    ...await readImports(
      "static/app.js",
      "static/docs.js",
      "static/docs_console.js",
      "static/embed/embed.js",
      "static/worker.js",
    ),
  ]
    .map(([file, targets]) => [file, targets.filter((target) => isOfPage(target) === isOfPage(file))] as const)
    .filter(([file]) => /\.(ts|js)$/.test(file)),
);

Deno.test("the reading order has every file of the service and of the page, alone or by its folder, and nothing else", () => {
  assert(LISTED.length > 20);
  assertEquals([...imports.keys()].filter((file) => placeOf(file) < 0), []);
  const used = new Set(Array.from(imports.keys(), (file) => LISTED[placeOf(file)]));
  assertEquals(LISTED.filter((path) => !used.has(path)), []);
});

Deno.test("in the reading order, each file rests only on what is listed before it", () => {
  const broken: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [own, its] = [placeOf(file), placeOf(target)];
      const together = own === its && LISTED[own]!.endsWith("/");
      if (its >= own && !together) broken.push(`${file} rests on ${target}, which is listed behind it`);
    }
  }
  assertEquals(broken, []);
});
