/** Paces commands: they are sent no faster than the server takes them. @module */

import * as limits from "./limits.js";
import { isNumber } from "./lines.js";

const utf8 = new TextEncoder();

/** How many commands' worth of the server's rates a line uses: one, or more by its bytes. @param {string} line */
export function costOf(line) {
  return Math.max(1, utf8.encode(line).length / (limits.BYTES_PER_S / limits.COMMANDS_PER_S));
}

export class TokenBucket {
  #burst = limits.COMMAND_BURST * limits.RATE_SHARE;
  #perMs = limits.COMMANDS_PER_S * limits.RATE_SHARE / 1000;
  #tokens = this.#burst;
  #elapsed;
  #filledMs;

  /** @param {() => number} elapsed */
  constructor(elapsed) {
    this.#elapsed = elapsed;
    this.#filledMs = elapsed();
  }

  /** Adopts the server's rates. @param {{ commandBurst?: unknown, commandsPerSecond?: unknown }} told */
  adopt({ commandBurst, commandsPerSecond }) {
    if (isNumber(commandBurst)) this.#burst = commandBurst * limits.RATE_SHARE;
    if (isNumber(commandsPerSecond)) this.#perMs = commandsPerSecond * limits.RATE_SHARE / 1000;
  }

  /** Takes `cost` tokens; false if there are not enough. @param {number} cost */
  take(cost) {
    const nowMs = this.#elapsed();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
    if (this.#tokens < Math.min(cost, this.#burst)) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Milliseconds until {@linkcode take} of `cost` may succeed. @param {number} cost */
  waitMs(cost) {
    return Math.max(1, Math.ceil((Math.min(cost, this.#burst) - this.#tokens) / this.#perMs));
  }
}
