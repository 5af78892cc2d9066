/** The parts of a text. @module */

/**
 * A piece of a text: a run of plain text, or a kind with its content. `href` and `host` are a link's.
 * @typedef {string | { kind: "b" | "i" | "s" | "q", parts: Part[] } | { kind: "code", text: string }
 *   | { kind: "pre", text: string, language?: string } | { kind: "a", text: string, href: string, host?: string }} Part
 */
/** A part, and where the text goes on. @typedef {{ part: Part, end: number }} Found */

/** Appends a part; text joins the text before it. @param {Part[]} parts @param {Part} part */
export function put(parts, part) {
  const last = parts.length - 1;
  if (typeof part === "string" && typeof parts[last] === "string") parts[last] += part;
  else if (part !== "") parts.push(part);
}
