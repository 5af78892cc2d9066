/// <reference lib="dom" />
/** What Chromium shows of a text that was cut into its parts, under the page's own policies. @module */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";
import { browserTest } from "./lib.ts";
import { randomText } from "./random_text.ts";
import { CORPUS } from "./text_corpus.ts";
import { type Parts, visibleLines } from "./text_notation.ts";

interface Shown {
  parts: Parts;
  lines: string[];
  elements: string[];
  addresses: string[];
}

/** Renders texts as the log does, and says what there is to see. */
function show(page: Page, texts: string[]): Promise<Shown[]> {
  return page.evaluate(async (texts) => {
    const { tokenize }: typeof import("../../static/text/blocks.js") = await import("/static/text/blocks.js" as string);
    const { render }: typeof import("../../static/text/render.js") = await import("/static/text/render.js" as string);
    return texts.map((text) => {
      const element = document.createElement("div");
      element.className = "text";
      element.append(render(text));
      document.body.append(element);
      const lines = element.innerText.split("\n").filter((line) => line.trim() !== "");
      const inside = [...element.querySelectorAll("*")];
      const names = inside.flatMap((each) => [each.localName, ...each.getAttributeNames()]);
      const addresses = [...element.querySelectorAll("a")].map((link) => link.href);
      element.remove();
      return { parts: tokenize(text), lines, elements: [...new Set(names)], addresses };
    });
  }, texts);
}

browserTest("the lines that are seen are the lines that were written", async (stage) => {
  const page = await stage.open();
  const seed = crypto.getRandomValues(new Int32Array(1))[0]!;
  const examples = Object.values(CORPUS).flat().map(([written]) => written);
  const texts = [...examples, ...fc.sample(randomText, { numRuns: 1500, seed })].map((text) => text.toWellFormed());
  const shown = await show(page, texts);
  texts.forEach((text, n) => {
    assertEquals(shown[n]!.lines, visibleLines(shown[n]!.parts), `seed ${seed}, text ${JSON.stringify(text)}`);
  });
});

const EVIL = [
  "<script>owned()</script>",
  "<img src=x onerror=owned()>",
  "<svg/onload=owned()>",
  "<iframe src=javascript:owned()></iframe>",
  "<a href=javascript:owned()>x</a>",
  "<style>@import 'https://evil.example/';</style>",
  "<base href=https://evil.example/>",
  "<form action=https://evil.example/><button>",
  "<math><mtext></p><img src=x onerror=owned()>",
  '"><img src=x onerror=owned()>',
  "' onmouseover='owned()",
  "&lt;img src=x onerror=owned()&gt;",
  "javascript:owned()",
  "JaVaScRiPt://x.example/%0aowned()",
  "data:text/html,<script>owned()</script>",
  "vbscript:owned()",
  'https://x.example/" onclick="owned()',
  "https://x.example/'onclick='owned()",
  "https://x.example/<img src=x onerror=owned()>",
  "https://javascript:owned()@x.example/",
  "https://x.example/\u202e/elpmaxe.knab",
  'www.x.example"onclick=owned()',
];

/** Where such a text may stand. */
const PLACES: ((text: string) => string)[] = [
  (text) => text,
  (text) => `**${text}**`,
  (text) => `> ${text}`,
  (text) => `\`${text}\``,
  (text) => `\`\`\`\n${text}\n\`\`\``,
  (text) => `\`\`\`${text}\nx\n\`\`\``,
  (text) => `[x](${text})`,
  (text) => `[${text}](https://x.example/)`,
  (text) => `[x](https://x.example/${text})`,
  (text) => `https://x.example/?${text}`,
];

browserTest("nothing that somebody writes becomes markup or runs", async (stage) => {
  const page = await stage.open();
  await page.evaluate(() => Object.assign(globalThis, { owned: () => document.title = "owned" }));
  const known = "a href rel target class bdi strong em s code pre tabindex data-language blockquote".split(" ");
  for (const { elements, addresses } of await show(page, PLACES.flatMap((place) => EVIL.map(place)))) {
    assertEquals(elements.filter((name) => !known.includes(name)), []);
    for (const address of addresses) assert(/^https?:\/\/[^/@]*example\//.test(address), address);
  }
  assert(await page.title() !== "owned");
});

browserTest("a label never hides where a link leads", async (stage) => {
  const page = await stage.open();
  const [plain, evil, turned] = await show(page, [
    "[the docs](https://x.example/)",
    "[https://bank.example](https://evil.example/)",
    "[\u202eelpmaxe.knab](https://evil.example/)",
  ]);
  assertEquals(plain!.lines, ["the docs (x.example)"]);
  assertEquals(evil!.lines, ["https://bank.example (evil.example)"]);
  assertEquals(turned!.lines, ["\u202eelpmaxe.knab (evil.example)"]);
});

browserTest("nothing in a text turns a link around", async (stage) => {
  const page = await stage.open();
  const turns = ["\u202e", "\u2069\u202e", "\u202e".repeat(200), `\u2069${"\u202e".repeat(200)}`, "\u2067".repeat(200)];
  const texts = turns.flatMap((turn) => [
    `${turn}https://evil.example/x`,
    `${turn}[label](https://evil.example/)`,
    `[label${turn}](https://evil.example/)`,
    `*a* [${turn}label](https://evil.example/)`,
  ]);
  const shown = await page.evaluate(async (texts) => {
    const { render }: typeof import("../../static/text/render.js") = await import("/static/text/render.js" as string);
    return texts.map((text) => {
      const element = document.createElement("div");
      element.className = "text";
      element.append(render(text));
      document.body.append(element);
      const node = element.querySelector("a")!.lastElementChild!.firstChild!;
      const places = Array.from(node.textContent!, (_, at) => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return { character: node.textContent![at], left: range.getBoundingClientRect().left };
      });
      element.remove();
      return places.sort((a, b) => a.left - b.left).map(({ character }) => character).join("");
    });
  }, texts);
  texts.forEach((text, n) => {
    assertEquals(shown[n], text.endsWith(")") ? "(evil.example)" : "https://evil.example/x", JSON.stringify(text));
  });
});
