/** Texts as people write them, and worse: for the tests of `static/text/`. @module */

import { fc } from "../lib/fast_check.ts";
import { CORPUS } from "./text_corpus.ts";

const MARKS = "* ** *** **** _ __ ~ ~~ ` `` ``` ```` \\ [ ]( ) ( >".split(" ");
const LINES = [
  ...["\n", "\n", "\n\n", "\r\n", "\r", "\u2028", "\u2029", "\v"],
  ...["\n> ", "\n>> ", "\n```\n", "\n```ts\n", "> ", "```js\n"],
  ...["- ", "\n- ", "\n* ", "\n1. ", "\n  - ", "\n\ta) ", "\n  "],
];
const SPACES = [" ", " ", " ", "\t", "\u3000", "\u00a0"];
const WORDS = [
  ..."a word I snake_case x2 3 don't é ß 中 重要 です 한국 สำคัญ שלום مهم हिन्दी".split(" "),
  ...["👋", "👩‍👩‍👧", "❤️", "🇩🇪", "\u200b", "\u202e", "e\u0301", "\ud800", "\udc00", "\0"],
];
const PUNCTUATION = [...`.,:!?…，。、「」（）"'“”-—/^=<$#`];
const LINKS = [
  ..."https:// http://x.example https://x.example/a_(b) https://x.example/中文 https://x.example/?a=[1]&b='c'".split(
    " ",
  ),
  ..."www. www.x.example https://a:b@x.example https://1.2.3.4.5/ [label](https://x.example/)".split(" "),
  ..."[x.example](https://y.example) a@x.example @ # @Ada @Ada Lovelace #design #42 https://chat.example/r/a/1".split(
    " ",
  ),
];
const FACES = ["¯\\_(ツ)_/¯", ">_<", "^_^", "*_*", "~/bin:~/go", "2*3*4", "a * b", "src/**/*.ts", "C:\\*"];

const EXAMPLES = Object.values(CORPUS).flat().map(([written]) => written);

/** Any mixture of all of these, and of the corpus. */
export const randomText: fc.Arbitrary<string> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...MARKS) },
    { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 2, arbitrary: fc.constantFrom(...SPACES) },
    { weight: 2, arbitrary: fc.constantFrom(...LINES) },
    { weight: 2, arbitrary: fc.constantFrom(...PUNCTUATION) },
    { weight: 1, arbitrary: fc.constantFrom(...LINKS) },
    { weight: 1, arbitrary: fc.constantFrom(...FACES) },
    { weight: 1, arbitrary: fc.constantFrom(...EXAMPLES) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
  ),
  { maxLength: 25, size: "max" },
).map((pieces) => pieces.join(""));

const slowPiece = fc.constantFrom(...MARKS, ...LINES, ...LINKS, " ", "a", "中", ".", "(", "'", ",", ":", "@", "_www.a");

/** What makes a parser look for something again and again: a piece many times, then another many times. */
export const slowText: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  fc.array(slowPiece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
  fc.array(slowPiece, { maxLength: 4 }).map((pieces) => pieces.join("")),
);
