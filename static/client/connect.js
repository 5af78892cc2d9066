// @ts-self-types="./connect.d.ts"
/**
 * The client for programs: rooms as streams that miss nothing, and messages that arrive once.
 *
 * ```js
 * const chat = connect("wss://chat.example", { name: "Echo" });
 * const room = chat.room("lobby");
 * for await (const event of room) {
 *   if (event.type === "message" && event.id !== chat.id) await room.send(event.text, { reply: event.seq });
 * }
 * ```
 *
 * @module
 */

import { Chat } from "./chat.js";
import { programWorld } from "./program_world.js";

/** @import { Chat as PublicChat, ConnectOptions } from "./connect.d.ts" */

/** @param {string | URL} url @param {ConnectOptions} [options] @returns {PublicChat} */
export function connect(url, options = {}) {
  return new Chat(programWorld(options), addressOf(url), options);
}

/** What an id is put behind. @param {string | URL} url */
function addressOf(url) {
  const address = new URL(url);
  address.protocol = address.protocol.replace("http", "ws");
  if (!address.protocol.startsWith("ws")) {
    throw new TypeError(`Cannot connect to ${url}: it must begin with wss: or https:`);
  }
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/ws/`;
  address.search = address.hash = "";
  return address.href;
}
