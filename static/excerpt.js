/** As much of a message as is said of it elsewhere, in one run of plain text. @module */

import { EXCERPT_CHARACTERS } from "./limits.js";
import { tokenize } from "./text/blocks.js";

/** @import { Part } from "./text/parts.js" */

/** Never ends within a character: half of one could not be shown. @param {string} text @param {number} [most] UTF-16 units */
export function excerptOf(text, most = EXCERPT_CHARACTERS) {
  return plain(tokenize(text)).trim().replace(/\n+/g, "\n").slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}

/** @param {Part[]} parts @returns {string} */
function plain(parts) {
  return parts.map((part) => {
    if (typeof part === "string") return part;
    if ("items" in part) return `\n${part.items.map(({ mark, parts }) => mark + plain(parts)).join("\n")}\n`;
    const said = "parts" in part ? plain(part.parts) : part.text;
    return /^(q|pre)$/.test(part.kind) ? `\n${said}\n` : said;
  }).join("");
}
