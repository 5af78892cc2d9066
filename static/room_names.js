/** The names that a room may have, and the room that the address names. @module */

import { ROOM_CHARACTERS } from "./limits.js";

/** Makes a room's name of a text. @param {string} text */
export function roomName(text) {
  const name = text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return name.slice(0, ROOM_CHARACTERS);
}

/** @param {string} path */
export function roomAt(path) {
  let [, name = ""] = /^\/r\/([^/]+)/.exec(path) ?? [];
  try {
    name = decodeURIComponent(name);
  } catch {
    // Anybody can write such an address: it is taken as it is.
  }
  return roomName(name) || "lobby";
}
