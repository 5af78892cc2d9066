/**
 * Who may speak as whom. Ids are free to use (the tutorial's clients make theirs up) but for those that begin with
 * `k-`: such an id is made from a secret key, so that only who has the key can use it. Nothing is stored: the id itself
 * is the proof, in every process and after every restart.
 *
 * @module
 */

/** How an id begins that belongs to a key. */
export const KEYED_ID_PREFIX = "k-";

/** Whether an id belongs to a key and so needs proof. */
export function isKeyed(id: string): boolean {
  return id.startsWith(KEYED_ID_PREFIX);
}

/**
 * The id that belongs to a key: `k-` and the first 16 bytes of the key's SHA-256 in hexadecimal (32 characters).
 *
 * @param key a secret of the client's; it should have 128 random bits or more
 */
export async function idOfKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return KEYED_ID_PREFIX + hex.join("");
}
