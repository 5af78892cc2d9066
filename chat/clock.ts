/**
 * Time as the service sees it. Everything that waits or measures takes a {@linkcode Clock}, so that a test can run the
 * whole switchboard under a clock of its own and replay any run exactly.
 *
 * @module
 */

// Imported: it is a global only from Deno 2.4 on.
import { setImmediate } from "node:timers";

/** Undoes what handed it out: stops a timer, ends a subscription. Calling it twice does nothing. */
export type Cancel = () => void;

/** A source of time and of timers. */
export interface Clock {
  /** Wall time in milliseconds since the epoch: for time stamps, never for measuring. */
  now(): number;
  /** Milliseconds, with fractions, since some fixed moment: for measuring. Never runs backwards. */
  elapsed(): number;
  /** Calls `run` once, `ms` milliseconds from now, unless cancelled first. */
  after(ms: number, run: () => void): Cancel;
  /** Calls `run` once, after the event loop has had a turn. */
  soon(run: () => void): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};
