/**
 * Reads lines that are in no fence, quote or list, from left to right: code, links, names, and marks with their partners.
 *
 * @module
 */

import * as limits from "../limits.js";
import { labelledLinkAt, linkAt } from "./links.js";
import { mailAt, mentionAt, roomLinkAt } from "./names.js";
import { allows, arePartners, DOUBLED, markedWordAt, rulesOf } from "./marks.js";
import { put } from "./parts.js";
import { EITHER, sideAfter, sideBefore, WORD } from "./sides.js";

/** @import { Mark } from "./marks.js" */
/** @import { Found, Known, Part } from "./parts.js" */

/** `> text`, `>text` and `>> text`, but not `>_<`, `>w<` and `>5`. */
export const QUOTE = String.raw`>[>[\s--\n]]*(?:(?<=\s)\S|\p{L}(?=[\p{L}\p{M}'’[\s--\n]])).*`;
const QUOTED_LINE = new RegExp(QUOTE, "vy");
/** What the items of a list begin with that does not count them; and any, with the blanks behind it. */
export const BULLET = "[-*•]";
export const ITEM_MARK = String.raw`(?:(${BULLET})|\p{Nd}{1,3}[.\)]|[a-z]\))[^\S\n]+`;

const RUNS = /\\?(?:\*+|_+|~+)/gu;
const KINDS = /** @type {const} */ ({ "*": "i", _: "i", "**": "b", __: "b", "~~": "s" });

/** A backslash before a quote or an item, a blank line, code, a label, a name, an address, marks. */
const TOKEN = new RegExp(
  String.raw`^\\(?=>|${BULLET}[^\S\n]+\S)|\n\s*\n|\\?\x60+|\\?[\[@#]|https?:\/\/|www\.|(?:\\?[*_~])+`,
  "gimu",
);

export class Paragraphs {
  #text;
  #known;
  #partners;
  /** Marks that may still find their partner; the first is not one, and has the parts that are in no other. @type {[Mark, ...Mark[]]} */
  #open;
  /** The text from here on is in no part yet. */
  #from = 0;
  #foundEnd = -1;

  /** @param {string} text @param {Part[]} parts @param {Known} known */
  constructor(text, parts, known) {
    this.#text = text;
    this.#known = known;
    this.#partners = partnersOfBackticks(text);
    this.#open = [{ mark: "", shown: "", at: -1, parts }];
  }

  read() {
    TOKEN.lastIndex = 0;
    for (let token = TOKEN.exec(this.#text); token !== null; token = TOKEN.exec(this.#text)) {
      const { 0: what, index: at } = token;
      const first = what[0] === "\\" ? what[1] : what[0];
      if (first === "*" || first === "_" || first === "~") this.#readMarks(what, at);
      else if (first === "\n") this.#endParagraph(at);
      else if (what[0] === "\\") this.#readEscaped(at + 1);
      else this.#take(at, this.#find(at));
    }
    this.#endParagraph(this.#text.length);
  }

  /** Marks have their partners in the same paragraph. @param {number} at */
  #endParagraph(at) {
    this.#textUntil(at);
    this.#giveUp(1, this.#open.length);
  }

  /** Code, a link or a name. @param {number} at @returns {Found | undefined} */
  #find(at) {
    switch (this.#text[at]) {
      case "`":
        return codeAt(this.#text, at, this.#partners);
      case "[":
        return labelledLinkAt(this.#text, at);
      case "@":
        return mentionAt(this.#text, at, this.#known) ?? mailAt(this.#text, at, this.#from);
      case "#":
        return roomLinkAt(this.#text, at, this.#known);
      default:
        return linkAt(this.#text, at, this.#known);
    }
  }

  /** @param {number} at @param {Found | undefined} found */
  #take(at, found) {
    if (found === undefined) return;
    this.#textUntil(found.start ?? at);
    this.#put(found.part);
    this.#from = this.#foundEnd = TOKEN.lastIndex = found.end;
  }

  /** Makes text of everything before a place. @param {number} at */
  #textUntil(at) {
    this.#put(this.#text.slice(this.#from, at));
    this.#from = at;
  }

  /** @param {Part} part */
  #put(part) {
    put((this.#open.at(-1) ?? this.#open[0]).parts, part);
  }

  /** Hides a backslash if it keeps the next characters from being read as something else. @param {number} at of those */
  #readEscaped(at) {
    QUOTED_LINE.lastIndex = at;
    const escaped = this.#text[at] ?? "";
    const escapes = escaped === "`"
      ? this.#partners.has(at)
      : escaped === ">"
      ? QUOTED_LINE.test(this.#text)
      : /[[@#]/u.test(escaped)
      ? this.#find(at) !== undefined
      : true;
    if (!escapes) return;
    this.#textUntil(at - 1);
    this.#from = at;
  }

  /**
   * Reads marks that stand together. The characters on both sides of all of them decide what each may do.
   * @param {string} marks @param {number} at
   */
  #readMarks(marks, at) {
    const before = at === this.#foundEnd ? EITHER : sideBefore(this.#text, at);
    const after = sideAfter(this.#text, at + marks.length);
    if (before === WORD && after === WORD && marks.length === 1) return;
    const doubled = marks === "**" || marks === "~~";
    if (doubled && !allows(DOUBLED.close, after, before)) {
      const word = markedWordAt(this.#text, at);
      if (word !== undefined) return this.#take(at, word);
    }
    this.#textUntil(at);
    this.#from += marks.length;
    for (const shown of marks.length === 1 || doubled ? [marks] : marks.match(RUNS) ?? []) {
      const mark = shown.replace("\\", "");
      const { open, close } = rulesOf(mark);
      this.#readMark({ mark, shown, at, parts: [] }, allows(open, before, after), allows(close, after, before));
    }
  }

  /** @param {Mark} mark @param {boolean} mayOpen @param {boolean} mayClose */
  #readMark(mark, mayOpen, mayClose) {
    for (let n = this.#open.length - 1; mayClose && n > 0 && mark.mark !== ""; n--) {
      if (!arePartners(this.#open[n], mark)) continue;
      this.#close(n, mark);
      n = this.#open.length;
    }
    if (mark.mark === "") return;
    if (!mayOpen) return this.#put(mark.shown);
    this.#open.push(mark);
    if (this.#open.length - 1 > limits.TEXT_DEPTH) this.#giveUp(1, 2);
  }

  /**
   * Makes a part of everything between a mark and its partner. The unused marks of a run of three remain.
   * @param {number} n of the mark that opens @param {Mark} closing
   */
  #close(n, closing) {
    this.#giveUp(n + 1, this.#open.length);
    const opening = this.#open.pop() ?? closing;
    if (opening.mark !== opening.shown || closing.mark !== closing.shown) {
      for (const part of [opening.mark, ...opening.parts, closing.mark]) this.#put(part);
      closing.mark = "";
      return;
    }
    const used = Math.min(opening.mark.length, closing.mark.length, 2);
    const mark = closing.mark.slice(0, used);
    const left = opening.mark.slice(used);
    if (left !== "") this.#open.push({ ...opening, mark: left, shown: left, parts: [] });
    this.#put({ kind: KINDS[/** @type {keyof KINDS} */ (mark)], parts: opening.parts });
    closing.mark = closing.shown = closing.mark.slice(used);
  }

  /** Shows marks that found no partner as they are. @param {number} from @param {number} to */
  #giveUp(from, to) {
    if (from === to) return;
    const { parts } = this.#open[from - 1] ?? this.#open[0];
    for (const mark of this.#open.splice(from, to - from)) {
      put(parts, mark.shown);
      for (const part of mark.parts) put(parts, part);
    }
  }
}

/**
 * The next run of backticks of the same length in the paragraph, for each run; the last of several is its own. A run that is
 * the only one of its length has none.
 * @param {string} text
 */
function partnersOfBackticks(text) {
  /** @type {Map<number, number>} */
  const partners = new Map();
  if (!text.includes("`")) return partners;
  /** @type {Map<number, number>} */
  const latest = new Map();
  for (const { 0: run, index } of text.matchAll(/`+|\n\s*\n/gu)) {
    if (run[0] === "\n") latest.clear();
    const before = latest.get(run.length);
    if (before !== undefined) partners.set(before, index).set(index, index);
    if (run[0] === "`") latest.set(run.length, index);
  }
  return partners;
}

/** @param {string} text @param {number} at @param {Map<number, number>} partners @returns {Found | undefined} */
function codeAt(text, at, partners) {
  const close = partners.get(at) ?? at;
  let from = at;
  while (text[from] === "`") from++;
  const code = text.slice(from, close);
  if (code.trim() === "") return undefined;
  // "don`t" and "won`t"
  const apostrophe = from === at + 1 && sideBefore(text, at) === WORD && sideAfter(text, from) === WORD;
  return apostrophe ? undefined : { part: { kind: "code", text: code }, end: close + from - at };
}
