/**
 * Places in a room as texts, for streams: those of one room sort as they follow each other. A client does not look into one.
 *
 * @module
 */

import type { Position } from "./lines.ts";

/** A position; or the place of a reader that has begun among messages so old that not every change of them is kept any more. */
export interface Place extends Position {
  /** Up to there it is sent the messages that are kept, as they are by then, and from there on every event. */
  below?: number;
}

/** Where a stream may begin: at a place, with the oldest message that is kept, or behind the newest event. */
export type Beginning = Place | "start" | "now";

const SEQ_DIGITS = 16;

/** Writes a place: what is behind it is still to be read. */
export function offsetOf({ epoch, seq, below = 0 }: Place): string {
  return `${epoch}:${digitsOf(seq)}${seq < below ? `-${digitsOf(below)}` : ""}`;
}

function digitsOf(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, "0");
}

/** Reads what a client asks for. @returns nothing if it is no offset */
export function readOffset(text: string): Beginning | undefined {
  if (text === "-1") return "start";
  if (text === "now") return "now";
  const [, epoch, seq, below] = /^([0-9A-Za-z-]{1,64}):(\d{16})(?:-(\d{16}))?$/.exec(text) ?? [];
  if (epoch === undefined || ![seq, below ?? 0].every((digits) => Number.isSafeInteger(Number(digits)))) {
    return undefined;
  }
  return { epoch, seq: Number(seq), below: below === undefined ? undefined : Number(below) };
}
