/** Texts that are ready to be sent. @module */

import { FRAME_OUT_CHARACTERS } from "../limits.ts";
import { wireBytes } from "./size.ts";

/** Text ready to be sent, and its size. Made once, sent to many. */
export interface Frame {
  /** What is sent. */
  text: string;
  /** Its size in UTF-8. */
  bytes: number;
}

/** Makes a frame of a text. */
export function frameOf(text: string): Frame {
  return { text, bytes: wireBytes(text) };
}

/** Joins lines into as few frames as `FRAME_OUT_CHARACTERS` allows. */
export function framesOf(lines: string[]): Frame[] {
  // Joined in one go: a text that is put together piece by piece is walked through again for each peer that it is sent to.
  return grouped(lines).map((group) => frameOf(group.join("\n")));
}

/** Divides lines into as few groups as `FRAME_OUT_CHARACTERS` allows. */
export function grouped(lines: string[]): string[][] {
  const groups: string[][] = [];
  let length = Infinity;
  for (const line of lines) {
    length += 1 + line.length;
    if (length > FRAME_OUT_CHARACTERS) {
      groups.push([]);
      length = line.length;
    }
    groups.at(-1)!.push(line);
  }
  return groups;
}
