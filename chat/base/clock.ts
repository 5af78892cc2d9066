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

/**
 * Calls `run` repeatedly, `ms` milliseconds after it has ended each time, until cancelled. An error that it throws goes to the last resort, and
 * does not end the calls.
 *
 * @param run is told by how many milliseconds the call is late
 */
export function every(clock: Clock, ms: number, run: (lateMs: number) => void | Promise<void>): Cancel {
  let cancelled = false;
  let cancelTimer: Cancel;
  const plan = () => {
    if (cancelled) return;
    const due = clock.elapsed() + ms;
    cancelTimer = clock.after(ms, () => turn(clock.elapsed() - due));
  };
  const turn = (lateMs: number) => {
    let ending: void | Promise<void> = undefined;
    try {
      ending = run(lateMs);
    } finally {
      if (ending === undefined) plan();
    }
    ending?.finally(plan);
  };
  plan();
  return () => {
    cancelled = true;
    cancelTimer();
  };
}

/** A timer that is set only once at a time. */
export class Timer {
  readonly #clock: Clock;
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` once, unless the timer is set already. */
  set(ms: number, run: () => void): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined;
      run();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon(run) {
    if (inNextTurn.push(run) === 1) setImmediate(takeTurn);
  },
};

/** What runs when the event loop has had a turn: one immediate for all of it. Those who ask bound how much there is. */
let inNextTurn: (() => void)[] = [];

function takeTurn(): void {
  const runs = inNextTurn;
  inNextTurn = [];
  for (const run of runs) {
    try {
      run();
    } catch (error) {
      // As if it had been alone: the others run.
      reportError(error);
    }
  }
}
