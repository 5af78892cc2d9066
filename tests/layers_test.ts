/** The plan of the tree: each floor rests on those below it, and no file lies about. @module */

import manifest from "../deno.json" with { type: "json" };
import jsr from "../imports.jsr.json" with { type: "json" };
import { assert, assertEquals, assertMatch } from "./lib/assert.ts";
import { AMBIENT, filesIn, type Imports, readImports, SERVICE, textsIn } from "./lib/imports.ts";
import { ROOT } from "./lib/process.ts";

/** The floors, lowest first: a file imports only from its own floor and those below. A name ending in `/` is a folder. */
const FLOORS: string[][] = [
  ["deno.json", "static/"],
  ["chat/limits.ts"],
  ["chat/base/"],
  ["chat/logging/"],
  ["chat/settings/"],
  ["chat/event/"],
  ["chat/log/"],
  ["chat/stores/"],
  ["chat/wire/"],
  ["chat/dialect/"],
  ["chat/outbox/"],
  ["chat/policy/"],
  ["chat/room/"],
  ["chat/commands/"],
  ["chat/socket/"],
  ["chat/overload/"],
  ["chat/http/"],
  ["chat/listen/"],
  ["connection_manager.ts"],
  ["main.ts", "chat/mod.ts", "chat/tools/"],
];

/** Those of the page: a view knows the state, and no view or state knows who puts them together. */
const PAGE_FLOORS: string[][] = [
  ["static/client/"],
  ["static/limits.js", "static/translate.js", "static/words/"],
  ["static/words.js"],
  ["static/languages.js"],
  [
    "static/finding.js",
    "static/followed.js",
    "static/formats.js",
    "static/identity.js",
    "static/invented_name.js",
    "static/levels.js",
    "static/likeness.js",
    "static/person_names.js",
    "static/reading.js",
    "static/refusals.js",
    "static/room_names.js",
    "static/standing.js",
    "static/settings.js",
    "static/timeline.js",
    "static/token_site.js",
    "static/visible.js",
    "static/written.js",
    "static/writings.js",
  ],
  [
    "static/browser_world.js",
    "static/browsing.js",
    "static/exact_formats.js",
    "static/gaps.js",
    "static/read_marks.js",
    "static/unwritable.js",
  ],
  ["static/page_state.js"],
  ["static/known_people.js", "static/room_titles.js"],
  ["static/acts.js", "static/changing.js", "static/editing.js", "static/rename.js", "static/room_acts.js"],
  [
    "static/address.js",
    "static/dom.js",
    "static/clipboard.js",
    "static/excerpt.js",
    "static/hues.js",
    "static/kept.js",
    "static/late_style.js",
    "static/text/",
  ],
  ["static/views/"],
  ["static/app.js", "static/embed/", "static/worker.js"],
];

/** Where the scripts of the pages begin. */
const PAGES = [
  "static/app.js",
  "static/docs.js",
  "static/docs_console.js",
  "static/embed/embed.js",
  "static/worker.js",
];

function floorOf(file: string, floors: string[][]): number {
  return floors.findIndex((floor) => floor.some((name) => name.endsWith("/") ? file.startsWith(name) : file === name));
}

/** Files that import each other in a ring, if there are such. */
function findCycle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

const imports = await readImports(...SERVICE);

Deno.test("every file imports only from its own floor and those below", async () => {
  for (
    const [floors, files] of [[FLOORS, imports], [
      PAGE_FLOORS,
      await readImports("static/app.js", "static/embed/embed.js", "static/worker.js"),
    ]] as const
  ) {
    for (const [file, targets] of files) {
      const floor = floorOf(file, floors);
      assert(floor >= 0, `${file} is on no floor: name it in FLOORS or PAGE_FLOORS`);
      for (const target of targets) {
        assert(floorOf(target, floors) <= floor, `${file} imports ${target}, which lies above it`);
      }
    }
  }
});

Deno.test("the picture of docs/architecture.md has the floors in their order, the highest first", () => {
  const [picture] = /^```text$[^]*?^```$/m.exec(Deno.readTextFileSync(`${ROOT}docs/architecture.md`))!;
  const drawn = Array.from(picture.matchAll(/^ {2}(\S+\/|\S+\.[jt]s)(?= |$)/gm), ([, name]) => name!);
  const page = PAGE_FLOORS.toReversed().flat().filter((name) => drawn.includes(name));
  const aside = ["deno.json", "static/", "chat/mod.ts", "chat/tools/"];
  assertEquals(drawn, [...page, ...FLOORS.toReversed().flat().filter((name) => !aside.includes(name))]);
  assert(page.length >= 4);
});

Deno.test("nothing imports in a ring, types included", async () => {
  assertEquals(findCycle(imports), undefined);
  assertEquals(findCycle(await readImports(...PAGES)), undefined);
  assertEquals(findCycle(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), ["b", "c", "b"], "one would be found");
});

/** What the package exports, and the files of the page: nothing but names. */
const PASSING_ON = ["chat/mod.ts", "chat/http/static_files.ts"];

Deno.test("no file passes on what is another's", async () => {
  for (const file of imports.keys()) {
    if (!/\.(ts|js)$/.test(file) || file.endsWith(".d.ts") || PASSING_ON.includes(file)) continue;
    const text = await Deno.readTextFile(ROOT + file);
    assert(!/^export (\*|\{[^}]*\}|type \{[^}]*\}) .*?from "\.\.?\//m.test(text), file);
  }
});

Deno.test("every file of the service and of its pages is reached", async () => {
  const reached = [
    ...AMBIENT,
    ...imports.keys(),
    ...(await readImports(...PAGES)).keys(),
  ];
  const files = [...textsIn("chat/"), ...textsIn("static/")].map(([file]) => file);
  assertEquals(files.filter((file) => !reached.includes(file)), []);
});

Deno.test("every limit is held to somewhere", () => {
  const isBounds = (file: string) => /\/(limits|bounds)\.(ts|js)$/.test(file);
  const manager = Deno.readTextFileSync(`${ROOT}connection_manager.ts`);
  for (const [folder, ...besides] of [["chat/", manager], ["static/"]] as const) {
    const texts = [...textsIn(folder)];
    const users = [...texts.filter(([file]) => !isBounds(file)).map(([, text]) => text), ...besides];
    const names = new Map<string, string>();
    for (const [file, text] of texts.filter(([file]) => isBounds(file))) {
      for (const [, name] of text.matchAll(/^export const (\w+)/gm)) {
        // Of two with one name, the one that nobody uses would not be seen.
        assertEquals(names.get(name!), undefined, `${name} is in ${file} as well`);
        names.set(name!, file);
      }
    }
    assert(names.size > 20);
    assertEquals([...names].filter(([name]) => !users.some((text) => new RegExp(`\\b${name}\\b`).test(text))), []);
  }
});

Deno.test("every helper of the tests is used", () => {
  const texts = [...textsIn("tests/")];
  for (const [file] of texts.filter(([name]) => name.startsWith("tests/lib/") && !/(\.d|_test)\.ts$/.test(name))) {
    const name = file.split("/").at(-1)!;
    assert(texts.some(([other, text]) => other !== file && text.includes(`/${name}"`)), `${file} is used by no test`);
  }
});

/** The files that others import, or read first to see what they can rely on. */
const DOORS = [
  "main.ts",
  "chat/mod.ts",
  "chat/stores/open_store.ts",
  "connection_manager.ts",
  "chat/log/message_log.ts",
  "chat/log/store.ts",
  ...filesIn("chat/wire/"),
  "static/client/client.js",
];

Deno.test("the files that others import are documented", async () => {
  const lint = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...DOORS],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  const said = new TextDecoder().decode((await lint.output()).stderr);
  // The types of other files that these use are not for others by themselves.
  assertMatch(said, /private-type-ref|^$/);
  assertEquals(said.split("\n\n").filter((text) => text.includes("error[missing-")), []);
});

/** The packages of a lock file. */
function pinned(file: string): Record<string, unknown> {
  return JSON.parse(Deno.readTextFileSync(ROOT + file)).npm;
}

Deno.test("the server starts with the standard library, and with no other package", () => {
  // Deno downloads all that the configuration or its lock file names, at every start. What a test needs is named in tests/lib
  // and pinned in tests/deno.lock; what only some settings need is imported as in chat/listen/guard/ws.ts.
  assertEquals(Object.keys(pinned("deno.lock")), ["deno-std@1.4.0"], "deno.lock");
  for (const target of Object.values(manifest.imports)) assertMatch(target, /^npm:deno-std@1\.4\.0\//, "deno.json");
  for (const [file, text] of [...textsIn("chat/"), ["main.ts", Deno.readTextFileSync(`${ROOT}main.ts`)]]) {
    assert(
      !/(from|import\() ?["'`](npm|jsr|https?):(?!" \+)/.test(text!),
      `${file} names a package where Deno can read it`,
    );
  }
});

Deno.test("every package that the code names is pinned, where it is used", () => {
  const named = (folder: string) =>
    [...textsIn(folder)].flatMap(([, text]) =>
      Array.from(text.matchAll(/"(?:npm:\/?|npm:" \+ ")((?:@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+)/g), ([, name]) => name!)
    );
  const [service, tests] = [named("chat/"), named("tests/lib/")];
  assert(service.length > 0 && tests.length > 2);
  for (const name of service) assert(name in pinned("bundle.lock"), `bundle.lock does not pin ${name}`);
  for (const name of [...service, ...tests]) {
    assert(name in pinned("tests/deno.lock"), `tests/deno.lock does not pin ${name}`);
  }
});

Deno.test("imports.jsr.json gives the same names as deno.json, the standard library's from JSR", () => {
  assertEquals(Object.keys(jsr), ["imports"]);
  assertEquals(Object.keys(jsr.imports), Object.keys(manifest.imports));
  for (const [name, other] of Object.entries(jsr.imports)) {
    const [, scope, path = ""] = name.match(/^(@std\/\w+)(\/.+)?$/)!;
    assertMatch(other, new RegExp(`^jsr:${scope}@\\d+\\.\\d+\\.\\d+${path}$`));
  }
});
