/** The length of a text, in characters and in bytes on the wire. @module */

import { Buffer } from "node:buffer";
import { FRAME_IN_BYTES, TEXT_CHARACTERS } from "../limits.ts";

/** Whether a text has at most {@linkcode TEXT_CHARACTERS} code points. */
export function textFits(text: string): boolean {
  return hasAtMost(TEXT_CHARACTERS, text);
}

/** Whether a text has at most so many code points. A bound in "characters" counts these, one in "visible characters" graphemes. */
export function hasAtMost(most: number, text: string): boolean {
  if (text.length <= most) return true;
  if (text.length > 2 * most) return false;
  let characters = 0;
  for (const _ of text) characters++;
  return characters <= most;
}

/** Whether a frame has at most {@linkcode FRAME_IN_BYTES} bytes. */
export function frameFits(frame: string): boolean {
  // Each UTF-16 unit of a string is one to three bytes of UTF-8: so the bytes need to be counted only in between.
  if (frame.length > FRAME_IN_BYTES) return false;
  return 3 * frame.length <= FRAME_IN_BYTES || wireBytes(frame) <= FRAME_IN_BYTES;
}

/** The bytes of a text on the wire, in UTF-8. */
export function wireBytes(text: string): number {
  // A `TextEncoder` would make a copy of each text only to be counted.
  return Buffer.byteLength(text);
}
