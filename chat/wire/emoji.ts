/** The emoji that stand for a reaction. @module */

import { EMOJI_BYTES } from "../limits.ts";
import { Invalid } from "./invalid.ts";
import { wireBytes } from "./size.ts";

/**
 * Unicode recommends one form of each emoji for interchange, and these are all of them. Only that form is taken: what looks the
 * same is counted together, and nothing else passes for an emoji. Each is one grapheme, and in NFC.
 */
const EMOJI = /^\p{RGI_Emoji}$/v;

/**
 * Reads an emoji.
 *
 * @returns the emoji as it was sent
 * @throws {Invalid} if it is none, in words for the client's developer
 */
export function readEmoji(value: unknown): string {
  // Its size first: what is longer is not looked at any closer.
  const fits = typeof value === "string" && value.length <= EMOJI_BYTES && wireBytes(value) <= EMOJI_BYTES;
  if (fits && EMOJI.test(value)) return value;
  throw new Invalid('"emoji" must be one emoji, in the form that Unicode recommends (RGI), of at most 40 bytes');
}
