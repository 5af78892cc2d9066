/**
 * Ids and their keys. Anybody may use any id (the tutorial's clients make theirs up), except those that begin with
 * `k-`: such an id is made from a secret key, so that only a client that has the key can use it. Nothing is stored: the id
 * itself is the proof, in every process and after every restart. Ids that begin with `t-` are given, never asked for.
 *
 * @module
 */

import { BOT_NAME_CHARACTERS, ID_BYTES, ID_GRAPHEMES } from "../limits.ts";
import { Invalid } from "./invalid.ts";
import { beginsWithBase, countGraphemes, isAllVisible } from "./visible.ts";

/** The beginning of an id that belongs to a key. */
const KEYED = "k-";
/** That of a person whom a token or a proxy vouches for. */
export const PERSONAL_ID_PREFIX = "t-";
/** That of a bot. */
const BOT = "b-";
/** The author of what is done at a terminal to a store that is not served. Nobody can come under that id, a bot neither. */
export const TERMINAL_ID = `${BOT}operator`;
/** Plain, so that no bot can be made to look like another one. */
const BOT_NAME = /^[a-z\d]([a-z\d-]*[a-z\d])?$/;

/**
 * Reads an id from a URL's path: percent-encoded, perhaps with a trailing slash.
 *
 * @returns the id in NFC
 * @throws {Invalid} if it is not an id, in words for the client's developer
 */
export function readId(encoded: string): string {
  const id = checkId(decode(encoded.replace(/\/$/, "")).normalize("NFC"));
  if (isPersonal(id) || isBot(id)) {
    throw new Invalid("Ids that begin with t- or b- are reserved: take another one");
  }
  return id;
}

/**
 * Checks that a text in NFC can be an id.
 *
 * @returns the id
 * @throws {Invalid} if it cannot, in words for the client's developer
 */
export function checkId(id: string): string {
  if (id.includes("/")) throw new Invalid("An id must not have a slash in it");
  const bytes = new TextEncoder().encode(id).length;
  if (bytes > ID_BYTES) {
    throw new Invalid(`An id must be no longer than ${ID_BYTES} bytes in UTF-8: received ${bytes}`);
  }
  if (!beginsWithBase(id) || !id.split(" ").every(isVisibleWord) || countGraphemes(id) > ID_GRAPHEMES) {
    throw new Invalid(
      `An id must be 1 to ${ID_GRAPHEMES} visible characters, with no more than single spaces between`,
    );
  }
  // "Client #1 says: yes says: no" would be a line of client 1.
  if (/:( |$)/.test(id)) throw new Invalid("An id must not have a colon before a space or at its end");
  return id;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Invalid("An id must be percent-encoded UTF-8, as encodeURIComponent gives it");
  }
}

function isVisibleWord(word: string): boolean {
  return word !== "" && isAllVisible(word);
}

/** Whether an id belongs to a key and so needs proof. */
export function isKeyed(id: string): boolean {
  return id.startsWith(KEYED);
}

/** Whether an id is that of a person whom a token or a proxy vouches for. */
export function isPersonal(id: string): boolean {
  return id.startsWith(PERSONAL_ID_PREFIX);
}

/** Whether an id is that of a bot. */
export function isBot(id: string): boolean {
  return id.startsWith(BOT);
}

/** The id of a bot of this name. */
export function idOfBot(name: string): string {
  return BOT + name;
}

/** Reads the name of a bot. @throws {Invalid} if it can have none such */
export function readBotName(value: unknown): string {
  const isName = typeof value === "string" && value.length <= BOT_NAME_CHARACTERS && BOT_NAME.test(value);
  if (isName && idOfBot(value) !== TERMINAL_ID) return value;
  throw new Invalid(
    `"name" must be 1 to ${BOT_NAME_CHARACTERS} of the characters a-z, 0-9 and -, without one at an end, and not "operator"`,
  );
}

/** Whether an id is one that nobody can use without proof. */
export function isProvable(id: string): boolean {
  return isKeyed(id) || isPersonal(id) || isBot(id);
}

/** Fewest characters with which a key can have 128 random bits, by what it is written with. */
const KEY_ALPHABETS: readonly [RegExp, number][] = [[/^\d+$/, 39], [/^[\da-f]+$/i, 32], [/^[\da-z]+$/, 25], [/^/, 22]];

/** Whether a key is too short to have 128 random bits: others could find it by trying, and speak as its owner. */
export function isWeakKey(key: string): boolean {
  const [, fewest] = KEY_ALPHABETS.find(([alphabet]) => alphabet.test(key))!;
  return key.length < fewest;
}

/**
 * The id that belongs to a key: `k-` and the first 16 bytes of the key's SHA-256 in hexadecimal (32 characters).
 *
 * @param key a secret of the client's, with 128 random bits or more
 */
export async function idOfKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return KEYED + new Uint8Array(digest, 0, 16).toHex();
}
