/** How a text becomes what is shown: no browser is needed to cut it into its parts. @module */

import { excerptOf } from "../../static/excerpt.js";
import { tokenize as tokenizeWith } from "../../static/text/blocks.js";
import { safeLink } from "../../static/text/links.js";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";
import { assertLinear } from "./linear.ts";
import { randomText, slowText } from "./random_text.ts";
import { CORPUS, KNOWN } from "./text_corpus.ts";
import { notation, type Parts, writtenAs } from "./text_notation.ts";

const tokenize = (text: string) => tokenizeWith(text, KNOWN);

/** Random texts of each property: more of them take longer, and find more. */
const RUNS = Number(Deno.env.get("TEXT_RUNS") ?? 2000);

Deno.test("what is said of a long message elsewhere ends with a whole character", () => {
  assertEquals(excerptOf("a😀b", 2), "a");
  assertEquals(excerptOf("a😀b", 3), "a😀");
  assertEquals(excerptOf("a😀b"), "a😀b");
});

Deno.test("what is said of a message elsewhere has none of the marks of its text, and its lines stay apart", () => {
  const marked = "**bold** and `code`\n> a *quote*\n- one\n- [two](https://example.org/)\n```js\n1 * 2\n```\nend";
  assertEquals(excerptOf(marked), "bold and code\na quote\n- one\n- two\n1 * 2\nend");
  assertEquals(excerptOf("```\n**as it is**\n```"), "**as it is**");
  assertEquals(excerptOf("\\*as it is\\* 2*3*4"), "*as it is* 2*3*4");
  assertEquals(excerptOf(`**${"a".repeat(9)}**`, 4), "aaaa");
});

for (const [section, examples] of Object.entries(CORPUS)) {
  Deno.test(`the corpus: ${section}`, () => {
    for (const [written, shown] of examples) {
      assertEquals(notation(tokenize(written)), shown, JSON.stringify(written));
      assertMatch(written, writtenAs(tokenize(written)));
    }
  });
}

// fast-check prints the seed of what failed, and the smallest text that it found to fail.

Deno.test("a text is shown as it was written but for pairs of marks, and no two lines are joined", () => {
  fc.assert(fc.property(randomText, (text) => assertMatch(text, writtenAs(tokenize(text)))), { numRuns: RUNS });
});

Deno.test("it makes no difference how lines end", () => {
  fc.assert(
    fc.property(randomText, fc.constantFrom("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"), (text, lineEnd) => {
      const plain = text.replace(/\r\n|[\r\v\f\x85\u2028\u2029]/g, "\n");
      assertEquals(tokenize(plain.replaceAll("\n", lineEnd)), tokenize(plain));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("links lead to the web, to mail and to rooms only, marks hold something, and nothing nests deeper than a reader can follow", () => {
  const check = (parts: Parts, depth: number): void => {
    assert(depth <= 20, "nested too deep");
    parts.forEach((part, n) => {
      if (typeof part === "string") {
        assert(part !== "" && typeof parts[n - 1] !== "string", "text in pieces");
      } else if ("items" in part) {
        assert(part.items.length > 0);
        for (const { parts } of part.items) {
          assert(notation(parts).trim() !== "", "an item of nothing");
          check(parts, depth + 1);
        }
      } else if (part.kind === "a" && part.href.startsWith("mailto:")) {
        assertEquals(part.href, `mailto:${part.text}`);
        assertMatch(part.text, /^[^@\s?&%:/]+@[\w.-]+$/);
      } else if (part.kind === "a" && part.room !== undefined) {
        assertMatch(part.href, /^https:\/\/chat\.example\/r\/[^/]+(\/\d+)?$/);
      } else if (part.kind === "a") {
        assertMatch(part.href, /^https?:\/\/[^@/]+\//);
        const { host } = new URL(part.href);
        if (part.host === undefined) assert(part.text.toLowerCase().includes(host), "a host that nobody sees");
        else assertEquals(part.host, host);
      } else if ("parts" in part) {
        assert(notation(part.parts).trim() !== "", "a mark of nothing");
        check(part.parts, depth + 1);
      } else {
        assert(part.text.trim() !== "", "code of nothing");
      }
    });
  };
  fc.assert(fc.property(randomText, (text) => check(tokenize(text), 0)), { numRuns: RUNS });
});

Deno.test("a host is shown behind every label but the host itself and the address with the host in it", () => {
  assertEquals(safeLink("https://xn--pple-43d.com/")?.host, undefined);
  assertEquals(safeLink("https://аpple.com/")?.host, "xn--pple-43d.com");
  assertEquals(safeLink("https://example。com/")?.host, "example.com");
  assertEquals(safeLink("https://0x7f.1/")?.host, "127.0.0.1");
  assertEquals(safeLink("https://[::0:1]:8000/")?.host, "[::1]:8000");
  for (const label of ["https://evil.example/x", "evil.example"]) {
    assertEquals(safeLink("https://evil.example/x", label)?.host, undefined, label);
  }
  for (
    const label of [
      "the docs",
      "https://bank.example",
      "bank .example",
      "bankꞏexample",
      "evil.example/",
      "bank.example evil.example",
    ]
  ) {
    assertEquals(safeLink("https://evil.example/x", label)?.host, "evil.example", label);
  }
  assertEquals(safeLink("https://evil.example/?bank.example", "bank.example")?.host, "evil.example");
  assertEquals(safeLink("javascript:alert(1)"), undefined);
});

// Time in proportion to the length.

/** What may make a reader look again and again at what it has seen, repeated. */
const SLOW = [
  ..."**a |*a|*a b_ |*_|a*|*a _b ~~c **d |\\*a|\\*\\*a |***a |~~|~|.|*.|*a.|**a**".split("|"),
  ..."`|``a|` `` |` a `` b ``` c |a\n\n`|\\`|```\n|```a\n|````\n```\n|````a\nb```\n|\n```\n| ```|``` ".split("|"),
  ..."_www.a|_www.a.|_www.漢|*www.a-|_https://a|_https://a@|_www.a@|www.a@|_www.a.b:c|[_www.a|[_www.a]|[_www.a](www.a_"
    .split("|"),
  ...[
    "- ",
    "- a\n",
    "- a\n\n",
    "- 5\n",
    "1. a\n",
    "1. a\n- a\n",
    "- a\n  - b\n",
    "- a\n  - 5\n",
    "- a\n  b\n",
    "\\- a\n",
  ],
  ..."@|#|a@|@a|a@b|a@b.|a@b.c|a@b.cd|.a@|_a@|a.a@b.cd.|@Ad|@Ada|@Ada |#design|#d|\\@Ada|\\#".split("|"),
  ...["a ```\n", "a ```b\n", "a```\n```\n", "1. a\n\n", "1. a\n\n- 5\n\n"],
  ...["> ", ">", "\n>", ">\n", "> a\n", ">> a\n", "\\> a\n", " \n", "\n", " ", "\n \n", "\r\n"],
  ..."https://|https://a)|https://a/(|https://1.2.3.4.5/(|www.|www.a.|www.a:|www.a.b:|www.a/(|(www.a.b/|https://a/,"
    .split("|"),
  ..."[|[a|[a](|[a](https://a|[a](https://a/|https://a@|https://a:b|(|'https://a/'|\\[a](https://a/)".split("|"),
];
/** The first repeated, then the second. */
const SLOW_PAIRS: [string, string][] = [
  ["`", "a"],
  ["*a ", "b* "],
  ["*a ", "b_ "],
  ["**a ", "b** "],
  ["\\*a ", "b* "],
  ["[", "]"],
  ["[a", "](https://a/)"],
  ["https://a/", ")"],
  ["(", "https://a/)"],
  ["````a\n", "b```\n"],
  ["```\n", "a"],
  [">", " a"],
  ["> a\n", "```\n"],
  ["- a\n", "  b\n"],
  ["- a\n", "- 5\n"],
  ["- 5\n", "  a\n"],
  ["\t", "- a\n"],
  ["a", "@x.org"],
  ["_", "a@x.org"],
  ["@a.", "org"],
  [" ", "```"],
  ["https://a/", ","],
  ["_www.a", "@"],
  ["_www.a.b", ":a@"],
  ["[a](_www.a", "@)"],
  ["[a](https://_www.a", "@)"],
  ["_https://a_", "@"],
  ["*", "_"],
  ["*_~~", "a"],
];

Deno.test("a text made to be slow is not", () => {
  for (const piece of SLOW) assertLinear([piece, ""], tokenize);
  for (const pair of SLOW_PAIRS) assertLinear(pair, tokenize);
  // Runs of every length, none of which has a partner.
  const runs = Array.from({ length: 80 }, (_, n) => "`".repeat(n + 1)).join(" a ");
  assertLinear([runs, ""], tokenize);
  assertLinear([runs.replaceAll(" a ", "\n"), ""], tokenize);
});

Deno.test("random texts, repeated, take no more time than their length", () => {
  fc.assert(fc.property(slowText, (pieces) => assertLinear(pieces, tokenize)), { numRuns: RUNS / 40 });
});
