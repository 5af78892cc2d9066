/**
 * The addresses of this chat. It may lie below any path, behind a proxy that takes that away: the server names its files as seen
 * from the page's address, and so the address of a file says where the chat begins.
 *
 * @module
 */

const script = /** @type {HTMLScriptElement} */ (document.querySelector("script[src]")).src;

/** The path of the page's files, with a slash at its end. Its last part is the page's version. */
export const FILES = new URL(".", script).pathname;

/** The path of the chat's root, with a slash at its end. */
export const ROOT = new URL("../..", script).pathname;

/** Where sockets are opened; without a slash at its end. */
export const SOCKETS = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${ROOT.slice(0, -1)}`;

/** @param {string} room */
export function pathOf(room) {
  return `${ROOT}r/${room}`;
}

/** The path of the shown page, below the root. */
export function pathHere() {
  return location.pathname.slice(ROOT.length);
}

/**
 * Takes what a link to `/i` brings in its fragment out of the address and of the history: others may see both, and it is a secret.
 *
 * @returns {string} empty if this is no such link
 */
export function takeBrought() {
  if (pathHere() !== "i") return "";
  const { hash } = location;
  history.replaceState(null, "", pathOf("lobby"));
  return hash.slice(1);
}

/** Where a client with an id connects. @param {string} id */
export function socketUrl(id) {
  return `${SOCKETS}/ws/${encodeURIComponent(id)}`;
}
