/** The identity of this browser, made up on the first visit. @module */

import { toHex } from "./client/world.js";

/** @import { World } from "./client/world.js" */

/**
 * The id belongs to a key if the browser can hash (HTTPS and localhost); otherwise it is a random free one.
 *
 * @param {World} world
 * @returns {Promise<{ id: string, key?: string }>}
 */
export async function findIdentity({ storage, randomHex }) {
  if (crypto.subtle === undefined) {
    const id = storage.get("id") ?? "web-" + randomHex(8);
    storage.set("id", id);
    return { id };
  }
  const key = storage.get("key") ?? randomHex(16);
  storage.set("key", key);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { id: "k-" + toHex(new Uint8Array(digest, 0, 16)), key };
}

const MANNERS = "Amber Brisk Calm Clever Copper Gentle Hazel Ivory Jolly Lucky Merry Quiet Silver Sunny Swift Velvet";
const BIRDS = "Crane Dove Finch Heron Ibis Jay Kestrel Lark Martin Owl Plover Robin Starling Swallow Tern Wren";

/** Two words that make a name for somebody who has none yet. @param {World} world */
export function inventName({ randomHex }) {
  const dice = parseInt(randomHex(1), 16);
  return `${MANNERS.split(" ")[dice >> 4]} ${BIRDS.split(" ")[dice & 15]}`;
}
