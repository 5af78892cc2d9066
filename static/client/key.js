/** The id that belongs to a key. @module */

import { toHex } from "./world.js";

/** The id of a key. @param {ArrayBuffer | Uint8Array} hash the SHA-256 of the key as UTF-8 */
export function idOfHash(hash) {
  return "k-" + toHex(new Uint8Array(hash).subarray(0, 16));
}
