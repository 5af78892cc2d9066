/// <reference lib="dom" />
/** What Chromium shows of a text that was cut into its parts, under the page's own policies. @module */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";
import { browserTest, send, untilArrived, untilText } from "./lib.ts";
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
  const known =
    "a href rel target class dir bdi strong em s code div pre tabindex data-language data-room data-seq blockquote ul ol li span"
      .split(
        " ",
      );
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

/** For each text the characters of an element in it, as they stand from left to right. */
function leftToRight(page: Page, texts: string[], selector: string): Promise<string[]> {
  return page.evaluate(async ({ texts, selector }) => {
    const { render }: typeof import("../../static/text/render.js") = await import("/static/text/render.js" as string);
    return texts.map((text) => {
      const element = document.createElement("div");
      element.className = "text";
      element.dir = "auto";
      element.style.position = "absolute";
      element.style.inlineSize = "60rem";
      element.append(render(text));
      document.body.append(element);
      const node = element.querySelector(selector)!.firstChild!;
      const places = Array.from(node.textContent!, (_, at) => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return { character: node.textContent![at], left: range.getBoundingClientRect().left };
      });
      element.remove();
      return places.sort((a, b) => a.left - b.left).map(({ character }) => character).join("");
    });
  }, { texts, selector });
}

browserTest("nothing in a text turns a link around", async (stage) => {
  const page = await stage.open();
  const turns = ["\u202e", "\u2069\u202e", "\u202e".repeat(200), `\u2069${"\u202e".repeat(200)}`, "\u2067".repeat(200)];
  const texts = turns.flatMap((turn) => [
    `${turn}https://evil.example/x`,
    `${turn}[label](https://evil.example/)`,
    `[label${turn}](https://evil.example/)`,
    `*a* [${turn}label](https://evil.example/)`,
  ]);
  const shown = await leftToRight(page, texts, "a > :last-child");
  texts.forEach((text, n) => {
    assertEquals(shown[n], text.endsWith(")") ? "(evil.example)" : "https://evil.example/x", JSON.stringify(text));
  });
});

browserTest("a link that is kept from turning has no frame, also once all style sheets are there", async (stage) => {
  const page = await stage.open();
  const edges = await page.evaluate(async () => {
    const { render }: typeof import("../../static/text/render.js") = await import("/static/text/render.js" as string);
    const { lateStyle }: typeof import("../../static/late_style.js") = await import("/static/late_style.js" as string);
    await lateStyle();
    const element = document.createElement("div");
    element.append(render("\u202e[label](https://site.example/)"));
    document.body.append(element);
    const { borderTopWidth, paddingTop } = getComputedStyle(element.querySelector("a.apart")!);
    return [borderTopWidth, paddingTop];
  });
  assertEquals(edges, ["0px", "0px"]);
});

browserTest("a link or code in a text that is written from the right is not turned around", async (stage) => {
  const page = await stage.open();
  const address = "https://example.org/a-b/?c=1&d#e";
  const texts = [`שלום ${address} עולם`, `${address} שלום`, `شكرا ${address}. شكرا`, `שלום\n- ${address}\n- א`];
  assertEquals(await leftToRight(page, texts, "a bdi"), texts.map(() => address));
  assertEquals(await leftToRight(page, ["שלום `a = -b(1);`."], "code"), ["a = -b(1);"]);
  assertEquals(await leftToRight(page, ["שלום\n```\n'אב' = x; // y!\n```"], "pre"), [
    "'בא' = x; // y!",
  ]);
});

browserTest("each paragraph has the direction of its first letter, beside its author's name", async (stage) => {
  const page = await stage.join();
  await send(page, "a first line, which is by far the longest of all\nשלום\n> שלום\n- א\n- ב\n\n1. one\n2. two");
  await untilArrived(page, 1);
  const places = await page.locator("#rows .row").evaluate((row) => {
    const text = row.querySelector(".text")!;
    const of = (node: Node, from = 0, to?: number) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      range.setStart(node, from);
      if (to !== undefined) range.setEnd(node, to);
      const { left, right } = range.getBoundingClientRect();
      return { left: Math.round(left), right: Math.round(right) };
    };
    const [first, quote, bullets, , numbers] = text.childNodes;
    const lineEnd = first!.textContent!.indexOf("\n");
    return {
      name: of(row.querySelector(".name")!.firstChild!),
      text: of(first!, 0, lineEnd),
      second: of(first!, lineEnd + 1),
      quote: of(quote!.firstChild!),
      bar: parseFloat(getComputedStyle(quote as Element).borderRightWidth),
      item: of(bullets!.firstChild!.lastChild!),
      mark: of(bullets!.firstChild!.firstChild!),
      number: of(numbers!.firstChild!.firstChild!.firstChild!),
      counted: of(numbers!.firstChild!.lastChild!),
    };
  });
  // One's own messages stand on a ground of their own.
  assertLess(Math.abs(places.text.left - places.name.left), 16);
  assertEquals(places.second.right, places.text.right);
  assertLess(places.text.left + 50, places.quote.left);
  assertEquals(places.bar, 3);
  assertLess(places.item.right, places.mark.right);
  assertEquals(places.number.left, places.text.left);
  assertLess(places.number.right, places.counted.left);
});

browserTest("one to three emoji alone are large", async (stage) => {
  const page = await stage.open();
  const large = (texts: string[]) =>
    page.evaluate(async (texts) => {
      const { render }: typeof import("../../static/text/render.js") = await import("/static/text/render.js" as string);
      return texts.filter((text) => render(text).firstElementChild?.className === "large");
    }, texts);
  const alone = ["👍", "❤️", "🇩🇪", "👩‍👩‍👧", "👋🏽 🎉", "1️⃣2️⃣3️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\n🎉 🎉\n🎉", "🧑🏽‍🚀🧑🏽‍🚀🧑🏽‍🚀"];
  assertEquals(await large(alone), alone);
  assertEquals(await large(["", " ", "1", "12#", "🎉!", "ok 👍", "🎉🎉🎉🎉", "©", "🇩", "👍".repeat(200)]), []);
});

browserTest(
  "a link to a message of this chat shows it, in whatever room, without loading the page again",
  async (stage) => {
    await stage.fill("design", 120);
    const page = await stage.join();
    await page.evaluate(() => Object.assign(globalThis, { loaded: "once" }));
    const chat = new URL(page.url()).origin;
    await send(page, `see ${chat}/r/design/7 and ${chat}/r/lobby/1`);
    await untilArrived(page, 1);
    const links = page.locator("#rows a");
    assertEquals(await links.allTextContents(), ["#design/7", "#lobby/1"]);
    await links.first().click();
    const row = await untilText(page, "message 7");
    await page.locator("#rows .row:focus", { hasText: "message 7" }).waitFor();
    assert(await row.evaluate((each) => each.getBoundingClientRect().top > 0), "it is not in view");
    assertEquals(await page.locator("#room-name").textContent(), "design");
    await page.goBack();
    await untilText(page, "see #design/7");
    await links.last().click();
    await page.locator("#rows .row:focus", { hasText: "see #design/7" }).waitFor();
    assertEquals(await page.evaluate("loaded"), "once");
  },
);
