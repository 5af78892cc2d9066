/**
 * The texts of the tutorials' dialect.
 *
 * Readers trust every line that begins with `Client #`, and terminals obey control characters. So
 * the later lines of a text are indented, and controls are shown as symbols. A text of one line is shown as it was sent.
 *
 * @module
 */

import type { StoredMessage } from "../event/event.ts";
import { fallback } from "../event/kinds.ts";

/** The beginning of the second line of a text and of those after it. */
const INDENT = "    ";
const LINE_ENDS = new Set(["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"]);
// deno-lint-ignore no-control-regex -- it finds control characters; a tab is harmless
const UNSAFE = /\r\n|[\0-\x08\n-\x1f\x7f-\x9f\u2028\u2029]/g;

/** One that was deleted before it could be shown has no text any more. */
export function plainLine(message: StoredMessage): string {
  return `Client #${message.id} says: ${safeText(fallback(message))}`;
}

/** The line of FastAPI's example for the sender. */
export function wroteLine(text: string): string {
  return `You wrote: ${safeText(text)}`;
}

/** The line of FastAPI's example for the others, when a client has gone. */
export function leftLine(id: string): string {
  return `Client #${id} left the chat`;
}

/** The answer of the echo, unchanged: its reader wrote it. @param likeFastapi in the words of FastAPI's example */
export function echoLine(text: string, likeFastapi: boolean): string {
  return `${likeFastapi ? "Message" : "Your"} text was: ${text}`;
}

function safeText(text: string): string {
  return text.replace(UNSAFE, (found, at: number) => {
    if (!LINE_ENDS.has(found)) return symbolOf(found.charCodeAt(0));
    // A line end at the very end begins no further line: programs that send lines send it along.
    return at + found.length === text.length ? found : `\n${INDENT}`;
  });
}

/** The picture of a control character. One of eight bits is shown as its equivalent: ESC and a character. */
function symbolOf(control: number): string {
  if (control === 0x7f) return "\u2421";
  return control < 0x20 ? String.fromCharCode(0x2400 + control) : `\u241B${String.fromCharCode(control - 0x40)}`;
}
