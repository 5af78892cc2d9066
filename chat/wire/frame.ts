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
  const frames: Frame[] = [];
  let start = 0;
  let length = 0;
  lines.forEach((line, index) => {
    if (index > start && length + line.length > FRAME_OUT_CHARACTERS) {
      frames.push(frameOf(lines.slice(start, index).join("\n")));
      start = index;
      length = 0;
    }
    length += line.length + 1;
  });
  if (start < lines.length) frames.push(frameOf(lines.slice(start).join("\n")));
  return frames;
}
