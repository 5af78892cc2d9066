/**
 * The page's own words, in the reader's language. In English those of the first script come with it, and the rest with what is
 * fetched later; another language is fetched before anything is shown in it. A test holds the tables to each other.
 *
 * @module
 */

import { EN } from "./words/en.js";

/** @import { Key, Table } from "./words/en.js" */
/** @typedef {Record<string, string | number>} Values */

/** The languages that there are, by their tags. @type {Record<string, () => Promise<Partial<Table>>>} */
export const LANGUAGES = {
  en: () => Promise.resolve(EN),
  de: async () => (await import("./words/de.js")).DE,
};

/** @type {Partial<Table>} */
let table = EN;
let language = "en";
/** What puts words into the page's HTML, for another language than that. @type {typeof import("./translate.js").putWords | undefined} */
let putWords;
let tag = language;
/** Made when they are first needed: that takes a while. @type {{ plurals: Intl.PluralRules, numbers: Intl.NumberFormat } | undefined} */
let formats;

function made() {
  return formats ??= { plurals: new Intl.PluralRules(tag), numbers: new Intl.NumberFormat(tag) };
}

/** The language tag for everything that `Intl` formats. */
export function locale() {
  return tag;
}

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
    table = words;
    putWords = html?.putWords;
  } catch {
    // It cannot be fetched now: English is better than nothing.
    return;
  }
  // With the region that the reader has, for dates and numbers.
  language = chosen;
  tag = known.find((each) => languageOf(each) === language) ?? language;
  formats = undefined;
}

/** Fetches the words of what is fetched later. */
export async function moreWords() {
  if (table === EN) table = { ...EN, ...(await import("./words/en_later.js")).EN_LATER };
}

/** @param {number} count */
export function number(count) {
  return made().numbers.format(count);
}

/** Splits a text at its places: every second part is the name of one. @param {Key} key @param {unknown} count */
function partsOf(key, count) {
  const entry = table[key] ?? key;
  const form = typeof entry === "string" ? entry : entry[made().plurals.select(Number(count))] ?? entry.other;
  return form.split(/\{(\w+)\}/);
}

/** @param {string | number} value */
function shown(value = "") {
  if (typeof value === "number") return number(value);
  // What is written from right to left would otherwise take the words beside it along.
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(value) ? `\u2068${value}\u2069` : value;
}

/** A text of the page. @param {Key} key @param {Values} [values] for the places in it */
export function word(key, values = {}) {
  return partsOf(key, values.count).map((part, i) => i % 2 === 0 ? part : shown(values[part])).join("");
}

/**
 * The same with elements in its places.
 *
 * @param {Key} key
 * @param {Record<string, Node | string>} values
 * @param {number} [count] chooses the form
 * @returns {(Node | string)[]}
 */
export function wordWith(key, values, count) {
  return partsOf(key, count).map((part, i) => i % 2 === 0 ? part : values[part] ?? "");
}

/** Puts the words into the page's HTML, which has the English ones. @param {Document} page */
export function translate(page) {
  page.documentElement.lang = tag;
  putWords?.(page, word);
}
