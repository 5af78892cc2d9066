/**
 * A block of code. What it needs to be read is there at once, and as tall as it stays: its buttons and colours, which are fetched
 * when the first block is seen, move nothing.
 *
 * @module
 */

import { make } from "../dom.js";
import * as limits from "../limits.js";

/** @param {string} text @param {string} [language] */
export function codeBlock(text, language) {
  const pre = make("pre", { tabindex: "0" }, text);
  const block = make("div", { class: "code-block", dir: "ltr" }, pre);
  if (language !== undefined) block.dataset.language = language;
  if (text.split("\n", limits.CODE_LINES + 1).length > limits.CODE_LINES) block.classList.add("long");
  return block;
}
