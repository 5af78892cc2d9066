/** The names that a person may have, as the server has them, and what is wrong with others. @module */

import { NAME_BYTES, NAME_GRAPHEMES } from "./limits.js";
import { isBlank } from "./visible.js";

/** @param {string} name @returns {import("./words/en.js").Key | undefined} the words for what is wrong with it */
export function nameProblem(name) {
  if (isBlank(name) || /^\s*\p{M}/u.test(name)) return "nameIsBlank";
  if (/[\u202A-\u202E\u2066-\u2069]/.test(name)) return "nameTurns";
  if (graphemesIn(name) > NAME_GRAPHEMES) return "nameIsLong";
  if (new TextEncoder().encode(name).length > NAME_BYTES) return "nameIsBig";
  return undefined;
}

/** How many characters a person would count. @param {string} text */
function graphemesIn(text) {
  // Older browsers cannot tell; the server can.
  return Intl.Segmenter === undefined ? 0 : [...new Intl.Segmenter().segment(text)].length;
}
