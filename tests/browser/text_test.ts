/** How a text becomes what is shown: no browser is needed to cut it into its parts. @module */

import { safeLink, tokenize } from "../../static/text.js";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";

const b = (...parts: unknown[]) => ({ kind: "b", parts });
const i = (...parts: unknown[]) => ({ kind: "i", parts });
const s = (...parts: unknown[]) => ({ kind: "s", parts });
const q = (...parts: unknown[]) => ({ kind: "q", parts });
const code = (text: string) => ({ kind: "code", text });
const pre = (text: string) => ({ kind: "pre", text });
const link = (text: string, href = text) => ({ kind: "a", text, href });

/** What a text is cut into. */
const CASES: [text: string, parts: unknown[]][] = [
  ["plain", ["plain"]],
  ["two\nlines", ["two\nlines"]],
  ["**bold** and *italic* and _italic_ and ~~gone~~", [
    b("bold"),
    " and ",
    i("italic"),
    " and ",
    i("italic"),
    " and ",
    s("gone"),
  ]],
  ["**bold with *italic* inside**", [b("bold with ", i("italic"), " inside")]],
  ["**ends together *so***", [b("ends together ", i("so"))]],
  ["snake_case_name and 2*3*4 and a * b * c", ["snake_case_name and 2*3*4 and a * b * c"]],
  ["*not closed", ["*not closed"]],
  ["** **", ["** **"]],
  ["`code *as is*`", [code("code *as is*")]],
  ["``with ` inside``", [code("with ` inside")]],
  ["a ` alone", ["a ` alone"]],
  ["```\nlet a = 1;\n```", [pre("let a = 1;")]],
  ["see\n```ts\n**a**\n\nb\n```\nthere", ["see", pre("**a**\n\nb"), "there"]],
  ["```\nnever closed", ["```\nnever closed"]],
  ["> quoted\n> more\nanswer", [q("quoted\nmore"), "answer"]],
  ["> a\n>> b", [q("a", q("b"))]],
  ["1 > 0", ["1 > 0"]],
  ["see https://example.org/a?b=c#d.", ["see ", link("https://example.org/a?b=c#d"), "."]],
  ["(https://example.org/a_(b))", ["(", link("https://example.org/a_(b)"), ")"]],
  ["https://example.org/a*b*c", [link("https://example.org/a*b*c")]],
  ["**https://example.org/**", [b(link("https://example.org/"))]],
  ["HTTPS://EXAMPLE.org/", [link("HTTPS://EXAMPLE.org/", "https://example.org/")]],
  ["http://localhost:8000/r/x", [link("http://localhost:8000/r/x")]],
  ["javascript://example.org/%0aalert(1)", ["javascript://example.org/%0aalert(1)"]],
  ["https://bank.example@evil.example/", ["https://bank.example@evil.example/"]],
  ["https://", ["https://"]],
  ["<b>no</b> <script>alert(1)</script>", ["<b>no</b> <script>alert(1)</script>"]],
];

for (const [text, parts] of CASES) {
  Deno.test(`${JSON.stringify(text)} is cut into its parts`, () => assertEquals(tokenize(text), parts as never));
}

Deno.test("a host that is not what it looks like is shown as what it is", () => {
  assertEquals(safeLink("https://xn--pple-43d.com/")?.host, undefined);
  assertEquals(safeLink("https://аpple.com/")?.host, "xn--pple-43d.com");
  assertEquals(safeLink("https://example。com/")?.host, "example.com");
  assertEquals(safeLink("https://0x7f.1/")?.host, "127.0.0.1");
});

/** Every text again, whatever marks are in it. */
function flatten(parts: ReturnType<typeof tokenize>): string {
  return parts.map((part) => typeof part === "string" ? part : "parts" in part ? flatten(part.parts) : part.text).join(
    "",
  );
}

Deno.test("no letter is ever lost", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const dice = (sides: number) => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) % sides;
  const pieces = ["*", "**", "_", "~~", "`", "```", "\n", "> ", " ", "a", "b", "https://x.org/", "(", ")", "é", "👋"];
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: 1 + dice(20) }, () => pieces[dice(pieces.length)]).join("");
    const letters = (each: string) => each.replace(/[^abé👋xorghtps]/gu, "");
    assertEquals(letters(flatten(tokenize(text))), letters(text), `seed ${seed}, text ${JSON.stringify(text)}`);
  }
});

Deno.test("a text made to be slow is not", () => {
  for (
    const piece of [
      "**a ",
      "*a",
      "_a ",
      "`",
      "``a",
      "> ",
      ">",
      "https://",
      "https://a)",
      "~~",
      "```\n",
      "\n>",
      "*_",
      "(",
      "a*",
    ]
  ) {
    const text = piece.repeat(4000 / piece.length);
    const from = performance.now();
    tokenize(text);
    // A tenth of a second is what a reader would notice; it takes a few milliseconds.
    assertLess(performance.now() - from, 100, piece);
  }
  assert(tokenize("https://a" + ")".repeat(3990)).length > 0);
});
