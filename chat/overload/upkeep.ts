/**
 * Sweeps the connections and the rooms, and watches the process, as long as somebody is connected or asks for something. Otherwise there
 * is no timer.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../base/clock.ts";
import { LoopLag } from "../base/loop_lag.ts";
import { sweep } from "../base/sweep.ts";
import { OUTBOX_SWEEP_MS } from "../limits.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Connection } from "../socket/connection.ts";
import { WATCHDOG_MS } from "./bounds.ts";
import { shed } from "./shedding.ts";
import { Watchdog } from "./watchdog.ts";

export interface UpkeepParts {
  clock: Clock;
  connections: ReadonlySet<Connection>;
  /** Those who have come for one thing: they may open rooms. */
  visitors: { readonly size: number };
  rooms: Rooms;
  memory(): number;
  report: ReportTrouble;
}

export class Upkeep {
  readonly watchdog: Watchdog;
  /** How long the process has stood still. */
  readonly stalls: LoopLag;
  readonly #parts: UpkeepParts;
  #cancelSweep: Cancel | undefined;
  #cancelWatch: Cancel | undefined;

  constructor(parts: UpkeepParts) {
    const { clock, connections, memory, report } = parts;
    this.#parts = parts;
    this.stalls = new LoopLag(clock);
    this.watchdog = new Watchdog({ memory, shed: () => shed(connections), report });
  }

  /** Begins, if it has not: somebody has come. */
  start(): void {
    this.stalls.start();
    this.#cancelWatch ??= every(this.#parts.clock, WATCHDOG_MS, (lateMs) => this.watchdog.look(lateMs));
    this.#cancelSweep ??= every(this.#parts.clock, OUTBOX_SWEEP_MS, () => this.#sweep());
  }

  stop(): void {
    this.#pause();
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
  }

  async #sweep(): Promise<void> {
    const { clock, connections, visitors, rooms } = this.#parts;
    await sweep(clock, connections, (connection) => connection.check());
    await rooms.sweep();
    if (connections.size + visitors.size + rooms.size > 0) return;
    // The end of an overload has to be noticed.
    if (this.watchdog.overloaded) this.#pause();
    else this.stop();
  }

  #pause(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.stalls.stop();
  }
}
