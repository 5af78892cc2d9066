/**
 * Renders a text, node by node and never parsed as HTML, so that nothing that somebody writes can become
 * markup.
 *
 * @module
 */

import { make } from "../dom.js";
import { tokenize } from "./blocks.js";

/** @import { Part } from "./parts.js" */

const TAGS = { b: "strong", i: "em", s: "s", q: "blockquote", code: "code", pre: "pre" };
/**
 * Characters that embed, override or isolate a direction. Nested 125 deep, they leave elements beside them without their isolation,
 * unless they are boxes: "https://evil.example/moc.knab//:sptth" would be shown from its end.
 */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/u;
/** Most messages have none of them, and need none of the above. */
const SPECIAL = /[`*_~>\r\v\f\x85\u2028\u2029]|:\/\/|www\./i;

/** @param {string} text */
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
  // Neighbours cannot turn around what is in a `bdi`.
  const link = make("a", { href, rel: "noopener noreferrer nofollow ugc", target: "_blank" }, make("bdi", {}, text));
  if (host !== undefined) link.append(" ", make("bdi", {}, `(${host})`));
  return link;
}
