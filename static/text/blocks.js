/**
 * Cuts a text into its parts: lines become fences, quotes, lists and paragraphs. The text is shown as it was written, without the pairs
 * of marks that were understood. In doubt a mark is shown as text: an asterisk too many harms nobody, but a path, a face or
 * a measure that lost one says something else. The time is proportional to the text's length.
 *
 * `tests/browser/text_corpus.ts` has examples.
 *
 * @module
 */

import * as limits from "../limits.js";
import { listAt } from "./lists.js";
import { ITEM_MARK, Paragraphs, QUOTE } from "./paragraphs.js";

/** @import { Found, Known, Part } from "./parts.js" */

/** Most texts have none of these, and are what they are. */
const SPECIAL = new RegExp(String.raw`[\x60*_~>@#\r\v\f\x85\u2028\u2029]|:\/\/|www\.|^[^\S\n]*\\?${ITEM_MARK}`, "imu");

const LINE_END = /\r\n|[\r\v\f\x85\u2028\u2029]/gu;

/**
 * Cuts a text into its parts. A quote, a list or a fence begins and ends a line by itself, so there is no line end beside it.
 * Only where a blank line comes before it, the text ends in one more: the last line end of a block of text makes no line.
 *
 * @param {string} text
 * @param {Known} [known]
 * @returns {Part[]}
 */
export function tokenize(text, known = {}) {
  if (!SPECIAL.test(text)) return text === "" ? [] : [text];
  return blocks(text.replace(LINE_END, "\n"), 0, known);
}

/** Code may begin behind a text, as long as it ends in another line. */
const BLOCK = new RegExp(String.raw`^(?:>|[^\S\n]*${ITEM_MARK}|[^\x60\n]*\x60{3})`, "gmu");
const BLANK_LAST_LINE = /(?:^|\n)[^\S\n]*$/u;

/** @param {string} text @param {number} depth how many quotes it is in @param {Known} known @returns {Part[]} */
function blocks(text, depth, known) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {FenceEnd[] | undefined} */
  let ends;
  let from = 0;
  BLOCK.lastIndex = 0;
  for (let block = BLOCK.exec(text); block !== null; block = BLOCK.exec(text)) {
    const { index, 0: begin } = block;
    const isFence = begin.endsWith("```");
    const at = isFence && begin.trimStart() !== "```" ? index + begin.length - 3 : index;
    const found = begin === ">"
      ? quoteAt(text, at, depth, known)
      : isFence
      ? fenceAt(text, at, ends ??= fenceEnds(text))
      : listAt(text, at, isList(parts.at(-1)) && isBlank(text, from, at), known);
    BLOCK.lastIndex = found?.end ?? index + begin.length;
    if (found === undefined) continue;
    if (at > from) {
      const before = text.slice(from, text[at - 1] === "\n" ? at - 1 : at);
      new Paragraphs(BLANK_LAST_LINE.test(before) ? `${before}\n` : before, parts, known).read();
    }
    parts.push(found.part);
    from = found.end;
  }
  if (from < text.length) new Paragraphs(text.slice(from), parts, known).read();
  return parts;
}

/** Whether there is nothing but a few blank lines, if any. @param {string} text @param {number} from @param {number} to */
function isBlank(text, from, to) {
  return to - from < limits.BLANK_CHARACTERS && text.slice(from, to).trim() === "";
}

/** @param {Part | undefined} part */
function isList(part) {
  return typeof part === "object" && (part.kind === "ul" || part.kind === "ol");
}

const FENCE = /[^\S\n]*(`{3,})(.*)(?:\n|$)/uy;
/** It has the beginning of its line to itself, or the end. */
const FENCE_END = /(?<!`)(`{3,})(?!`)(?:(?<=^[^\S\n]*`+)(?=\s|$)|[^\S\n]*$)/gmu;
const LANGUAGE = /^\s*([a-z][\w+#.-]{0,19})\s*$/iu;
const REST_OF_LINE = /[^\S\n]*(?:\n|$)/uy;

/**
 * An end of a fence, and how long the longest is from here on: a fence that is never closed is known without a search.
 * @typedef {{ at: number, end: number, length: number, longest: number }} FenceEnd
 */

/** The ends of fences, the last first. @param {string} text */
function fenceEnds(text) {
  /** @type {FenceEnd[]} */
  const ends = [];
  for (const { index: at, 0: match, 1: { length } = "" } of [...text.matchAll(FENCE_END)].reverse()) {
    ends.push({ at, end: at + match.length, length, longest: Math.max(length, ends.at(-1)?.longest ?? 0) });
  }
  return ends;
}

/**
 * The rest of the opening mark's line is a language if it is a word with code below it, and otherwise code.
 * @param {string} text @param {number} at @param {FenceEnd[]} ends those before the fence are removed
 * @returns {Found | undefined}
 */
function fenceAt(text, at, ends) {
  FENCE.lastIndex = at;
  const [, { length } = "", first = ""] = FENCE.exec(text) ?? [];
  const from = FENCE.lastIndex;
  while (ends.length > 0 && (ends.at(-1)?.at ?? 0) < from) ends.pop();
  if (length > (ends.at(-1)?.longest ?? 0) || first.includes("```")) return undefined;
  const close = /** @type {FenceEnd} */ (ends.findLast((end) => end.length >= length));
  // Behind a text it ends at the next mark, or is code in a line.
  if (at > 0 && text[at - 1] !== "\n" && text.indexOf("```", from) !== close.at) return undefined;
  const below = text.slice(from, close.at);
  const language = below.trim() === "" ? undefined : LANGUAGE.exec(first)?.[1];
  const code = language === undefined && first.trim() !== "" ? `${first}\n${below}` : below;
  if (code.trim() === "") return undefined;
  const lastLineEnd = code.lastIndexOf("\n");
  const inside = code.slice(lastLineEnd + 1).trim() === "" ? code.slice(0, lastLineEnd) : code;
  REST_OF_LINE.lastIndex = close.end;
  const end = REST_OF_LINE.test(text) ? REST_OF_LINE.lastIndex : close.end;
  return { part: { kind: "pre", text: inside, ...(language && { language }) }, end };
}

const QUOTED_LINES = new RegExp(String.raw`${QUOTE}(?:\n(?:${QUOTE}|>[\s--\n]*$))*\n?`, "mvy");

/** @param {string} text @param {number} at @param {number} depth @param {Known} known @returns {Found | undefined} */
function quoteAt(text, at, depth, known) {
  QUOTED_LINES.lastIndex = at;
  const [quoted = ""] = (depth < limits.TEXT_DEPTH && QUOTED_LINES.exec(text)) || [];
  if (quoted === "") return undefined;
  const inside = (quoted.endsWith("\n") ? quoted.slice(0, -1) : quoted).replace(/^> ?/gmu, "");
  return { part: { kind: "q", parts: blocks(inside, depth + 1, known) }, end: at + quoted.length };
}
