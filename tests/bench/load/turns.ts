/**
 * Keeps the generator's event loop turning instead of sleeping, and tells how much of its time is work.
 *
 * A server on the same machine pays for waking a sleeping reader, with each frame: up to a third of what it spends on one.
 * Readers on other machines would not cost it that, so here the reader never sleeps. How busy it is can then not be
 * seen from its CPU time; it is the share of turns that had something to do.
 *
 * @module
 */

let last = performance.now();
let worked = false;
let busyMs = 0;

/** Says that this turn of the event loop has work in it. */
export function working(): void {
  worked = true;
}

/** Milliseconds that went into turns with work in them, so far. */
export function busySoFar(): number {
  return busyMs;
}

/** Begins to turn. It ends with the process. */
export function keepTurning(): void {
  const now = performance.now();
  if (worked) busyMs += now - last;
  worked = false;
  last = now;
  setImmediate(keepTurning);
}
