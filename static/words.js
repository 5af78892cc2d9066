/**
 * The words that are said, of the table that was chosen: by `languages.js` for the page, by `embed/` for a room in another site's. A test holds the
 * tables to each other.
 *
 * @module
 */

import { BADGE_COUNT } from "./limits.js";

/** @import { Key, Words } from "./words/en.js" */
/** @typedef {Record<string, string | number>} Values */

/** @type {Words} */
let table = {};
let tag = "en";
/** Made when they are first needed: that takes a while. @type {{ plurals: Intl.PluralRules, numbers: Intl.NumberFormat } | undefined} */
let formats;

/** Says everything by a table from now on. @param {Words} words @param {string} locale its language, with the reader's region */
export function useWords(words, locale) {
  table = words;
  tag = locale;
  formats = undefined;
}

function made() {
  return formats ??= { plurals: new Intl.PluralRules(tag), numbers: new Intl.NumberFormat(tag) };
}

/** The language tag for everything that `Intl` formats. */
export function locale() {
  return tag;
}

/** @param {number} count */
export function number(count) {
  return made().numbers.format(count);
}

/** As many as fit into a badge. @param {number} count */
export function inBadge(count) {
  return count > BADGE_COUNT ? `${number(BADGE_COUNT)}+` : number(count);
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
