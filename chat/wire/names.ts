/** The names of rooms and people. Ids are in `identity.ts`. @module */

import { NAME_BYTES, NAME_GRAPHEMES } from "../limits.ts";
import { Invalid } from "./invalid.ts";
import { wireBytes } from "./size.ts";
import { beginsWithBase, countGraphemes, visibleName } from "./visible.ts";

/** The names that a room may have. */
export const ROOM_PATTERN = /^[a-z0-9-]{1,64}$/;
/** A room, or with a star at the end all whose names begin so. */
export const ROOMS_PATTERN = /^([a-z0-9-]{1,64}\*?|\*)$/;
/** The names that the server makes for rooms that are not listed. Nobody makes such a room by joining it. */
const RESERVED_ROOM = /^[pd]-[a-z2-7]{26}$/;
/** The room of a client that names none. */
export const DEFAULT_ROOM = "lobby";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
/** With so many characters of 5 bits nobody finds one by trying. */
const SECRET_LENGTH = 26;

/** Writes random bytes, or those of a hash, as a name or a secret that nobody can guess. @param bytes at least 26 */
export function secretOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, SECRET_LENGTH), (byte) => BASE32[byte & 31]).join("");
}

/** What is kept of a secret, from which nobody can find it: its SHA-256, in hexadecimal. */
export async function hashOf(secret: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))).toHex();
}

/** Whether a room has a name that only the server gives. */
export function isReservedRoom(name: string): boolean {
  return RESERVED_ROOM.test(name);
}

/**
 * Reads the name that a client wants.
 *
 * @returns the name as others see it
 * @throws {Invalid} if it is not a name, in words for the client's developer
 */
export function readName(value: unknown): string {
  const wanted = `"name" must be a string of 1 to ${NAME_GRAPHEMES} visible characters`;
  if (typeof value !== "string" || !value.isWellFormed()) throw new Invalid(wanted);
  checkNameBytes(value);
  // They would reverse the text behind the name as well.
  if (/[\u202A-\u202E\u2066-\u2069]/.test(value)) throw new Invalid('"name" must not override the direction of text');
  const name = visibleName(value);
  if (!beginsWithBase(name) || countGraphemes(name) > NAME_GRAPHEMES) throw new Invalid(wanted);
  checkNameBytes(name);
  return name;
}

function checkNameBytes(name: string): void {
  const bytes = wireBytes(name);
  if (bytes <= NAME_BYTES) return;
  throw new Invalid(`"name" must have at most ${NAME_BYTES} bytes in UTF-8: received ${bytes}`);
}
