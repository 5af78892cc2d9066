/**
 * The languages of the page. In English the words of the first script come with it, and the rest with what is fetched later; another
 * language is fetched before anything is shown in it.
 *
 * @module
 */

import { locale, useWords, word } from "./words.js";
import { EN } from "./words/en.js";

/** @import { Table } from "./words/en.js" */

/** Those that there are, by their tags. @type {Record<string, () => Promise<Partial<Table>>>} */
export const LANGUAGES = {
  en: () => Promise.resolve(EN),
  de: async () => (await import("./words/de.js")).DE,
};

let language = "en";
/** What puts words into the page's HTML, for another language than that. @type {typeof import("./translate.js").putWords | undefined} */
let putWords;
let hasMore = false;

useWords(EN, language);

/**
 * Changes to the reader's language.
 *
 * @param {string} wanted one of {@linkcode LANGUAGES}; or anything else, for the first that the browser prefers
 * @param {readonly string[]} preferred language tags, the first is liked most
 */
export async function speak(wanted, preferred) {
  const languageOf = (/** @type {string} */ each) => each.split("-")[0] ?? "";
  const known = preferred.filter((each) => languageOf(each) in LANGUAGES);
  const chosen = wanted in LANGUAGES ? wanted : languageOf(known[0] ?? language);
  try {
    const [words, html] = await Promise.all([
      LANGUAGES[chosen]?.() ?? EN,
      chosen === "en" ? undefined : import("./translate.js"),
    ]);
    language = chosen;
    putWords = html?.putWords;
    // With the region that the reader has, for dates and numbers.
    useWords(words, known.find((each) => languageOf(each) === chosen) ?? chosen);
  } catch {
    // It cannot be fetched now: English is better than nothing.
  }
}

/** Fetches the words of what is fetched later. */
export async function moreWords() {
  if (language !== "en" || hasMore) return;
  const { EN_LATER } = await import("./words/en_later.js");
  hasMore = true;
  useWords({ ...EN, ...EN_LATER }, locale());
}

/** Puts the words into the page's HTML, which has the English ones. @param {Document} page */
export function translate(page) {
  page.documentElement.lang = locale();
  putWords?.(page, word);
}
