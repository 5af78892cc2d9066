/** The key by which an id can be proven. @module */

import { sha256 } from "./sha256.js";
import { toHex } from "./world.js";

/** The id that belongs to a key. @param {string} key */
export function idOf(key) {
  return "k-" + toHex(sha256(new TextEncoder().encode(key)).subarray(0, 16));
}
