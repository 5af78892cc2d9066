/** Names that one could take for each other, and what tells their people apart. @module */

import { LOOKS_KEPT, PRINT_CHARACTERS } from "./limits.js";

/** Capitals that look like another letter than their small ones do. */
const CAPITALS = pairsOf("ΕeΖzΗhΜmΝnΥy");
/** Letters of other scripts, and digits, by the Latin letter that each looks like. */
const LETTERS = pairsOf(
  "аaαaɑaᴀaвbβbʙbсcᴄcԁdᴅdđdеeεeᴇeɡgɢgһhнhʜhհhηnոnɴnіiιiıiɪiјjᴊjкkκkᴋkӏlłlʟlмmμmᴍmоoοoօoᴏoøoрpρpᴘpԛqѕsꜱsтtτtᴛtυuսuᴜuνvѵvᴠvѡwᴡwхxχxуyγyʏyᴢz0o1l|l5s",
);

/** @param {string} written a letter, and what it looks like, and so on */
function pairsOf(written) {
  return new Map(Array.from(written.matchAll(/(.)(.)/gu), ([, letter = "", like = ""]) => [letter, like]));
}

/** Looking at a name takes time, and most stay. @type {Map<string, string>} */
const known = new Map();

/** What is left of a name for somebody who looks at it in passing. @param {string} name */
function looksOf(name) {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= LOOKS_KEPT) known.clear();
  const plain = name.normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]+/gu, "");
  const letters = Array.from(plain, (letter) => {
    const small = CAPITALS.get(letter) ?? letter.toLowerCase();
    return LETTERS.get(small) ?? small;
  }).join("");
  const looks = letters.replace(/rn/g, "m").replace(/vv/g, "w").replace(/i/g, "l").replace(/[^\p{L}\p{N}\p{S}]+/gu, "");
  known.set(name, looks);
  return looks;
}

/**
 * What tells those apart whose names could be taken for each other's.
 *
 * @param {Iterable<{ id: string, name: string }>} people somebody may be among them under several names
 * @returns {Map<string, string>} by id; the others are not in it
 */
export function tellApart(people) {
  /** @type {Map<string, Set<string>>} */
  const byLooks = new Map();
  for (const { id, name } of people) {
    const looks = looksOf(name);
    const ids = byLooks.get(looks);
    if (ids === undefined) byLooks.set(looks, new Set([id]));
    else ids.add(id);
  }
  /** @type {Map<string, string>} */
  const prints = new Map();
  for (const ids of byLooks.values()) {
    if (ids.size < 2) continue;
    const length = lengthFor([...ids].filter(isKeyed));
    for (const id of ids) {
      const print = printOf(id, length);
      // Somebody who is like several is told from all of them.
      if (print.length >= (prints.get(id)?.length ?? 0)) prints.set(id, print);
    }
  }
  return prints;
}

/** Whether an id belongs to a key, so that only one person can use it. @param {string} id */
export function isKeyed(id) {
  return /^k-[0-9a-f]{32}$/.test(id);
}

/** The fingerprint of a key in groups, to be read out and compared. @param {string} id */
export function inGroups(id) {
  return id.slice(2).match(/.{4}/g)?.join(" ") ?? id;
}

/** Whether an id is that of a program, which an operator of the server has given it. @param {string} id */
export function isBot(id) {
  return id.startsWith("b-");
}

/** Whether an id is one's only: by a key, because a site vouches for it, or as a bot. @param {string} id */
export function isProven(id) {
  return isKeyed(id) || id.startsWith("t-") || isBot(id);
}

/** How much of their fingerprints tells some apart: somebody may have looked for a key that begins as another's does. @param {string[]} ids */
function lengthFor(ids) {
  let length = PRINT_CHARACTERS;
  while (new Set(ids.map((id) => printOf(id, length))).size < ids.length) length++;
  return length;
}

/** The beginning of a fingerprint; or of an id that is none, in another form. @param {string} id @param {number} length */
function printOf(id, length) {
  if (isKeyed(id)) return id.slice(2, 2 + length);
  const shown = Array.from(/^[tb]-/.test(id) ? id : `#${id}`);
  return shown.length > 3 * PRINT_CHARACTERS ? `${shown.slice(0, 3 * PRINT_CHARACTERS - 1).join("")}…` : shown.join("");
}
