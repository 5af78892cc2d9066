/**
 * From the text of a message to what is shown: links, bold, italic, strike, code, fences and quotes. The result is built
 * node by node and never parsed as HTML, so nothing that somebody writes can become markup.
 *
 * @module
 */

import * as limits from "./limits.js";

/**
 * A piece of a text: a run of plain text, or a kind with what it holds. `href` and `host` are a link's.
 * @typedef {string | { kind: "b" | "i" | "s" | "q", parts: Part[] } | { kind: "code", text: string }
 *   | { kind: "pre", text: string } | { kind: "a", text: string, href: string, host?: string }} Part
 */

/** What opens a span, what kind it is; the longer mark first. */
const MARKS = /** @type {const} */ ([["**", "b"], ["~~", "s"], ["*", "i"], ["_", "i"], ["~", "s"]]);
const CANDIDATE = /[`*_~]|https?:\/\//giu;
const URL_TEXT = /https?:\/\/[^\s<>"`]+/iuy;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Cuts a text into its parts. Takes time in proportion to the text's length, whatever is in it.
 *
 * @param {string} text
 * @returns {Part[]}
 */
export function tokenize(text) {
  /** @type {Part[]} */
  const parts = [];
  let rest = text;
  while (rest !== "") {
    const open = /^```[^\n`]*\n/mu.exec(rest);
    const close = open === null ? -1 : rest.indexOf("\n```", open.index + open[0].length - 1);
    if (open === null || close < 0) return [...parts, ...lines(rest, 0)];
    const code = rest.slice(open.index + open[0].length, close);
    parts.push(...lines(rest.slice(0, open.index).replace(/\n$/u, ""), 0), { kind: "pre", text: code });
    rest = rest.slice(close + 4).replace(/^[^\S\n]*\n?/u, "");
  }
  return parts;
}

/** Finds quotes: runs of lines that begin with `>`. @param {string} text @param {number} depth @returns {Part[]} */
function lines(text, depth) {
  /** @type {Part[]} */
  const parts = [];
  for (const [block] of text.matchAll(/(?:^>.*\n?)+|(?:^(?!>).*(?:\n|$))+/gmu)) {
    const quoted = block.startsWith(">") && depth < limits.TEXT_DEPTH;
    const bare = block.replace(/^\n+|\n+$/gu, "");
    if (quoted) parts.push({ kind: "q", parts: lines(bare.replace(/^> ?/gmu, ""), depth + 1) });
    else parts.push(...spans(bare, 0));
  }
  return parts;
}

/** Finds links, code and marked spans. @param {string} text @param {number} depth @returns {Part[]} */
function spans(text, depth) {
  /** @type {Part[]} */
  const parts = [];
  /** Marks with no partner in the rest of the text: looking again would take quadratic time. @type {Set<string>} */
  const alone = new Set();
  let from = 0;
  let at = 0;
  while ((at = nextCandidate(text, at)) >= 0) {
    const found = text[at] === "`" ? codeAt(text, at, alone) : linkAt(text, at) ?? spanAt(text, at, depth, alone);
    if (found === undefined) {
      at++;
      continue;
    }
    if (at > from) parts.push(text.slice(from, at));
    parts.push(found.part);
    from = at = found.end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** @param {string} text @param {number} from */
function nextCandidate(text, from) {
  CANDIDATE.lastIndex = from;
  return CANDIDATE.exec(text)?.index ?? -1;
}

/** @param {string} text @param {number} at @param {Set<string>} alone @returns {{ part: Part, end: number } | undefined} */
function codeAt(text, at, alone) {
  const mark = text.startsWith("``", at) ? "``" : "`";
  const end = partner(text, mark, at + mark.length, alone);
  if (end <= at + mark.length) return undefined;
  return { part: { kind: "code", text: text.slice(at + mark.length, end) }, end: end + mark.length };
}

/** @param {string} text @param {number} at @returns {{ part: Part, end: number } | undefined} */
function linkAt(text, at) {
  if (WORD.test(text.charAt(at - 1))) return undefined;
  URL_TEXT.lastIndex = at;
  const match = URL_TEXT.exec(text);
  if (match === null) return undefined;
  const shown = trimUrl(match[0]);
  const link = safeLink(shown);
  return link && { part: { kind: "a", text: shown, ...link }, end: at + shown.length };
}

/**
 * Where a link leads, if it is one that may be followed.
 *
 * @param {string} text
 * @returns {{ href: string, host?: string } | undefined} `host` where the real one differs from what the text shows
 */
export function safeLink(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  // "https://bank.example@evil.example" leads to evil.example.
  if (url.username !== "" || url.password !== "") return undefined;
  const shown = /^https?:\/\/([^/?#]*)/iu.exec(text)?.[1]?.toLowerCase().replace(/:\d+$/u, "");
  return shown === url.hostname ? { href: url.href } : { href: url.href, host: url.hostname };
}

/** Leaves out what more likely belongs to the sentence. @param {string} url */
function trimUrl(url) {
  let unopened = url.split(")").length - url.split("(").length;
  let end = url.length;
  while (/[.,;:!?'*_~]/u.test(url.charAt(end - 1)) || (url[end - 1] === ")" && unopened-- > 0)) end--;
  return url.slice(0, end);
}

/**
 * @param {string} text @param {number} at @param {number} depth @param {Set<string>} alone
 * @returns {{ part: Part, end: number } | undefined}
 */
function spanAt(text, at, depth, alone) {
  const found = MARKS.find(([mark]) => text.startsWith(mark, at));
  if (found === undefined || depth >= limits.TEXT_DEPTH) return undefined;
  const [mark, kind] = found;
  const inside = at + mark.length;
  // "a * b", "snake_case" and "2*3*4" are no emphasis: a mark opens before text, at the edge of a word.
  if (/\s/u.test(text[inside] ?? " ") || WORD.test(text.charAt(at - 1))) return undefined;
  const end = partner(text, mark, inside + 1, alone);
  if (end < 0 || /\s/u.test(text.charAt(end - 1)) || WORD.test(text[end + mark.length] ?? "")) return undefined;
  return { part: { kind, parts: spans(text.slice(inside, end), depth + 1) }, end: end + mark.length };
}

/** @param {string} text @param {string} mark @param {number} from @param {Set<string>} alone */
function partner(text, mark, from, alone) {
  if (alone.has(mark)) return -1;
  const end = text.indexOf(mark, from);
  if (end < 0) alone.add(mark);
  // "**a *b***": the last of the run closes the outer one.
  return end >= 0 && mark === "**" && text[end + 2] === "*" ? end + 1 : end;
}

const TAGS = { b: "strong", i: "em", s: "s", q: "blockquote" };

/**
 * Builds what is shown of a text.
 *
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function render(text) {
  const fragment = document.createDocumentFragment();
  // Most messages are plain; they need none of it.
  if (text.search(/[`*_~>]|:\/\//u) < 0) fragment.append(text);
  else append(fragment, tokenize(text));
  return fragment;
}

/** @param {Node} parent @param {Part[]} parts */
function append(parent, parts) {
  for (const part of parts) parent.appendChild(typeof part === "string" ? document.createTextNode(part) : build(part));
}

/** @param {Exclude<Part, string>} part @returns {Node} */
function build(part) {
  if (part.kind === "a") return buildLink(part);
  if (part.kind === "code" || part.kind === "pre") {
    const element = document.createElement(part.kind);
    element.textContent = part.text;
    if (part.kind === "pre") element.tabIndex = 0;
    return element;
  }
  const element = document.createElement(TAGS[part.kind]);
  append(element, part.parts);
  return element;
}

/** @param {{ text: string, href: string, host?: string }} part */
function buildLink({ text, href, host }) {
  const link = document.createElement("a");
  link.href = href;
  link.rel = "noopener noreferrer nofollow ugc";
  link.target = "_blank";
  link.textContent = host === undefined ? text : `${text} (${host})`;
  return link;
}
