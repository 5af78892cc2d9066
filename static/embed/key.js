/** The key by which an id can be proven, on plain HTTP as well. @module */

import { sha256 } from "../client/sha256.js";
import { toHex } from "../client/world.js";

/** The id that belongs to a key. @param {string} key */
export function idOf(key) {
  return "k-" + toHex(sha256(new TextEncoder().encode(key)).subarray(0, 16));
}
