/**
 * What this device keeps of the messages: the newest of each room, as they were when the server was last there, to be read while it is not.
 * Only where the page itself is kept, see `views/device.js`.
 *
 * @module
 */

import { ROOT } from "./address.js";
import { KEPT_MESSAGES, ROOMS } from "./limits.js";

/** @import { Item, Room } from "./client/room.js" */

/** How the caches of this chat begin: others of the same site have their own. The worker's begin so as well. */
const PREFIX = `switchboard ${location.origin}${ROOT} `;
const NAME = `${PREFIX}messages`;

/** Nothing is at that address: it is only the name under which a room is kept. @param {string} room */
function addressOf(room) {
  return `${ROOT}kept/${room}`;
}

/** @param {string} room @returns {Promise<Item[]>} its messages, none if none are kept */
export async function keptOf(room) {
  try {
    const kept = await caches.match(addressOf(room), { cacheName: NAME });
    return await kept?.json() ?? [];
  } catch {
    // On plain HTTP nothing is kept, and there is nothing to ask.
    return [];
  }
}

/**
 * Keeps the newest messages of some rooms in place of those that were kept: what was edited or deleted is not kept any longer.
 *
 * @param {Room[]} changed
 * @param {Room[]} all rooms of which anything may be kept
 */
export async function keep(changed, all) {
  const cache = await caches.open(NAME);
  for (const room of changed) await keepOne(cache, room);
  const wanted = new Set(all.slice(-ROOMS).map(({ name }) => new URL(addressOf(name), location.href).href));
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
}

/** @param {Cache} cache @param {Room} room */
async function keepOne(cache, { name, era, recent }) {
  const items = recent.filter((item) => item.era === era).slice(-KEPT_MESSAGES);
  try {
    await cache.put(addressOf(name), Response.json(items.map((item) => ({ ...item, era: 0 }))));
  } catch {
    // The device is full: nothing is better than what may have been deleted since.
    await cache.delete(addressOf(name));
  }
}

/** Forgets the messages, and the page itself. */
export async function forgetAll() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}
