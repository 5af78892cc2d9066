/** Bugs in how the page shows texts, and in what leaves it. @module */

import { inTest, type Mutant } from "./mutant.ts";

const TEXT_TEST = "tests/browser/text_test.ts";
const AS_WRITTEN = "a text is shown as it was written";

export const IN_TEXT: readonly Mutant[] = [
  inTest(TEXT_TEST, "no two lines are joined", "a text loses its line ends of other systems", [
    "static/text/blocks.js",
    `text.replace(LINE_END, "\\n")`,
    `text.replace(LINE_END, " ")`,
  ]),
  inTest(TEXT_TEST, AS_WRITTEN, "a block of code loses what stands on its first line", [
    "static/text/blocks.js",
    `? \`\${first}\\n\${below}\` : below;`,
    `? below : below;`,
  ]),
  inTest(TEXT_TEST, AS_WRITTEN, "an item of a list loses the lines with which it goes on", [
    "static/text/lists.js",
    `    line.text += \`\\n\${indent.slice(line.indent + line.mark.length)}\${more}\`;`,
    ``,
  ]),
  inTest(TEXT_TEST, "the corpus: lists that are none", "figures become items of a list", [
    "static/text/lists.js",
    `bullet !== undefined && !SAYS_SOMETHING.test(said)`,
    `said === ""`,
  ]),
  inTest(TEXT_TEST, "the corpus: links beside scripts", "a link takes the sentence behind it along", [
    "static/text/links.js",
    `(?!\${GLUED}|[,;]https?:\\/\\/|\${WIDE_PUNCTUATION})`,
    `(?![,;]https?:\\/\\/)`,
  ]),
  inTest(
    TEXT_TEST,
    "a host is shown behind every label",
    "a label that ends in another host hides where its link leads",
    [
      "static/text/links.js",
      `label === host || label === address`,
      `label.endsWith(host) || label === address`,
    ],
  ),
  inTest(TEXT_TEST, "the corpus: mail addresses", "what git clones from is taken for a mail address", [
    "static/text/names.js",
    `|[@:\\/]\\S)`,
    `|@\\S)`,
  ]),
  inTest(
    "tests/browser/highlight_test.ts",
    "colours never change code",
    "colours swallow the code between two of them",
    [
      "static/text/highlight.js",
      `    if (index > from) pieces.push({ text: code.slice(from, index) });`,
      `    if (index > from && from > 0) pieces.push({ text: code.slice(from, index) });`,
    ],
  ),
  inTest("tests/browser/code_test.ts", "move nothing", "the buttons of a block of code make it taller", [
    "static/css/code_tools.css",
    `.copy {
  position: absolute;`,
    `.copy {
  position: relative;`,
  ]),
  inTest(
    "tests/browser/text_shown_test.ts",
    "written from the right",
    "a link takes the direction of the text around it",
    [
      "static/text/render.js",
      `make("a", { href }, make("bdi", {}, text))`,
      `make("a", { href }, make("span", {}, text))`,
    ],
  ),
  inTest(
    "tests/browser/copying_test.ts",
    "copying several messages",
    "a copy has all of a message of which a part was selected",
    [
      "static/views/copying.js",
      `  if (text.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);`,
      ``,
    ],
  ),
];
