/** Marks: the characters on both sides of one decide whether it may open or close. @module */

import { BLANK, CLOSING, DASH, EITHER, OPENING, OTHER, PICTURE, SYMBOL, UNSPACED, WORD } from "./sides.js";

/** @import { Found, Part } from "./parts.js" */

/**
 * A mark, how it is shown without a partner, the place of it and those beside it, and the parts after it. With a
 * backslash before it, it and its partner mean nothing, and are shown without.
 * @typedef {{ mark: string, shown: string, at: number, parts: Part[] }} Mark
 */

/** The characters that may stand outside and inside of a mark; and inside if a blank is outside. @typedef {[number, number, number]} Rule */

/** @type {{ open: Rule, close: Rule }} */
const SINGLE = {
  open: [BLANK | PICTURE | OPENING | EITHER | DASH, WORD | UNSPACED | PICTURE, OPENING | EITHER | SYMBOL],
  close: [
    BLANK | UNSPACED | PICTURE | CLOSING | EITHER | DASH,
    WORD | UNSPACED | PICTURE | CLOSING | EITHER | SYMBOL,
    0,
  ],
};
/** Two asterisks or tildes are seldom meant as anything else. @type {{ open: Rule, close: Rule }} */
export const DOUBLED = {
  open: [~(WORD | SYMBOL | OTHER), WORD | UNSPACED | PICTURE | OPENING | EITHER | SYMBOL, ~(BLANK | OTHER)],
  close: [~(WORD | SYMBOL | OTHER), WORD | UNSPACED | PICTURE | CLOSING | EITHER | SYMBOL, ~(BLANK | OTHER)],
};

/** Runs like `****` and `~`. @type {{ open: Rule, close: Rule }} */
const NONE = { open: [0, 0, 0], close: [0, 0, 0] };

/** @param {string} run */
export function rulesOf({ 0: mark, length }) {
  if (mark === "~") return length === 2 ? DOUBLED : NONE;
  return length > 3 ? NONE : length > 1 && mark === "*" ? DOUBLED : SINGLE;
}

/** @param {Rule} rule @param {number} outside @param {number} inside */
export function allows(rule, outside, inside) {
  return (rule[0] & outside) !== 0 && (rule[1] & inside) !== 0 || outside === BLANK && (rule[2] & inside) !== 0;
}

/** A run of three is a double and a single one. @param {Mark | undefined} opening @param {Mark} closing */
export function arePartners(opening, { mark, at }) {
  return opening !== undefined && opening.at < at && opening.mark[0] === mark[0] &&
    (opening.mark.length === mark.length || opening.mark.length === 3 || mark.length === 3);
}

/** Doubled marks may stand inside a word, as in `un**believ**able`, but not in `x**2 + y**2`. */
const MARKED_WORD = /(?<![\p{N}/\\])(\*\*|~~)(?=\p{L})([\p{L}\p{M}\p{N}]+[:!?]?)\1(?![\p{N}/])/uy;

/** @param {string} text @param {number} at @returns {Found | undefined} */
export function markedWordAt(text, at) {
  MARKED_WORD.lastIndex = at;
  const [, mark = "", word = ""] = MARKED_WORD.exec(text) ?? [];
  if (word === "") return undefined;
  return { part: { kind: mark === "~~" ? "s" : "b", parts: [word] }, end: MARKED_WORD.lastIndex };
}
