/** The identity of this browser, made up on the first visit. @module */

import { idOfHash } from "./client/key.js";

/** @import { World } from "./client/world.js" */

/**
 * The id belongs to a key that stays in this browser, so that nobody else can change what was said under it.
 *
 * @param {World} world
 * @returns {Promise<{ id: string, key: string }>}
 */
export async function findIdentity({ storage, randomHex }) {
  const key = storage.get("key") ?? randomHex(16);
  storage.set("key", key);
  return { id: await idOfKey(key), key };
}

/** @param {string} key */
export async function idOfKey(key) {
  const bytes = new TextEncoder().encode(key);
  // Browsers have a hash of their own on secure origins only.
  const hash = crypto.subtle === undefined
    ? (await import("./client/sha256.js")).sha256(bytes)
    : await crypto.subtle.digest("SHA-256", bytes);
  return idOfHash(hash);
}
