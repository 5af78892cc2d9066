/** The world around a client in a program, or in a part of somebody else's page. @module */

import { idOfHash } from "./key.js";
import { KeptTexts } from "./kept_texts.js";
import { randomHex, worldWith } from "./world.js";

/** @import { ConnectOptions } from "./connect.d.ts" */
/** @import { Area } from "./kept_texts.js" */
/** @import { World } from "./world.js" */
/** `end` ends its timers. @typedef {World & { end(): void }} ProgramWorld */

/**
 * @param {Pick<ConnectOptions, "WebSocket" | "storage">} options what it is to connect with, and where it may keep what is not sent yet: without that it is kept
 *   as long as the program runs
 * @returns {ProgramWorld}
 * @throws {TypeError} if there is no `WebSocket`
 */
export function programWorld({ WebSocket = globalThis.WebSocket, storage }) {
  if (WebSocket === undefined) {
    throw new TypeError("Cannot connect: Node has a WebSocket from 22 on. Or give one: { WebSocket }");
  }
  return endable(worldWith({
    WebSocket: /** @type {typeof globalThis.WebSocket} */ (WebSocket),
    storage: new KeptTexts(() => /** @type {Area} */ (storage)),
    tab: randomHex(8),
  }));
}

/** A world whose timers can be ended: one that is left keeps its program from ending. @template {World} Some @param {Some} world @returns {Some & { end(): void }} */
export function endable(world) {
  /** @type {Set<() => void>} */
  const cancels = new Set();
  let hasEnded = false;
  return {
    ...world,
    after(ms, run) {
      // What still runs at the end may ask for one more.
      if (hasEnded) return () => {};
      const cancel = world.after(ms, () => {
        cancels.delete(cancel);
        run();
      });
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
    end() {
      hasEnded = true;
      for (const cancel of cancels) cancel();
    },
  };
}

/** Whether an id can be proven: pages over plain http lack what it takes. */
export function canProve() {
  return crypto.subtle !== undefined;
}

/** The id of a key. @param {string} key */
export async function provenIdOf(key) {
  return idOfHash(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
