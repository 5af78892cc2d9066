/**
 * Lists as people type them: two lines or more that begin as items do, and below an item one level of its own. What an item
 * begins with is kept as it was written, so that no list counts otherwise than its author.
 *
 * @module
 */

import { ITEM_MARK, Paragraphs } from "./paragraphs.js";

/** @import { Found, Item, Known } from "./parts.js" */
/** @typedef {{ indent: number, kind: "ol" | "ul", mark: string, text: string, end: number }} Line */

const ITEM = new RegExp(String.raw`([^\S\n]*)(${ITEM_MARK})(\S.*)(?:\n|$)`, "uy");
/** A line with which an item goes on. */
const MORE = /([^\S\n]{2,}|\t)(?!`{3})(\S.*)(?:\n|$)/uy;
/** Lines like "- 5" may be figures. */
const SAYS_SOMETHING = /[\p{L}\p{Extended_Pictographic}]/u;

/** @param {string} text @param {number} at @returns {Line | undefined} */
function itemAt(text, at) {
  ITEM.lastIndex = at;
  const [, indent = "", mark = "", bullet, said = ""] = ITEM.exec(text) ?? [];
  if (mark === "" || bullet !== undefined && !SAYS_SOMETHING.test(said)) return undefined;
  const kind = bullet === undefined ? "ol" : "ul";
  return { indent: indent.replaceAll("\t", "    ").length, kind, mark, text: said, end: ITEM.lastIndex };
}

/** @param {string} text @param {Line} line gets the lines with which it goes on */
function readOn(text, line) {
  while (itemAt(text, MORE.lastIndex = line.end) === undefined) {
    const [, indent = "", more = ""] = MORE.exec(text) ?? [];
    if (more === "") return;
    line.text += `\n${indent.slice(line.indent + line.mark.length)}${more}`;
    line.end = MORE.lastIndex;
  }
}

/**
 * @param {string} text @param {number} at
 * @param {boolean} follows whether it goes on with a list: then one item is enough
 * @param {Known} known
 * @returns {Found | undefined}
 */
export function listAt(text, at, follows, known) {
  const first = itemAt(text, at);
  if (first === undefined) return undefined;
  /** @type {Line[]} */
  const lines = [];
  let line = /** @type {Line | undefined} */ (first);
  let end = at;
  for (; line !== undefined && (line.kind === first.kind || isBelow(line, first)); line = itemAt(text, end)) {
    readOn(text, line);
    lines.push(line);
    end = line.end;
  }
  if (lines.length === 1 && line === undefined && !follows && !goesOnBelow(text, end)) return undefined;
  /** @type {Item[]} */
  const items = [];
  for (const each of lines) {
    /** @type {Item} */
    const item = { mark: each.mark, parts: [] };
    new Paragraphs(each.text, item.parts, known).read();
    if (isBelow(each, first)) putBelow(items.at(-1)?.parts ?? [], each.kind, item);
    else items.push(item);
  }
  return { part: { kind: first.kind, items }, end };
}

const BLANK_LINES = /(?:[^\S\n]*\n){1,4}/uy;

/** Whether there is another item below blank lines. @param {string} text @param {number} end */
function goesOnBelow(text, end) {
  BLANK_LINES.lastIndex = end;
  return BLANK_LINES.test(text) && itemAt(text, BLANK_LINES.lastIndex) !== undefined;
}

/** @param {Line} line @param {Line} first */
function isBelow(line, first) {
  return line.indent > first.indent + 1;
}

/** @param {import("./parts.js").Part[]} parts of the item above @param {"ol" | "ul"} kind @param {Item} item */
function putBelow(parts, kind, item) {
  const last = parts.at(-1);
  if (typeof last === "object" && last.kind === kind) last.items.push(item);
  else parts.push({ kind, items: [item] });
}
