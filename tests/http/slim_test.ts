/** Smaller scripts: to a parser they mean the same, and so they do the same. */

import { Modules } from "../../chat/http/join_modules.ts";
import { slimPage, slimScript, slimSheet, withoutComments } from "../../chat/http/slim/slim.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { tokensOf } from "../../chat/http/slim/tokens.ts";
import { withoutUnused } from "../../chat/http/slim/unused.ts";
import { meaningOf } from "../lib/acorn.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { turnsDuring } from "../lib/turns.ts";

const scripts = Object.entries(STATIC_FILES).filter(([name]) => name.endsWith(".js"));
const modules = await Modules.read(Object.fromEntries(scripts.map(([name, text]) => [name, withoutComments(text)])));

for (const [name, text] of scripts) {
  Deno.test(`${name}, and all that comes with it, means the same once it is smaller`, async () => {
    assertEquals(meaningOf(await slimScript(text)), meaningOf(text));
    const joined = modules.join(name);
    const used = withoutUnused(tokensOf(joined).filter((token) => !token.startsWith("//"))).join("");
    assertEquals(meaningOf(await slimScript(joined)), meaningOf(used));
    const missing = (text: string) => new Set(meaningOf(text).filter((each) => each.startsWith("not declared")));
    assertEquals(missing(used).difference(missing(joined)), new Set());
    assert((await slimScript(joined)).length < joined.length);
  });
}

Deno.test("while the largest script becomes smaller the event loop takes turns: it is not held for all of it", async () => {
  const turns = await turnsDuring(() => slimScript(modules.join("app.js")));
  assert(turns >= 5, `${turns} turns`);
});

Deno.test("what looks like a comment, a blank or a private name in a text stays", async () => {
  const text = 'f(`${b ? `( ${c} ) ` : "  //  "}#name /* ${d / e / f} \\${ $ */`);\nconst r = /["\'` /]\\/ #x/;\n';
  assertEquals(
    await slimScript(text),
    'f(`${b?`( ${c} ) `:"  //  "}#name /* ${d/e/f} \\${ $ */`);let A=/["\'` /]\\/ #x/;',
  );
  assertEquals(tokensOf(text).join(""), text);
});

Deno.test("private names are short and stay apart; blanks between words and signs stay", async () => {
  const text =
    "for (;;) {\n}\nclass A {\n  #first = 1;\n  #second = this.#first - -1;\n  get #third() {\n    return typeof this;\n  }\n}\n";
  assertEquals(
    await slimScript(text),
    "for(;;){}class A{#a=1;#b=this.#a- -1;get #c(){return typeof this}}",
  );
});

Deno.test("variables have short names; properties, what is mostly named like one, globals and what is exported keep theirs", async () => {
  const text = `import { given } from "./it.js";
const first = { given, length: 1, name() {}, get size() { return 1; } };
function shown({ name, of: { other = first }, ...rest }, [each] = [], last = name) {
  for (const size of rest.size) if (size) last.first ??= { name, size: 2 * first, other };
  return \`\${document.name}\${last}\` + name;
}
export { shown };
`;
  const slim = await slimScript(text);
  assertEquals(
    slim,
    'import{given}from"./it.js";let A={given,length:1,name(){},get size(){return 1}};' +
      "function shown({name,of:{other=A},...b},[d]=[],a=name){" +
      "for(let c of b.size)if(c)a.first??={name,size:2*A,other};" +
      "return`${document.name}${a}`+name}export{shown};",
  );
  assertEquals(meaningOf(slim), meaningOf(text));
});

Deno.test("what a script does not use is left out, if nothing happens by it", async () => {
  const text = `const A = 60 * 1_000;
const B = "b";
const C = f();
function one({ b }) { return two(b); }
async function two() { return B; }
function three() { return four.one; }
function four() {}
function five() {}
three();
export { five };
`;
  const slim = await slimScript(text);
  assertEquals(slim, "let C=f();function A(){return B.one}function B(){}function five(){}A();export{five};");
});

Deno.test("a short name is no word of the language, however many there are", async () => {
  const names = Array.from({ length: 900 }, (_, n) => `name${n}`);
  const text = `function f(${names.join(", ")}) {}\nexport { f };\n`;
  assertEquals(meaningOf(await slimScript(text)), meaningOf(text));
});

Deno.test("scripts that differ in what a name stands for differ in their meaning", () => {
  const meanings = [
    "const a = 1; f((b) => a + b);",
    "const a = 1; f((b) => b + b);",
    "const a = 1; f((b) => a + c);",
    "const a = 1; f((b) => a.b + b);",
    "const a = 1; f(({ b }) => a + b);",
    "const a = 1; f(({ b: a }) => a + a);",
    "const a = 1; f(({ c: b }) => a + b);",
  ].map((text) => meaningOf(text).join(" "));
  assertEquals(new Set(meanings).size, meanings.length);
  assertEquals(meaningOf("const x = 1; f(({ b: y }) => x + y);").join(" "), meanings[4]);
});

Deno.test("in a style sheet the blanks stay that mean something", () => {
  const text =
    `.a :is(.b, .c) > .d {\n  content: "; : {";\n  inset: 0 auto;\n}\n\n@media (min-width: 1px) and (hover: hover) {\n  .e:not(.f) {\n    width: calc(1px + 2px);\n  }\n}\n`;
  assertEquals(
    slimSheet(text),
    '.a :is(.b,.c) > .d{content:"; : {";inset:0 auto;}@media (min-width:1px) and (hover:hover){.e:not(.f){width:calc(1px + 2px);}}',
  );
});

Deno.test("a page has no indentation, but where it is shown", () => {
  assertEquals(
    slimPage("<p>\n  a\n\n  <b>b</b>\n</p>\n<pre>\n  c\n</pre>\n"),
    "<p>\na\n<b>b</b>\n</p>\n<pre>\n  c\n</pre>\n",
  );
});
