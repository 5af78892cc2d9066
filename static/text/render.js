/**
 * Renders a text, node by node and never parsed as HTML, so that nothing that somebody writes can become
 * markup.
 *
 * @module
 */

import { make } from "../dom.js";
import { tokenize } from "./blocks.js";
import { codeBlock } from "./code_block.js";

/** @import { Item, Known, Link, Part } from "./parts.js" */

const TAGS = { b: "strong", i: "em", s: "s", q: "blockquote", code: "code", ul: "ul", ol: "ol" };
/**
 * Characters that embed, override or isolate a direction. Nested 125 deep, they leave elements beside them without their isolation,
 * unless they are boxes: "https://evil.example/moc.knab//:sptth" would be shown from its end.
 */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/u;

/** One to three emoji, and nothing else. */
const LONE_EMOJI = new RegExp(
  String
    .raw`^(?:\s*(?:\p{RI}{2}|[\d#*]\ufe0f\u20e3|(?!\p{RI})(?:\p{Emoji_Presentation}|\p{Emoji}(?=[\ufe0f\p{EMod}]))[\ufe0f\p{EMod}]*[\u{e0020}-\u{e007f}]*(?:\u200d\p{Emoji}[\ufe0f\p{EMod}]*)*)){1,3}\s*$`,
  "u",
);
/** No three emoji are longer, in UTF-16 units. */
const LONE_EMOJI_UNITS = 64;

/** @param {string} text @param {Known} [known] */
export function render(text, known) {
  const fragment = document.createDocumentFragment();
  append(fragment, tokenize(text, known));
  if (TURNS.test(text)) { for (const box of fragment.querySelectorAll("a, .at")) box.classList.add("apart"); }
  if (text.length > LONE_EMOJI_UNITS || !LONE_EMOJI.test(text)) return fragment;
  const large = make("span", { class: "large" }, fragment);
  fragment.append(large);
  return fragment;
}

/** @param {Node} parent @param {Part[]} parts */
function append(parent, parts) {
  for (const part of parts) parent.appendChild(typeof part === "string" ? document.createTextNode(part) : build(part));
}

/** @param {Exclude<Part, string>} part @returns {Node} */
function build(part) {
  switch (part.kind) {
    case "a":
      return buildLink(part);
    case "at":
      return make("bdi", { class: "at", "data-id": part.id }, part.text);
    case "pre":
      return codeBlock(part.text, part.language);
    case "code":
      return make("code", {}, part.text);
  }
  const element = document.createElement(TAGS[part.kind]);
  if ("parts" in part) append(element, part.parts);
  else for (const item of part.items) element.append(buildItem(item));
  // The bar of a quote and the marks of a list are on the side where its first line begins.
  if (part.kind === "q" || "items" in part) element.dir = "auto";
  return element;
}

/** @param {Item} item */
function buildItem({ mark, parts }) {
  const item = make("li", {}, make("span", { class: /[-*•]/.test(mark) ? "bullet" : "count" }, mark));
  append(item, parts);
  return item;
}

/** @param {Link} link */
function buildLink({ text, href, host, room, seq }) {
  // Neighbours cannot turn around what is in a `bdi`.
  const link = make("a", { href }, make("bdi", {}, text));
  if (room !== undefined) link.dataset.room = room;
  if (seq !== undefined) link.dataset.seq = String(seq);
  if (room === undefined && !href.startsWith("mailto:")) {
    link.rel = "noopener noreferrer nofollow ugc";
    link.target = "_blank";
  }
  if (host !== undefined) link.append(" ", make("bdi", {}, `(${host})`));
  return link;
}
