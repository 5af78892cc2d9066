/** The colours of code: no browser is needed to cut it into pieces. @module */

import { highlight } from "../../static/text/highlight.js";
import { assert, assertEquals } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";
import { assertLinear } from "./linear.ts";

const RUNS = Number(Deno.env.get("TEXT_RUNS") ?? 2000);

const LANGUAGES = "c java js rs go swift php py rb sh sql lua css html json yaml diff c++ C# TypeScript dockerfile toml"
  .split(" ");

/** Code with its special pieces in brackets: `c(omment)`, `k(eyword)`, `n(umber)`, `s(tring)`. */
function seen(code: string, language: string): string {
  return highlight(code, language)!.map(({ text, kind }) => kind === undefined ? text : `${kind[0]}(${text})`).join("");
}

const EXAMPLES: readonly (readonly [language: string, code: string, seen: string])[] = [
  ["ts", "const a = 'b'; // c", "k(const) a = s('b'); c(// c)"],
  ["js", 'x = /"/.test(`${y}`) ? 0x1f : 1.5e3 /* "', 'x = s(/"/).test(s(`${y}`)) ? n(0x1f) : n(1.5e3) c(/* ")'],
  ["js", "constant a1 thisIs", "constant a1 thisIs"],
  [
    "py",
    'def f(x):\n  """doc\n  """\n  return f"{x}" # c',
    'k(def) f(x):\n  s("""doc\n  """)\n  k(return) s(f"{x}") c(# c)',
  ],
  ["rs", "fn f<'a>(x: &'a str) { '\\n' }", "k(fn) f<'a>(x: &'a k(str)) { s('\\n') }"],
  ["c++", '#include "a.h"\nint x = 10L;', 'k(#include) s("a.h")\nk(int) x = n(10L);'],
  ["java", "public class A { char c = 'x'; }", "k(public) k(class) A { k(char) c = s('x'); }"],
  ["go", "func f() error { return `a\nb` }", "k(func) f() k(error) { k(return) s(`a\nb`) }"],
  ["sh", 'if [ "$A" = b#c ]; then $B; fi # d', 'k(if) [ s("$A") = b#c ]; k(then) n($B); k(fi) c(# d)'],
  ["sql", "Select * FROM a where b = 'it''s' -- c", "k(Select) * k(FROM) a k(where) b = s('it''s') c(-- c)"],
  ["css", "a { color: #fff; margin: -1.5rem }", "a { k(color): n(#fff); k(margin): n(-1.5rem) }"],
  ["html", '<p class="a">don\'t &amp;</p><!-- b', 'k(<p) class=s("a")k(>)don\'t n(&amp;)k(</p)k(>)c(<!-- b)'],
  ["json", '{"a": [1, true, "b"]}', '{k("a"): [n(1), k(true), s("b")]}'],
  ["yaml", "a: 1\n  - b-c: x # d", "k(a): n(1)\n  - k(b-c): x c(# d)"],
  ["toml", "[a.b]\nc = true", "k([a.b])\nk(c) = k(true)"],
  ["diff", "--- a\n-b\n+c\n d", "c(--- a)\nk(-b)\ns(+c)\n d"],
];

Deno.test("comments, strings, numbers and keywords are found, in each language by its own rules", () => {
  for (const [language, code, expected] of EXAMPLES) assertEquals(seen(code, language), expected, language);
});

Deno.test("code of an unknown language has no colours", () => {
  for (const name of ["", "brainfuck", "constructor", "__proto__"]) assertEquals(highlight("if a", name), undefined);
});

const PIECES = [
  ..."\" ' ` \"\"\" ''' \\ / // /* */ # -- <!-- --> < > [ ] { } ( ) ; : = . , @ $ & ! + - % 0 1 0x 1e5 1.5 _ a if true"
    .split(" "),
  ..."\n|\n\n|\t| |  |\r|é|中|👋|\ud800|#fff|&amp;|color: |- a: |[a]|@@|---|'a'|'a|${x}|$1".split("|"),
];
const anyCode = fc.array(fc.constantFrom(...PIECES), { maxLength: 30, size: "max" }).map((all) => all.join(""));

Deno.test("colours never change code", () => {
  fc.assert(
    fc.property(fc.constantFrom(...LANGUAGES), anyCode, (language, code) => {
      const pieces = highlight(code, language)!;
      assertEquals(pieces.map(({ text }) => text).join(""), code);
      assert(pieces.every(({ text }) => text !== ""), "a piece of nothing");
    }),
    { numRuns: RUNS },
  );
});

Deno.test("code made to be slow is not", () => {
  const repeated = fc.tuple(
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(...PIECES),
  );
  fc.assert(
    fc.property(fc.constantFrom(...LANGUAGES), repeated, (language, [pieces, then]) => {
      assertLinear([pieces.join(""), then], (text) => highlight(text, language));
    }),
    { numRuns: RUNS / 20 },
  );
});
