/**
 * The world around a client. All of it is handed in, so that the same client runs in a browser, in a
 * program and under a virtual clock; nothing else in this folder reads a clock, makes a timer or opens a socket.
 *
 * @module
 */

/** @import { KeptTexts } from "./kept_texts.js" */

/**
 * A connection that was dialled. Once it is closed from this side, its handlers are not called any more.
 * @typedef {{ send(frame: string): void, close(): void }} Socket
 */
/** Its events; never called from within `dial`. @typedef {{ opened(): void, received(frame: string): void, closed(code: number): void }} SocketHandlers */

/**
 * @typedef {object} World
 * @property {(url: string, protocol: string, handlers: SocketHandlers) => Socket} dial
 * @property {(ms: number, run: () => void) => () => void} after runs something later, and returns a function that cancels it
 * @property {() => number} now milliseconds since 1970, by a clock that may be set
 * @property {() => number} elapsed milliseconds since some beginning, by a clock that never goes back
 * @property {() => number} random from 0 to below 1
 * @property {(bytes: number) => string} randomHex so many bytes that nobody can guess, as hexadecimal digits
 * @property {KeptTexts} storage survives a restart of this client, and is shared by all clients of the same person and machine
 * @property {string} tab a name that this client has again after a restart, and that no other has at the same time
 */

/**
 * Runs something repeatedly.
 *
 * @param {Pick<World, "after">} world
 * @param {number} ms
 * @param {() => void} run
 * @returns {() => void} ends it
 */
export function every({ after }, ms, run) {
  const again = () => {
    cancel = after(ms, again);
    run();
  };
  let cancel = after(ms, again);
  return () => cancel();
}

/** A world with these. @template {KeptTexts} Storage @param {{ WebSocket: typeof globalThis.WebSocket, storage: Storage, tab: string }} own @returns {World & { storage: Storage }} */
export function worldWith({ WebSocket, storage, tab }) {
  return {
    dial(url, protocol, { opened, received, closed }) {
      const socket = new WebSocket(url, protocol);
      // The close that follows says what there is to say. Without a listener some kinds of sockets throw it instead.
      socket.onerror = () => {};
      socket.onopen = opened;
      socket.onmessage = ({ data }) => received(String(data));
      socket.onclose = ({ code }) => closed(code);
      return {
        send: (frame) => socket.send(frame),
        close() {
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close();
        },
      };
    },
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: () => Math.random(),
    randomHex,
    storage,
    tab,
  };
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Works where `crypto.randomUUID` is missing: on plain HTTP. @param {number} bytes */
export function randomHex(bytes) {
  return toHex(crypto.getRandomValues(new Uint8Array(bytes)));
}
