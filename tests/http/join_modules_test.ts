/** Joining modules: the script does what the modules do, and what is not understood is an error. @module */

import { Assets } from "../../chat/http/assets.ts";
import { Modules } from "../../chat/http/join_modules.ts";
import { withoutComments } from "../../chat/http/slim/slim.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { tokenize } from "../../static/text/blocks.js";
import { assert, assertEquals, assertMatch, assertRejects } from "../lib/assert.ts";
import { turnsDuring } from "../lib/turns.ts";

/** Runs a script as a browser runs one that is loaded as a module. */
function run(script: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript;charset=utf-8,${encodeURIComponent(script)}`);
}

/** What the first module exports, when it is joined with the others. */
async function joined(texts: Record<string, string>): Promise<Record<string, unknown>> {
  return { ...await run((await Modules.read(texts)).join(Object.keys(texts)[0]!)) };
}

Deno.test("modules run once each, those that are imported first, in the order of the imports", async () => {
  const log = (name: string) => `(globalThis.ran ??= []).push("${name}");\n`;
  await joined({
    "app.js": `import { b } from "./b.js";\nimport { c } from "./c.js";\n${log("app")}b;\nc;\n`,
    "c.js": `import { d } from "./deep/d.js";\n${log("c")}export const c = d;\n`,
    "b.js": `import { d } from "./deep/d.js";\n${log("b")}export const b = d;\n`,
    "deep/d.js": `${log("d")}export const d = 1;\n`,
    "not_imported.js": log("not imported"),
  });
  assertEquals(Reflect.get(globalThis, "ran"), ["d", "b", "c", "app"]);
  Reflect.deleteProperty(globalThis, "ran");
});

Deno.test("modules have names of their own, and use what they import by its name or as a part of all", async () => {
  const exports = await joined({
    "app.js": `import { A_NAME } from "./folder/a.js";
import * as all from "./folder/b.js";
import {
  Thing,
  other,
} from "./folder/b.js";
const hidden = "app's";
export const names = [hidden, A_NAME, all.B_NAME, new Thing().name];
export async function later() {
  return await other();
}
`,
    "folder/a.js":
      `import { above } from "../folder_b.js";\nconst hidden = "a's, ";\nexport const A_NAME = hidden + above;\n`,
    "folder/b.js": `export const B_NAME = "b's";
export class Thing {
  name = "a thing";
}
export function other() {
  return hidden();
}
function hidden() {
  return "another";
}
`,
    "folder_b.js": `const alone = "the other b's";\nexport const above = alone;\n`,
  });
  assertEquals(Object.keys(exports).sort(), ["later", "names"]);
  assertEquals(exports.names, ["app's", "a's, the other b's", "b's", "a thing"]);
  assertEquals(await (exports.later as () => Promise<string>)(), "another");
});

Deno.test("an imported number is put in where it is used, and no module comes along for it alone", async () => {
  const texts = {
    "app.js": `import * as limits from "./limits.js";
import { LONG_MS, word } from "./limits.js";
export const all = [limits.SHORT_MS, LONG_MS, { "LONG_MS": 2 }.LONG_MS, "LONG_MS", word];
`,
    "limits.js": `export const SHORT_MS = 0.5;\nexport const LONG_MS = 5 * 60_000;\nexport const word = "5";\n`,
  };
  assertEquals((await joined(texts)).all, [0.5, 300_000, 2, "LONG_MS", "5"]);
  const alone = { "a.js": `import { A } from "./b.js";\nf(A);\n`, "b.js": "export const A = 1;\n" };
  assertEquals((await Modules.read(alone)).join("a.js"), "// a.js\nf(1);\n");
});

Deno.test("while many modules are read the event loop takes turns: it is not held for all of them", async () => {
  const texts = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.js`, `export const a = ${i};\n`]));
  const turns = await turnsDuring(() => Modules.read(texts));
  // For each of the four steps of reading.
  assert(turns >= 4 * 200 / 20, `${turns} turns`);
});

Deno.test("modules that export the same name cannot be joined", async () => {
  const texts = {
    "app.js": `import { b } from "./b.js";\nexport const a = b;\n`,
    "b.js": `export const b = 1;\nexport class a {}\n`,
  };
  await assertRejects(() => Modules.read(texts), SyntaxError, "Cannot join app.js with b.js: both export a");
});

Deno.test("modules that import each other in a ring are refused", async () => {
  const texts = {
    "a.js": `import { b } from "./b.js";\nexport const a = 1;\n`,
    "b.js": `import { a } from "./a.js";\nexport const b = 1;\n`,
  };
  await assertRejects(() => Modules.read(texts), SyntaxError, "a.js → b.js → a.js");
});

Deno.test("a module knows the address of the script that it is in", async () => {
  const { here } = await joined({ "a.js": "export const here = import.meta.url;\n" });
  assertMatch(String(here), /^data:text/);
});

Deno.test("an import that is not there is refused", async () => {
  const a = `import { b } from "./b.js";\n`;
  await assertRejects(() => Modules.read({ "a.js": a }), SyntaxError, "there is no b.js");
  await assertRejects(() => Modules.read({ "a.js": a, "b.js": "const b = 1;\n" }), SyntaxError, "there is no b:");
});

for (
  const statement of [
    `import("./missing.js");`,
    `const b = await import(name);`,
    `const b = await import("b");`,
    `const here = import.meta.dirname;`,
    `import "./b.js";`,
    `import b from "./b.js";`,
    `import b, { c } from "./b.js";`,
    `import { b as c } from "./b.js";`,
    `import * as all from "./b.js";\nconst { b } = all;`,
    `const [b] = [1];`,
    `var b = 1;`,
    `import { b } from "b";`,
    `import { b } from "https://example.org/b.js";`,
    `import { b } from "./b.js"`,
    `import b from "./b.json" with { type: "json" };`,
    `export default 1;`,
    `export let b = 1;`,
    `export const { b } = {};`,
    `export { b };`,
    `export { b } from "./b.js";`,
    `export * from "./b.js";`,
  ]
) {
  Deno.test(`an import or export that is not understood is refused: ${statement}`, async () => {
    const b = "export const b = 1;\nexport const c = 1;\n";
    await assertRejects(() => served("a.js", { "a.js": `${statement}\n`, "b.js": b }), SyntaxError, "Cannot join a.js");
  });
}

Deno.test("types in comments are no imports", async () => {
  const a = `/** @typedef {import("./b.js").B} B */\nexport const a = /** @type {import("./b.js").B} */ (1);\n`;
  assertEquals(await joined({ "a.js": a }), { a: 1 });
});

async function served(name: string, files: Record<string, string> = STATIC_FILES): Promise<string> {
  return await (await new Assets(files).respond(name, new Request("http://localhost/"))).text();
}

Deno.test("every script and style sheet can be joined", async () => {
  const assets = new Assets(STATIC_FILES);
  const names = Object.keys(STATIC_FILES).filter((name) => /\.(js|css)$/.test(name));
  assert(names.length > 40);
  for (const name of names) await (await assets.respond(name, new Request("http://localhost/"))).text();
});

Deno.test("the joined scripts that need no page work", async () => {
  const text = await run(await served("text/blocks.js"));
  const sample = "> **bold** and `code`\n\nhttps://example.org/ *there*";
  assertEquals((text.tokenize as typeof tokenize)(sample), tokenize(sample));
  const { Client } = await run(await served("client/client.js"));
  assertEquals(typeof Client, "function");
  // It can be read, and needs a page to run.
  await assertRejects(async () => await run(await served("app.js")), ReferenceError);
});

Deno.test("what is fetched later is a script of its own, which shares the modules of the page's first script", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-modules-" });
  try {
    const texts = {
      "app.js": `import { next } from "./count.js";
export const first = next();
export const fetchLater = () => import("./views/later.js");
`,
      "count.js": `let n = 0;\nexport function next() {\n  return ++n;\n}\n`,
      "views/later.js": `import { next } from "../count.js";
import { own } from "./own.js";
export const second = [next(), own];
export const fetchLast = () => import("../last.js");
`,
      "views/own.js": `export const own = "not in the page's first script";\n`,
      "last.js": `import * as count from "./count.js";\nexport const third = count.next();\n`,
    };
    const modules = await Modules.read(texts);
    await Deno.mkdir(`${folder}/views`);
    for (const name of ["app.js", "views/later.js", "last.js"]) {
      await Deno.writeTextFile(`${folder}/${name}`, modules.join(name));
    }
    const app = await import(`file://${folder}/app.js`);
    const later = await app.fetchLater();
    const last = await later.fetchLast();
    assertEquals([app.first, later.second, last.third], [1, [2, "not in the page's first script"], 3]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what several scripts need that are fetched later is in the one that the page fetches first", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-modules-" });
  try {
    const names = ["frame", "one", "two", "three", "own"];
    const made = (name: string) => `export const ${name} = { by: "${name}" };\n`;
    const texts = {
      "app.js": names.map((name) => `export const fetch_${name} = () => import("./${name}.js");\n`).join(""),
      "frame.js": `import { own } from "./own.js";\nexport const frame = [own];\n`,
      "one.js": `import { shared } from "./shared.js";\nexport const one = [shared];\n`,
      "two.js":
        `import { shared } from "./shared.js";\nimport { inTwo } from "./in_two.js";\nexport const two = [shared, inTwo];\n`,
      // It has what is in another script by having that.
      "three.js":
        `import { two } from "./two.js";\nimport { inTwo } from "./in_two.js";\nexport const three = [two, inTwo];\n`,
      "own.js": made("own"),
      "in_two.js": made("inTwo"),
      "shared.js": `import { below } from "./below.js";\nexport const shared = [below];\n`,
      "below.js": made("below"),
    };
    const modules = await Modules.read(texts);
    const scripts = ["app", ...names].map((name) => [`${name}.js`, modules.join(`${name}.js`)] as const);
    for (const [name, script] of scripts) await Deno.writeTextFile(`${folder}/${name}`, script);
    const homesOf = (name: string) => scripts.filter(([, text]) => text.includes(`// ${name}\n`)).map(([each]) => each);
    const homes = ["own.js", "shared.js", "below.js", "in_two.js", "two.js"].map(homesOf);
    assertEquals(homes, [["frame.js"], ["frame.js"], ["frame.js"], ["two.js"], ["two.js"]]);
    const app = await import(`file://${folder}/app.js`);
    const { one } = await app.fetch_one();
    const { two } = await app.fetch_two();
    const { three } = await app.fetch_three();
    const { frame } = await app.fetch_frame();
    const { own } = await app.fetch_own();
    assert(one[0] === two[0] && three[0] === two && three[1] === two[1] && frame[0] === own);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what is fetched later belongs to one page", async () => {
  const texts = {
    "a.js": `import("./later.js");\n`,
    "b.js": `import("./later.js");\n`,
    "later.js": "export const later = 1;\n",
  };
  await assertRejects(() => Modules.read(texts), SyntaxError, "both a.js and b.js fetch it");
});

/** The constants that a file imports which are numbers. */
function numbersImported(name: string, files: Record<string, string>): Map<string, string> {
  const imported = files[name]!.matchAll(/^import (?:\* as limits|\{([^}]*)\}) from "(.*)";$/gm);
  const numbers = Array.from(imported, ([, some, from]) => {
    const target = files[new URL(from!, `file:///${name}`).pathname.slice(1)]!;
    const all = Array.from(target.matchAll(/^export const ([A-Z_]+) = ([\d_. *]+);$/gm), ([, name, value]) => {
      return [name!, String(new Function(`return ${value}`)())] as const;
    });
    return all.filter(([name]) => some === undefined || some.includes(name));
  });
  return new Map(numbers.flat());
}

Deno.test("but for comments, imports and exports the page's script has every line of its modules, and no other", async () => {
  const files: Record<string, string> = STATIC_FILES;
  const scripts = Object.entries(files).filter(([name]) => name.endsWith(".js"));
  const modules = await Modules.read(Object.fromEntries(scripts.map(([name, text]) => [name, withoutComments(text)])));
  const script = modules.join("app.js");
  const [, ...parts] = script.split(/^\/\/ ([\w/]+\.js)\n/m);
  assert(parts.length > 20);
  for (let i = 0; i < parts.length; i += 2) {
    const source = files[parts[i]!]!;
    const numbers = numbersImported(parts[i]!, files);
    const code = source.replace(/^[ ]*\/\*[^]*?\*\/[ ]*$|^[ ]*\/\/.*$/gm, "")
      .replace(/^import [^]*? from ".*";$/gm, "").replace(/^export /gm, "")
      .replace(/(?<!["\w])(?:limits\.)?([A-Z][A-Z_]*)\b/g, (found, name) => numbers.get(name) ?? found);
    // A script that is fetched later is named as seen from the page's first one.
    const lines = (text: string) =>
      text.split("\n").map((line) => line.replace(/import\(".*\//, "import(").replace(/\/\*\*.*?\*\/|\s/g, ""))
        .filter((line) => line !== "");
    const around = /^const\{.*\}=\(\(\)=>\{$|^return\{.*\};$|^\}\)\(\);$|^export\{.*\};$/;
    assertEquals(
      lines(parts[i + 1]!).filter((line) => !around.test(line)),
      lines(code).filter((line) => !around.test(line)),
    );
  }
});

Deno.test("a style sheet is served with those that it imports, without comments, in their order", async () => {
  const text = await served("all.css", {
    "all.css": `@import "./css/a.css";\n@import "./css/b.css";\n/* Mine. */\n.c {\n  color: red;\n}\n`,
    "css/a.css": "/* Of a. */\n.a {\n  color: red;\n}\n",
    "css/b.css": ".b {\n  color: red;\n}\n",
  });
  assertEquals(text, ".a{color:red;}.b{color:red;}.c{color:red;}");
});

for (const statement of [`@import "./missing.css";`, `@import url(a.css);`, `@import "./a.css" screen;`]) {
  Deno.test(`a style sheet that cannot be joined is refused: ${statement}`, async () => {
    await assertRejects(
      () => served("all.css", { "all.css": `${statement}\n`, "a.css": "" }),
      SyntaxError,
      "Cannot join",
    );
  });
}
