/** The parts of a text. @module */

/**
 * A piece of a text: a run of plain text, or a kind with its content.
 * @typedef {string | { kind: "b" | "i" | "s" | "q", parts: Part[] } | { kind: "ul" | "ol", items: Item[] }
 *   | { kind: "code", text: string } | { kind: "pre", text: string, language?: string } | Link
 *   | { kind: "at", text: string, id: string }} Part
 */
/** What an item begins with, such as "- " or "12. ", and what it says. @typedef {{ mark: string, parts: Part[] }} Item */
/**
 * `host` is where it leads if its text does not say so; `room` and `seq` are what it leads to in this chat.
 * @typedef {{ kind: "a", text: string, href: string, host?: string, room?: string, seq?: number }} Link
 */
/** A part, where the text goes on, and where it begins if that is before what led to it. @typedef {{ part: Part, end: number, start?: number }} Found */

/**
 * What a text is read with: the people that it mentions, under the names that it may have for them; which rooms are linked where
 * they are named; and the address of this chat, up to the "/r/" of a room.
 * @typedef {{ mentions?: { id: string, name: string }[], isRoom?: (name: string) => boolean, site?: string }} Known
 */

/** Appends a part; text joins the text before it. @param {Part[]} parts @param {Part} part */
export function put(parts, part) {
  const last = parts.length - 1;
  if (typeof part === "string" && typeof parts[last] === "string") parts[last] += part;
  else if (part !== "") parts.push(part);
}
