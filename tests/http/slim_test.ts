/** Smaller scripts: a parser sees the same tokens in them, and so they do the same. */

import { Modules } from "../../chat/http/join_modules.ts";
import { slimPage, slimScript, slimSheet, tokensOf, withoutComments } from "../../chat/http/slim.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { parserTokens } from "../lib/acorn.ts";
import { assert, assertEquals } from "../lib/assert.ts";

const scripts = Object.entries(STATIC_FILES).filter(([name]) => name.endsWith(".js"));
const modules = new Modules(Object.fromEntries(scripts.map(([name, text]) => [name, withoutComments(text)])));

for (const [name, text] of scripts) {
  Deno.test(`a parser sees the same in ${name}, and in all that comes with it, once they are smaller`, () => {
    assertEquals(parserTokens(slimScript(text)), parserTokens(text));
    const joined = modules.join(name);
    assertEquals(parserTokens(slimScript(joined)), parserTokens(joined));
    assert(slimScript(joined).length < joined.length);
  });
}

Deno.test("what looks like a comment, a blank or a private name in a text stays", () => {
  const text = 'const a = `${b ? `( ${c} ) ` : "  //  "}#name /* ${d / e / f} */`;\nconst r = /["\'` /]\\/ #x/;\n';
  assertEquals(
    slimScript(text),
    'const a=`${b ? `( ${c} ) ` : "  //  "}#name /* ${d / e / f} */`;const r=/["\'` /]\\/ #x/;',
  );
  assertEquals(tokensOf(text).join(""), text);
});

Deno.test("private names are short and stay apart; blanks between words and signs stay", () => {
  const text =
    "class A {\n  #first = 1;\n  #second = this.#first - -1;\n  get #third() {\n    return typeof this;\n  }\n}\n";
  assertEquals(
    slimScript(text),
    "class A{#$0=1;#$1=this.#$0- -1;get #$2(){return typeof this;}}",
  );
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
