/** A clock that stands still until a test moves it. @module */

import type { Cancel, Clock } from "../../chat/base/clock.ts";

interface Timer {
  due: number;
  run(): void;
}

/** Time as a test wants it. Turns of the event loop stay real, so that sockets work as ever. */
export class FakeClock implements Clock {
  #elapsed = 0;
  readonly #timers = new Set<Timer>();

  /** By how many milliseconds the wall time is wrong. */
  wrongByMs = 0;

  /** A fixed day, and what has elapsed since, unless it was set wrong. */
  now(): number {
    return Date.UTC(2026, 0, 1) + this.#elapsed + this.wrongByMs;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { due: this.#elapsed + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  /** Timers that have not run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves on without running anything, as if the process had been stopped: what has become due runs late. */
  stall(ms: number): void {
    this.#elapsed += ms;
  }

  /** Moves on, and runs what becomes due, in order, each at its time. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    while (true) {
      const next = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.run();
    }
    this.#elapsed = end;
  }
}
