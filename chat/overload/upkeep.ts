/**
 * Sweeps the connections and the rooms, and watches the process, as long as somebody is connected. Otherwise there is no timer.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../base/clock.ts";
import { LoopLag, type Stalls } from "../base/loop_lag.ts";
import { sweep } from "../base/sweep.ts";
import { OUTBOX_SWEEP_MS } from "../limits.ts";
import type { ReportTrouble } from "../log/message_log.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Connection } from "../socket/connection.ts";
import { shed } from "./shedding.ts";
import { Watchdog } from "./watchdog.ts";

/** What an {@linkcode Upkeep} is made of. */
export interface UpkeepParts {
  clock: Clock;
  /** The open ones. */
  connections: ReadonlySet<Connection>;
  rooms: Rooms;
  /** The share of the allowed memory that is used: 1 is all. */
  memory(): number;
  report: ReportTrouble;
}

export class Upkeep {
  readonly watchdog: Watchdog;
  readonly #parts: UpkeepParts;
  readonly #lag: LoopLag;
  #cancelSweep: Cancel | undefined;

  constructor(parts: UpkeepParts) {
    const { clock, connections, memory, report } = parts;
    this.#parts = parts;
    this.#lag = new LoopLag(clock);
    this.watchdog = new Watchdog({ clock, memory, shed: () => shed(connections), report });
  }

  /** How long the process has stood still. */
  get stalls(): Stalls {
    return this.#lag;
  }

  /** Begins, if it has not: somebody has connected. */
  start(): void {
    this.#lag.start();
    this.watchdog.start();
    this.#cancelSweep ??= every(this.#parts.clock, OUTBOX_SWEEP_MS, () => this.#sweep());
  }

  stop(): void {
    this.#pause();
    this.watchdog.stop();
  }

  async #sweep(): Promise<void> {
    const { clock, connections, rooms } = this.#parts;
    await sweep(clock, connections, (connection) => connection.check());
    await rooms.sweep();
    if (connections.size > 0 || rooms.size > 0) return;
    this.#pause();
    // The end of an overload has to be noticed.
    if (!this.watchdog.overloaded) this.watchdog.stop();
  }

  #pause(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#lag.stop();
  }
}
