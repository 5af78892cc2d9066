/**
 * From the text of a message to what is shown: links, bold, italic, strike, code, fences and quotes. The result is built
 * node by node and never parsed as HTML, so nothing that somebody writes can become markup.
 *
 * What is shown is what was written, without the pairs of marks that were understood. In doubt a mark is none, and is shown:
 * an asterisk too many harms nobody, but a path, a face or a measure that lost one says something else.
 *
 * There are two passes, each in time proportional to the text's length: lines become fences, quotes and paragraphs; then
 * paragraphs are read from left to right. `tests/browser/text_corpus.ts` shows what becomes of what.
 *
 * @module
 */

import * as limits from "./limits.js";

/**
 * A piece of a text: a run of plain text, or a kind with what it holds. `href` and `host` are a link's.
 * @typedef {string | { kind: "b" | "i" | "s" | "q", parts: Part[] } | { kind: "code", text: string }
 *   | { kind: "pre", text: string, language?: string } | { kind: "a", text: string, href: string, host?: string }} Part
 */
/** A part, and where the text goes on. @typedef {{ part: Part, end: number }} Found */

/** Appends a part; text joins the text before it. @param {Part[]} parts @param {Part} part */
function put(parts, part) {
  const last = parts.length - 1;
  if (typeof part === "string" && typeof parts[last] === "string") parts[last] += part;
  else if (part !== "") parts.push(part);
}

const LINE_END = /\r\n|[\r\v\f\x85\u2028\u2029]/gu;

/**
 * Cuts a text into its parts. A quote or a fence begins and ends a line by itself, so there is no line end beside it. Only
 * where a blank line comes before it, the text ends in one more: the last line end of a block of text makes no line.
 *
 * @param {string} text
 * @returns {Part[]}
 */
export function tokenize(text) {
  return blocks(text.replace(LINE_END, "\n"), 0);
}

// Lines: fences, quotes, and paragraphs between them.

const BLOCK = /^(?:[^\S\n]*`{3}|>)/gmu;
const BLANK_LAST_LINE = /(?:^|\n)[^\S\n]*$/u;

/** @param {string} text @param {number} depth how many quotes it is in @returns {Part[]} */
function blocks(text, depth) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {FenceEnd[] | undefined} */
  let ends;
  let from = 0;
  for (let at = nextBlock(text, 0); at >= 0; at = nextBlock(text, Math.max(at + 1, from))) {
    const found = text[at] === ">" ? quoteAt(text, at, depth) : fenceAt(text, at, ends ??= fenceEnds(text));
    if (found === undefined) continue;
    if (at > from) {
      const before = text.slice(from, at - 1);
      new Paragraphs(BLANK_LAST_LINE.test(before) ? `${before}\n` : before, parts).read();
    }
    parts.push(found.part);
    from = found.end;
  }
  if (from < text.length) new Paragraphs(text.slice(from), parts).read();
  return parts;
}

/** @param {string} text @param {number} from */
function nextBlock(text, from) {
  BLOCK.lastIndex = from;
  return BLOCK.exec(text)?.index ?? -1;
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
 * What follows the opening mark on its line is a language if it is a word with code below it, and otherwise code.
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

/** `> text`, `>text` and `>> text`, but not `>_<`, `>w<` and `>5`. */
const QUOTE = String.raw`>[>[\s--\n]]*(?:(?<=\s)\S|\p{L}(?=[\p{L}\p{M}'’[\s--\n]])).*`;
const QUOTED_LINE = new RegExp(QUOTE, "vy");
const QUOTED_LINES = new RegExp(String.raw`${QUOTE}(?:\n(?:${QUOTE}|>[\s--\n]*$))*\n?`, "mvy");

/** @param {string} text @param {number} at @param {number} depth @returns {Found | undefined} */
function quoteAt(text, at, depth) {
  QUOTED_LINES.lastIndex = at;
  const [quoted = ""] = (depth < limits.TEXT_DEPTH && QUOTED_LINES.exec(text)) || [];
  if (quoted === "") return undefined;
  const inside = (quoted.endsWith("\n") ? quoted.slice(0, -1) : quoted).replace(/^> ?/gmu, "");
  return { part: { kind: "q", parts: blocks(inside, depth + 1) }, end: at + quoted.length };
}

// Paragraphs: code, links and marks.

/** A backslash before a quote, a blank line, code, a label, an address, marks. */
const TOKEN = /^\\(?=>)|\n\s*\n|\\?`+|\\?\[|https?:\/\/|www\.|(?:\\?[*_~])+/gimu;

/**
 * A mark, how it is shown where it has no partner, where it and those beside it stand, and what has come after it. With a
 * backslash before it, it and its partner mean nothing, and are shown without.
 * @typedef {{ mark: string, shown: string, at: number, parts: Part[] }} Mark
 */

/** Reads lines that are in no fence and no quote. */
class Paragraphs {
  #text;
  #partners;
  /** Marks that may still find their partner; the first is none, and has what is in no other. @type {[Mark, ...Mark[]]} */
  #open;
  /** What begins here has not been put into a part. */
  #from = 0;
  #foundEnd = -1;

  /** @param {string} text @param {Part[]} parts */
  constructor(text, parts) {
    this.#text = text;
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
      else this.#take(at, this.#codeOrLinkAt(at));
    }
    this.#endParagraph(this.#text.length);
  }

  /** Marks have their partners in the same paragraph. @param {number} at */
  #endParagraph(at) {
    this.#textUntil(at);
    this.#giveUp(1, this.#open.length);
  }

  /** @param {number} at */
  #codeOrLinkAt(at) {
    if (this.#text[at] === "`") return codeAt(this.#text, at, this.#partners);
    return this.#text[at] === "[" ? labelledLinkAt(this.#text, at) : linkAt(this.#text, at);
  }

  /** @param {number} at @param {Found | undefined} found */
  #take(at, found) {
    if (found === undefined) return;
    this.#textUntil(at);
    this.#put(found.part);
    this.#from = this.#foundEnd = TOKEN.lastIndex = found.end;
  }

  /** Makes text of what comes before a place. @param {number} at */
  #textUntil(at) {
    this.#put(this.#text.slice(this.#from, at));
    this.#from = at;
  }

  /** @param {Part} part */
  #put(part) {
    put((this.#open.at(-1) ?? this.#open[0]).parts, part);
  }

  /** Hides a backslash if it keeps what follows from being read as something else. @param {number} at what follows */
  #readEscaped(at) {
    QUOTED_LINE.lastIndex = at;
    const escapes = this.#text[at] === "["
      ? labelledLinkAt(this.#text, at) !== undefined
      : this.#partners.has(at) || QUOTED_LINE.test(this.#text);
    if (!escapes) return;
    this.#textUntil(at - 1);
    this.#from = at;
  }

  /**
   * Reads marks that stand together. What is on both sides of all of them decides what each may do.
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
   * Makes a part of what is between a mark and its partner. Of a run of three, what is not used remains.
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

// Marks. What stands on both sides of a mark decides whether it may open or close.

const RUNS = /\\?(?:\*+|_+|~+)/gu;
const KINDS = /** @type {const} */ ({ "*": "i", _: "i", "**": "b", __: "b", "~~": "s" });

const BLANK = 1;
const WORD = 2;
/** A letter of a script that is written without spaces between words. */
const UNSPACED = 4;
const PICTURE = 8;
const OPENING = 16;
const CLOSING = 32;
/** A dot inside a word, as in `__init__.py`. */
const INNER_DOT = 64;
/** Quotation marks, and the punctuation of scripts without spaces. */
const EITHER = 128;
const DASH = 256;
const SYMBOL = 512;
/** What paths, programs and faces are made of: a mark beside it is none. */
const OTHER = 1024;

const UNSPACED_LETTER = String
  .raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]`;
const WIDE_PUNCTUATION = String.raw`[\p{P}&&[\u3000-\u303f\ufe30-\ufe4f\uff00-\uff65]]`;

/** What a character is: the first that fits. @type {[side: number, characters: RegExp][]} */
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
const ASCII_SIDES = Array.from({ length: 128 }, (_, code) => sideOf(String.fromCharCode(code)));

/** @param {string} text @param {number} at */
function sideBefore(text, at) {
  const code = text.charCodeAt(at - 1);
  return ASCII_SIDES[code] ?? sideOf(text.slice(at - ((code & 0xfc00) === 0xdc00 ? 2 : 1), at));
}

/** @param {string} text @param {number} at */
function sideAfter(text, at) {
  const code = text.codePointAt(at) ?? 0x20;
  const side = ASCII_SIDES[code] ?? sideOf(String.fromCodePoint(code));
  return text[at] === "." && ASCII_SIDES[text.charCodeAt(at + 1)] === WORD ? INNER_DOT : side;
}

/** What may stand outside and inside of a mark; and what may stand inside if a blank is outside. @typedef {[number, number, number]} Rule */

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
const DOUBLED = {
  open: [~(WORD | SYMBOL | OTHER), WORD | UNSPACED | PICTURE | OPENING | EITHER | SYMBOL, ~(BLANK | OTHER)],
  close: [~(WORD | SYMBOL | OTHER), WORD | UNSPACED | PICTURE | CLOSING | EITHER | SYMBOL, ~(BLANK | OTHER)],
};

/** Runs like `****` and `~`. @type {{ open: Rule, close: Rule }} */
const NONE = { open: [0, 0, 0], close: [0, 0, 0] };

/** @param {string} run */
function rulesOf({ 0: mark, length }) {
  if (mark === "~") return length === 2 ? DOUBLED : NONE;
  return length > 3 ? NONE : length > 1 && mark === "*" ? DOUBLED : SINGLE;
}

/** @param {Rule} rule @param {number} outside @param {number} inside */
function allows(rule, outside, inside) {
  return (rule[0] & outside) !== 0 && (rule[1] & inside) !== 0 || outside === BLANK && (rule[2] & inside) !== 0;
}

/** A run of three is a double and a single one. @param {Mark | undefined} opening @param {Mark} closing */
function arePartners(opening, { mark, at }) {
  return opening !== undefined && opening.at < at && opening.mark[0] === mark[0] &&
    (opening.mark.length === mark.length || opening.mark.length === 3 || mark.length === 3);
}

/** Doubled marks may stand inside a word, as in `un**believ**able`, but not in `x**2 + y**2`. */
const MARKED_WORD = /(?<![\p{N}/\\])(\*\*|~~)(?=\p{L})([\p{L}\p{M}\p{N}]+[:!?]?)\1(?![\p{N}/])/uy;

/** @param {string} text @param {number} at @returns {Found | undefined} */
function markedWordAt(text, at) {
  MARKED_WORD.lastIndex = at;
  const [, mark = "", word = ""] = MARKED_WORD.exec(text) ?? [];
  if (word === "") return undefined;
  return { part: { kind: mark === "~~" ? "s" : "b", parts: [word] }, end: MARKED_WORD.lastIndex };
}

// Links.

/** A letter with which the sentence goes on: as in `/a谢谢`, but not in `/wiki/中文`. */
const GLUED = String.raw`(?<=[\da-z*~'!\)\]])${UNSPACED_LETTER}`;
const AUTHORITY = new RegExp(
  String
    .raw`(?:https?:\/\/|www\.(?=[^.\/?#:\s]+\.[^.\/?#:\s]))(?:\[[\da-f:.]+\]|(?:(?!${GLUED})[\p{L}\p{N}\p{M}._\-])+)(?::\d+)?`,
  "ivy",
);
const USER = /(?::[^\s/?#]{0,99})?@/uy;
/** What a path is made of up to a bracket or an apostrophe, but no further than to the next address. */
const PATH = new RegExp(
  String
    .raw`(?:(?!${GLUED}|[,;]https?:\/\/|${WIDE_PUNCTUATION})[^\s\p{Cc}\p{Cf}\p{Cs}'\(\)\[\]\{\}<>"\`\|\\“”„«»‹›…])+`,
  "ivy",
);
/** @type {Record<string, string>} */
const BRACKETS = { "(": ")", "[": "]", "{": "}" };
/** What belongs to the sentence at the end of an address. */
const SENTENCE = /[.,;:!?'*_~’‘،؛؟।([{]/u;

/**
 * An address as far as it may go, or nothing. "https://bank.example@evil.example" leads to evil.example: what comes before the
 * "@" is refused, and is read no second time for the addresses that could begin in it.
 * @param {string} text @param {number} at
 */
function addressAt(text, at) {
  AUTHORITY.lastIndex = at;
  if (!AUTHORITY.test(text)) return { address: "", refused: false };
  const end = USER.lastIndex = AUTHORITY.lastIndex;
  const refused = USER.test(text);
  const hasPath = !refused && /[/?#]/u.test(text[end] ?? "");
  return { address: text.slice(at, hasPath ? pathEnd(text, end, text[at - 1] === "'") : end), refused };
}

/**
 * A path ends at a bracket that it does not open, and if an apostrophe stands before the address, at the next.
 * @param {string} text @param {number} at @param {boolean} quoted
 */
function pathEnd(text, at, quoted) {
  /** @type {string[]} */
  const expected = [];
  for (let end = at;; end++) {
    PATH.lastIndex = end;
    if (PATH.test(text)) end = PATH.lastIndex;
    const stop = text[end] ?? "";
    const closing = BRACKETS[stop];
    if (closing !== undefined) expected.push(closing);
    else if (stop === "'" ? quoted : expected.pop() !== stop) return end;
  }
}

/** @param {string} text @param {number} at @returns {Found | undefined} */
function linkAt(text, at) {
  if (sideBefore(text, at) === WORD || /[.\-/@\\=]w/iu.test(text.slice(Math.max(0, at - 1), at + 1))) return undefined;
  let { address, refused } = addressAt(text, at);
  while (SENTENCE.test(address.at(-1) ?? "")) address = address.slice(0, -1);
  if (address === "") return undefined;
  const link = refused ? undefined : safeLink(address);
  // What is no link after all is text, whatever else could be found in it.
  return { part: link === undefined ? address : { kind: "a", text: address, ...link }, end: at + address.length };
}

const LABEL = /\[([^[\]\n]+)\]\((?=https?:\/\/|www\.)/iuy;

/** `[label](https://…)`. @param {string} text @param {number} at @returns {Found | undefined} */
function labelledLinkAt(text, at) {
  LABEL.lastIndex = at;
  const label = LABEL.exec(text)?.[1] ?? "";
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(label)) return undefined;
  const { address } = addressAt(text, LABEL.lastIndex);
  const end = LABEL.lastIndex + address.length;
  const link = text[end] === ")" ? safeLink(address, label) : undefined;
  return link && { part: { kind: "a", text: label, ...link }, end: end + 1 };
}

/**
 * Where a link leads, if it is one that may be followed. Its host is shown behind every label but the host itself and the
 * address with the host in it: nobody has to judge what else a label may be taken for.
 *
 * @param {string} address with or without its scheme
 * @param {string} [label] what is shown of it, if that is something else
 * @returns {{ href: string, host?: string } | undefined} `host` where it has to be shown
 */
export function safeLink(address, label = address) {
  const written = /^w/iu.test(address) ? `https://${address}` : address;
  const url = parsed(written);
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "") {
    return undefined;
  }
  const { href, origin, host } = url;
  // "https://аpple.com" with a Cyrillic letter begins with another origin, "https://xn--pple-43d.com".
  const tellsHost = label === host || label === address && written.toLowerCase().startsWith(origin);
  return tellsHost ? { href } : { href, host };
}

/** @param {string} address */
function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

// What is shown.

const TAGS = { b: "strong", i: "em", s: "s", q: "blockquote", code: "code", pre: "pre" };
/**
 * What embeds, overrides or isolates a direction. Nested 125 deep, it leaves elements beside it without their isolation,
 * unless they are boxes: "https://evil.example/moc.knab//:sptth" would be shown from its end.
 */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/u;
/** Most messages have nothing of it, and need nothing of the above. */
const SPECIAL = /[`*_~>\r\v\f\x85\u2028\u2029]|:\/\/|www\./i;

/**
 * Builds what is shown of a text.
 *
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function render(text) {
  const fragment = document.createDocumentFragment();
  if (SPECIAL.test(text)) append(fragment, tokenize(text));
  else fragment.append(text);
  if (TURNS.test(text)) { for (const link of fragment.querySelectorAll("a")) link.className = "apart"; }
  return fragment;
}

/** @param {Node} parent @param {Part[]} parts */
function append(parent, parts) {
  for (const part of parts) parent.appendChild(typeof part === "string" ? document.createTextNode(part) : build(part));
}

/** @param {Exclude<Part, string>} part @returns {Node} */
function build(part) {
  if (part.kind === "a") return buildLink(part);
  const element = document.createElement(TAGS[part.kind]);
  if ("parts" in part) append(element, part.parts);
  else element.textContent = part.text;
  if (part.kind === "pre") element.tabIndex = 0;
  if (part.kind === "pre" && part.language !== undefined) element.dataset.language = part.language;
  return element;
}

/** @param {{ text: string, href: string, host?: string }} part */
function buildLink({ text, href, host }) {
  const link = document.createElement("a");
  link.href = href;
  link.rel = "noopener noreferrer nofollow ugc";
  link.target = "_blank";
  link.append(isolated(text));
  if (host !== undefined) link.append(" ", isolated(`(${host})`));
  return link;
}

/** Text that what stands beside it cannot turn around. @param {string} text */
function isolated(text) {
  const element = document.createElement("bdi");
  element.textContent = text;
  return element;
}
