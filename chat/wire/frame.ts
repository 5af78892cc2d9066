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
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + line.length > FRAME_OUT_CHARACTERS) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts.map(frameOf);
}
