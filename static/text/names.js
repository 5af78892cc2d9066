/** Names in a text: of people, of rooms, and mail addresses. @module */

import { sideAfter, sideBefore, WORD } from "./sides.js";

/** @import { Found, Known } from "./parts.js" */

/** The longest of the names that may stand behind an "@", in any case. @param {string} text @param {number} at @param {Known} known @returns {Found | undefined} */
export function mentionAt(text, at, { mentions = [] }) {
  if (sideBefore(text, at) === WORD) return undefined;
  /** @type {{ id: string, name: string } | undefined} */
  let best;
  for (const each of mentions) {
    if (each.name.length <= (best?.name.length ?? 0) || !isAt(text, at + 1, each.name)) continue;
    if (sideAfter(text, at + 1 + each.name.length) !== WORD) best = each;
  }
  if (best === undefined) return undefined;
  const end = at + 1 + best.name.length;
  return { part: { kind: "at", text: text.slice(at, end), id: best.id }, end };
}

/** @param {string} text @param {number} at @param {string} name */
function isAt(text, at, name) {
  if (text.startsWith(name, at)) return true;
  return text[at]?.toLowerCase() === name[0]?.toLowerCase() &&
    text.slice(at, at + name.length).toLowerCase() === name.toLowerCase();
}

const ROOM = /#([\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_\-]{0,62}[\p{L}\p{M}\p{N}])?)/uy;

/** @param {string} text @param {number} at @param {Known} known @returns {Found | undefined} */
export function roomLinkAt(text, at, { isRoom, site = "" }) {
  if (isRoom === undefined || sideBefore(text, at) === WORD || /[&\/#=]/u.test(text[at - 1] ?? "")) return undefined;
  ROOM.lastIndex = at;
  const [written = "", name = ""] = ROOM.exec(text) ?? [];
  const room = name.toLowerCase();
  if (room === "" || !isRoom(room)) return undefined;
  return {
    part: { kind: "a", text: written, href: `${site}/r/${encodeURIComponent(room)}`, room },
    end: ROOM.lastIndex,
  };
}

/** Characters of a mail address before its "@". */
const LOCAL = /[\w.+\-]/u;
const LOCAL_CHARACTERS = 64;
/** Not one that goes on otherwise, as in `git@example.org:path`; nor the name of a file, as in `icon@2x.png`. */
const DOMAIN = /@(?!\d+x\.)(?:[a-z\d](?:[a-z\d\-]{0,61}[a-z\d])?\.){1,8}[a-z]{2,24}(?![a-z\d\-]|\.[a-z\d]|[@:\/]\S)/iuy;

/**
 * The mail address around an "@".
 *
 * @param {string} text @param {number} at
 * @param {number} from what is before it is read already
 * @returns {Found | undefined}
 */
export function mailAt(text, at, from) {
  DOMAIN.lastIndex = at;
  if (!DOMAIN.test(text) || sideAfter(text, DOMAIN.lastIndex) === WORD) return undefined;
  const end = DOMAIN.lastIndex;
  let start = at;
  while (start > from && at - start <= LOCAL_CHARACTERS && LOCAL.test(text[start - 1] ?? "")) start--;
  while (start < at && /[^a-z\d]/iu.test(text[start] ?? "")) start++;
  const address = text.slice(start, end);
  // What goes before may be more of it that is not understood, or marks.
  const before = text.slice(Math.max(0, start - LOCAL_CHARACTERS), start).replace(/[*_~]+$/u, "");
  if (start === at || /(?<!mailto):$|[.+\-@\/\\%]$/iu.test(before) || sideBefore(before, before.length) === WORD) {
    return undefined;
  }
  return { start, part: { kind: "a", text: address, href: `mailto:${address}` }, end };
}
