/** The kinds of characters beside a mark or an address. @module */

export const BLANK = 1;
export const WORD = 2;
/** A letter of a script that is written without spaces between words. */
export const UNSPACED = 4;
export const PICTURE = 8;
export const OPENING = 16;
export const CLOSING = 32;
/** A dot inside a word, as in `__init__.py`. */
const INNER_DOT = 64;
/** Quotation marks, and the punctuation of scripts without spaces. */
export const EITHER = 128;
export const DASH = 256;
export const SYMBOL = 512;
/** Characters of paths, programs and faces: a mark beside one is not a mark. */
export const OTHER = 1024;

export const UNSPACED_LETTER = String
  .raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]`;
export const WIDE_PUNCTUATION = String.raw`[\p{P}&&[\u3000-\u303f\ufe30-\ufe4f\uff00-\uff65]]`;

/** The kind of a character: the first that fits. @type {[side: number, characters: RegExp][]} */
const SIDES = [
  [BLANK, /^\s?$/u],
  [UNSPACED, new RegExp(UNSPACED_LETTER, "v")],
  [PICTURE, /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f]/u],
  [WORD, /[\p{L}\p{N}\p{M}]/u],
  [EITHER, new RegExp(String.raw`["'\`\p{Pi}\p{Pf}\p{Cf}${WIDE_PUNCTUATION}]`, "v")],
  [OPENING, /[\p{Ps}¿¡]/u],
  [DASH, /\p{Pd}/u],
  [SYMBOL, /[\p{Sc}#@&%+§°№]/u],
  [OTHER, /[\p{S}/\\]/u],
  [CLOSING, /[^]/u],
];
/** @param {string} character */
const sideOf = (character) => SIDES.find(([, characters]) => characters.test(character))?.[0] ?? OTHER;
/** Those of ASCII. Made when they are first needed: a page without a message need not wait for them. @type {number[] | undefined} */
let known;
/** @param {number} code */
const sideOfAscii = (code) =>
  (known ??= Array.from({ length: 128 }, (_, code) => sideOf(String.fromCharCode(code))))[code];

/** @param {string} text @param {number} at */
export function sideBefore(text, at) {
  const code = text.charCodeAt(at - 1);
  return sideOfAscii(code) ?? sideOf(text.slice(at - ((code & 0xfc00) === 0xdc00 ? 2 : 1), at));
}

/** @param {string} text @param {number} at */
export function sideAfter(text, at) {
  const code = text.codePointAt(at) ?? 0x20;
  const side = sideOfAscii(code) ?? sideOf(String.fromCodePoint(code));
  return text[at] === "." && sideOfAscii(text.charCodeAt(at + 1)) === WORD ? INNER_DOT : side;
}
