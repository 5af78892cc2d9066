/** The tokens of a program: each connection begins with a fresh one. @module */

/** @import { World } from "./world.js" */

export class Tokens {
  /** The newest. @type {string | undefined} */
  current;
  /** Why there is none. @type {unknown} */
  problem;
  #get;

  /** @param {string | (() => string | Promise<string>)} token */
  constructor(token) {
    this.#get = typeof token === "string" ? () => token : token;
    /** Whether another one may be better than one that was refused. */
    this.change = typeof token !== "string";
  }

  /** Gets a newer one. @returns {Promise<boolean>} whether there is one */
  async renew() {
    try {
      this.current = await this.#get();
      this.problem = undefined;
    } catch (error) {
      this.current = undefined;
      this.problem = error;
    }
    return this.current !== undefined;
  }

  /** A world in which nothing is dialled before there is a token. @param {World} world @returns {World} */
  first(world) {
    return { ...world, dial: (...where) => this.#dial(world, where) };
  }

  /** @param {World} world @param {Parameters<World["dial"]>} where @returns {ReturnType<World["dial"]>} */
  #dial(world, where) {
    /** @type {ReturnType<World["dial"]> | undefined} */
    let socket;
    let isWanted = true;
    this.renew().then((hasOne) => {
      if (!isWanted) return;
      try {
        if (hasOne) socket = world.dial(...where);
      } catch (error) {
        // From in here nobody takes it, and that ends a program.
        this.problem = error;
      }
      if (socket === undefined) where[2].closed(1006);
    });
    return {
      send: (frame) => socket?.send(frame),
      close() {
        isWanted = false;
        socket?.close();
      },
    };
  }
}
