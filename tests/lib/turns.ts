/** How long the event loop is held, counted in its turns: that says the same on every machine. */

import { setImmediate } from "node:timers";

/** How many turns the event loop takes until the work is done. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [turns, isDone] = [0, false];
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isDone = true;
  return turns;
}
