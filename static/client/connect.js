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

import { socketsAt } from "./address.js";
import { Chat } from "./chat.js";
import { programWorld } from "./program_world.js";

/** @import { Chat as PublicChat, ConnectOptions } from "./connect.d.ts" */

/** @param {string | URL} url @param {ConnectOptions} [options] @returns {PublicChat} */
export function connect(url, options = {}) {
  try {
    return new Chat(programWorld(options), socketsAt(url), options);
  } catch (error) {
    // Node prints the line where a stack begins, and this module is served as a single one: it begins with the caller's own.
    /** @type {{ captureStackTrace?: (error: unknown, from: unknown) => void }} */ (Error)
      .captureStackTrace?.(error, connect);
    throw error;
  }
}
