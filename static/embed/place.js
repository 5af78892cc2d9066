/** Where the chat is, and what is kept of it in the site's page. @module */

import { socketsAt } from "../client/address.js";
import { endable } from "../client/program_world.js";
import { Storage } from "../client/storage.js";
import { randomHex, worldWith } from "../client/world.js";

/** @import { Area } from "../client/kept_texts.js" */
/** @import { ProgramWorld } from "../client/program_world.js" */

/** The chat's root, with a slash at its end: the script lies there. */
export const ROOT = new URL(".", import.meta.url);

/** What an id is put behind, to connect. */
export const SOCKETS = socketsAt(ROOT);

/** For a page that may keep nothing: what its rooms share for as long as it is open. @type {Map<string, string>} */
const kept = new Map();
/** @type {Area} */
const memory = {
  get length() {
    return kept.size;
  },
  key: (n) => [...kept.keys()][n] ?? null,
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, text) => void kept.set(key, text),
  removeItem: (key) => void kept.delete(key),
};

function area() {
  try {
    return globalThis.localStorage;
  } catch {
    return memory;
  }
}

/** The world of one room. Each chat has keys of its own: one must not be told the secret with which somebody is known to another. @returns {ProgramWorld & { storage: Storage }} */
export function worldHere() {
  const storage = new Storage(area, `switchboard ${ROOT.host}${ROOT.pathname} `);
  return endable(worldWith({ WebSocket, storage, tab: randomHex(8) }));
}

/** For those who look after the site. */
export function explainRefusal() {
  // deno-lint-ignore no-console -- they look into the console
  console.error(`Switchboard: the chat at ${ROOT} admits no pages of ${origin}: start its server with EMBED=${origin}`);
}

/**
 * Whether the chat admits pages of this site. A browser does not tell a page why it got no connection.
 *
 * @returns {Promise<boolean>} true, too, if the chat does not say
 */
export async function isAdmitted() {
  try {
    const response = await fetch(new URL("embed.json", ROOT), { cache: "no-store", credentials: "omit" });
    return (await response.json()).admitted !== false;
  } catch {
    return true;
  }
}
