/// <reference lib="dom" />
/**
 * The page in a language whose words have marks around them. The people who write in it use digits only, so that a letter outside
 * of the marks is a word that does not come from the tables.
 *
 * @module
 */

import { DE } from "../../static/words/de.js";
import { EN } from "../../static/words/en.js";
import { EN_LATER } from "../../static/words/en_later.js";
import { assertEquals } from "../lib/assert.ts";
import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { online, type Stage } from "./lib.ts";

type Word = string | Record<string, string>;

function mark(word: Word): Word {
  if (typeof word === "string") return `⟦${word}⟧`;
  return Object.fromEntries(Object.entries(word).map(([form, text]) => [form, `⟦${text}⟧`]));
}

/** German for the browser. The words are English, but for those of the page's HTML: a test finds what it presses by them. */
function markedTable(direction: "ltr" | "rtl"): string {
  const words = Object.entries<Word>({ ...DE, ...EN, ...EN_LATER }).map(([key, word]) => [key, mark(word)]);
  return `export const DE = ${JSON.stringify({ ...Object.fromEntries(words), direction })};`;
}

/** Opens the page in that language, as somebody called 7 in a room called 42. */
export async function openMarked(
  stage: Stage,
  options: BrowserContextOptions & { direction?: "ltr" | "rtl" } = {},
): Promise<Page> {
  const { direction = "ltr", ...rest } = options;
  const page = await stage.open("/healthz", { ...rest, locale: "de-DE" });
  await page.addInitScript(() => localStorage.setItem("switchboard.name", "7"));
  const body = markedTable(direction);
  await page.route(/words\/de/, (route) => route.fulfill({ contentType: "text/javascript", body }));
  await page.goto(`http://127.0.0.1:${stage.line.port}/r/42`);
  await online(page);
  return page;
}

/** What the page shows or reads out now without its being marked. */
function unmarked(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** What is left of a text without its marked parts, which may be within each other; the product's name and ids are the same everywhere. */
    const foreign = (text: string): string[] => {
      for (let before = ""; before !== text;) {
        before = text;
        text = text.replace(/⟦[^⟦⟧]*⟧/g, "|");
      }
      return text.replace(/Switchboard|k-[0-9a-f]{32}/g, "").split("|").map((part) => part.trim()).filter((part) =>
        /\p{L}/u.test(part)
      );
    };
    const body = document.body.cloneNode(true) as HTMLElement;
    // Addresses and code, moments as `Intl` has them, the letters of keys, the names of languages in themselves, and what must be said before a script can run.
    body.querySelectorAll("code, time, .menu kbd, #choice-of-language, .first, script").forEach((each) =>
      each.remove()
    );
    const texts = [body.textContent ?? "", document.title];
    for (const element of body.querySelectorAll("*")) {
      // What `Intl` says of a moment is not ours.
      if (element.tagName === "TIME") continue;
      for (const name of ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"]) {
        texts.push(element.getAttribute(name) ?? "");
      }
    }
    for (const { validationMessage } of document.querySelectorAll("input")) texts.push(validationMessage);
    return texts.flatMap(foreign);
  });
}

/** Messages in the room before anybody comes, or while one looks elsewhere. */
export async function fillMarked(stage: Stage, count: number): Promise<void> {
  const appends = Array.from(
    { length: count },
    (_, n) => stage.server.log.append("42", { id: "8", name: "8", text: `${n}` }),
  );
  await Promise.all(appends);
}

/** Fails where the page shows a word that is in no table. @param what it shows now */
export async function assertMarked(page: Page, what: string): Promise<void> {
  assertEquals(await unmarked(page), [], `with ${what}`);
}
