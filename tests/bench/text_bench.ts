/**
 * What it takes to cut a text into its parts (`static/text/`), by kinds of texts: part of `deno task bench:micro`. To
 * compare with a version before, give its file as `TEXT_BEFORE`: each kind is then measured with both, in one run.
 *
 * @module
 */

import { tokenize } from "../../static/text/blocks.js";

const TEXTS: Record<string, string[]> = {
  "a mixture of messages": [
    "I think *that* is **fine**, see https://example.org/a/b?c=d#e for more.",
    "snake_case_name and 2*3*4 in `code here`",
    "> quoted\n> more\nanswer with ~~strike~~",
    "see\n```ts\nlet a = 1;\nlet b = 2;\n```\nthere",
    "ok: https://example.org",
    "no marks but a ~ tilde and one > two",
  ],
  "nothing but text": ["The quick brown fox jumps over the lazy dog, as people write in a chat_room."],
  "a link": ["see https://example.org/a/b?c=d#e for more."],
  "marks": ["**bold** and *italic* and _italic_ and ~~gone~~ **two words** **a *b* c**"],
  "a script without spaces": ["这是**重要**的事，参考 https://example.com/guide，详见第二节"],
  "a block of 50 lines": ["```ts\n" + "const a = 1; // hello\n".repeat(50) + "```"],
  "a quote of 20 lines": ["> a quoted line of text\n".repeat(20) + "answer"],
  "3,500 characters": [
    "I think *that* is **fine**, see https://example.org/a/b for more. snake_case `code` here\n".repeat(40),
  ],
};

const before = Deno.env.get("TEXT_BEFORE");
const earlier = before === undefined ? undefined : (await import(before)).tokenize as typeof tokenize;

for (const [group, texts] of Object.entries(TEXTS)) {
  Deno.bench(`${group}`, { group }, () => texts.forEach((text) => tokenize(text)));
  if (earlier === undefined) continue;
  Deno.bench(`${group}, before`, { group, baseline: true }, () => texts.forEach((text) => earlier(text)));
}
