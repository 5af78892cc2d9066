/**
 * A pass over many, some in each turn of the event loop, so that it holds up nobody.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { SWEEP_SLICE } from "./bounds.ts";

/** Visits each. An error in one visit goes to the last resort, and does not end the others. */
export async function sweep<T>(clock: Clock, all: Iterable<T>, look: (one: T) => void): Promise<void> {
  let looks = 0;
  for (const one of all) {
    try {
      look(one);
    } catch (error) {
      reportError(error);
    }
    if (++looks % SWEEP_SLICE === 0) await new Promise<void>((turn) => clock.soon(turn));
  }
}
