/** Addresses in a text, and where a link may lead. @module */

import { sideBefore, UNSPACED_LETTER, WIDE_PUNCTUATION, WORD } from "./sides.js";

/** @import { Found, Known, Link } from "./parts.js" */

/** A letter with which the sentence goes on: as in `/a谢谢`, but not in `/wiki/中文`. */
const GLUED = String.raw`(?<=[\da-z*~'!\)\]])${UNSPACED_LETTER}`;
const AUTHORITY = new RegExp(
  String
    .raw`(?:https?:\/\/|www\.(?=[^.\/?#:\s]+\.[^.\/?#:\s]))(?:\[[\da-f:.]+\]|(?:(?!${GLUED})[\p{L}\p{N}\p{M}._\-])+)(?::\d+)?`,
  "ivy",
);
const USER = /(?::[^\s/?#]{0,99})?@/uy;
/** The characters of a path up to a bracket or an apostrophe, but no further than to the next address. */
const PATH = new RegExp(
  String
    .raw`(?:(?!${GLUED}|[,;]https?:\/\/|${WIDE_PUNCTUATION})[^\s\p{Cc}\p{Cf}\p{Cs}'\(\)\[\]\{\}<>"\`\|\\“”„«»‹›…])+`,
  "ivy",
);
/** @type {Record<string, string>} */
const BRACKETS = { "(": ")", "[": "]", "{": "}" };
/** Characters at the end of an address that belong to the sentence. */
const SENTENCE = /[.,;:!?'*_~’‘،؛؟।([{]/u;

/**
 * An address as far as it may go, or nothing. "https://bank.example@evil.example" leads to evil.example: the part before the
 * "@" is refused, and is not read again for the addresses that could begin in it.
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

/** @param {string} text @param {number} at @param {Known} known @returns {Found | undefined} */
export function linkAt(text, at, { site }) {
  if (sideBefore(text, at) === WORD || /[.\-/@\\=]w/iu.test(text.slice(Math.max(0, at - 1), at + 1))) return undefined;
  let { address, refused } = addressAt(text, at);
  while (SENTENCE.test(address.at(-1) ?? "")) address = address.slice(0, -1);
  if (address === "") return undefined;
  const link = refused ? undefined : placeLink(address, site) ?? safeLink(address);
  // An address that is no link after all is text, and nothing else is looked for in it.
  return { part: link === undefined ? address : { kind: "a", text: address, ...link }, end: at + address.length };
}

const PLACE = /^\/r\/([\p{L}\p{M}\p{N}_\-]+)(?:\/(\d{1,15}))?$/u;

/**
 * A room of this chat, or a message in it: shown without what every reader of the page knows.
 * @param {string} address @param {string | undefined} site
 * @returns {Omit<Link, "kind"> | undefined}
 */
function placeLink(address, site) {
  if (site === undefined || !address.startsWith(site)) return undefined;
  const [path, room = "", seq] = PLACE.exec(address.slice(site.length)) ?? [];
  if (path === undefined) return undefined;
  return { text: path.replace("/r/", "#"), href: address, room, ...(seq !== undefined && { seq: Number(seq) }) };
}

const LABEL = /\[([^[\]\n]+)\]\((?=https?:\/\/|www\.)/iuy;

/** `[label](https://…)`. @param {string} text @param {number} at @returns {Found | undefined} */
export function labelledLinkAt(text, at) {
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
