/** The world around the page's client. @module */

import { Storage } from "./client/storage.js";
import { randomHex, worldWith } from "./client/world.js";

/** @import { World } from "./client/world.js" */
/** @typedef {World & { storage: Storage }} PageWorld */

/** The world of a page. @returns {PageWorld} */
export function browserWorld() {
  return worldWith({ WebSocket, storage: new Storage(() => localStorage), tab: takeTabName() });
}

/**
 * It is stored only as the page goes: otherwise a duplicated tab would get it too, and the two would
 * overwrite each other's unsent messages.
 */
function takeTabName() {
  const key = "switchboard.tab";
  try {
    const name = sessionStorage.getItem(key) ?? randomHex(8);
    sessionStorage.removeItem(key);
    addEventListener("pagehide", () => sessionStorage.setItem(key, name));
    addEventListener("pageshow", () => sessionStorage.removeItem(key));
    return name;
  } catch {
    return randomHex(8);
  }
}
