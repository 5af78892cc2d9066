/** As much of a message as is said of it elsewhere. @module */

import { EXCERPT_CHARACTERS } from "./limits.js";

/** Never ends within a character: half of one could not be shown. @param {string} text @param {number} [most] UTF-16 units */
export function excerptOf(text, most = EXCERPT_CHARACTERS) {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}
