/**
 * How long a store has been in use, counted in days: what retention by age goes by. The machine's clock cannot be trusted with
 * that, because one wrong reading would remove messages for good. So time is counted in steps, each believed only as far as
 * there is a witness for it: while the process runs, its own running time; over a stop, one day at most. A clock that is wrong
 * can make messages stay longer, never shorter.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { ReportTrouble, Store, StoreTime } from "./message_log.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How much a stop counts at most. */
const STOP_MOST_MS = DAY_MS;
/** How often what was counted is written down. */
const WRITE_EVERY_MS = 60 * 60 * 1000;
/** A process that has written nothing for so long counts no more: another one does. */
const LEASE_MS = 2 * WRITE_EVERY_MS;
/** A clock that moves otherwise than time does by more than this was set. */
const SET_MS = 60_000;

/** See the module. One for each opened log. */
export class StoreClock {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #report: ReportTrouble;
  readonly #id = crypto.randomUUID();
  #livedMs: number | undefined;
  /** When this process last counted, by either clock. */
  #counted = { wallMs: 0, elapsedMs: 0 };
  #writtenAtMs = -Infinity;
  /** What another process has written last, and since when that is known. */
  #seen: { livedMs: number; sinceMs: number } | undefined;
  #isCounting = false;

  /** Has read nothing yet. */
  constructor(store: Store, clock: Clock, report: ReportTrouble) {
    this.#store = store;
    this.#clock = clock;
    this.#report = report;
    this.#counted = this.#now();
  }

  /** The day on which messages are stored now; undefined until {@linkcode count} was called. Up to a day behind, never ahead. */
  get day(): number | undefined {
    return this.#livedMs === undefined ? undefined : Math.floor(this.#livedMs / DAY_MS);
  }

  /**
   * The first day whose messages must be kept. Two days more than asked for: a message may have been stored at the end of its
   * day, and that day may have been counted late.
   *
   * @param days for how long messages are kept
   */
  keepFrom(days: number): number {
    return (this.day ?? 0) - days - 1;
  }

  /**
   * Counts the time that has passed; to be called about once a minute.
   *
   * @throws {StoreUnavailableError} if the store does not answer
   */
  async count(): Promise<void> {
    const kept = this.#isCounting ? undefined : await this.#store.readTime();
    const [before, now] = [this.#counted, this.#now()];
    this.#counted = now;
    const elapsedMs = now.elapsedMs - before.elapsedMs;
    const stepMs = now.wallMs - before.wallMs;
    if (Math.abs(stepMs - elapsedMs) > SET_MS) this.#tell(`The clock was set ${shown(stepMs - elapsedMs)}`);
    if (this.#isCounting) this.#livedMs! += clamp(stepMs, elapsedMs);
    else if (kept === undefined) this.#begin(0);
    else if (this.#mayTakeOver(kept)) this.#takeOver(kept, now.wallMs);
    else this.#livedMs = kept.livedMs;
    await this.#write(now);
  }

  #now(): { wallMs: number; elapsedMs: number } {
    return { wallMs: this.#clock.now(), elapsedMs: this.#clock.elapsed() };
  }

  /** Only one process counts: several would add up the same time, or different clocks. */
  #mayTakeOver({ livedMs }: StoreTime): boolean {
    if (this.#store.watch === undefined) return true;
    const nowMs = this.#clock.elapsed();
    if (this.#seen?.livedMs !== livedMs) this.#seen = { livedMs, sinceMs: nowMs };
    return nowMs - this.#seen.sinceMs > LEASE_MS;
  }

  #takeOver({ livedMs, wallMs }: StoreTime, nowMs: number): void {
    const stopMs = nowMs - wallMs;
    if (stopMs > STOP_MOST_MS || stopMs < -SET_MS) {
      this.#tell(`By the clock, the store was last in use ${span(stopMs)} ${stopMs > 0 ? "ago" : "from now"}`);
    }
    this.#begin(livedMs + clamp(stopMs, STOP_MOST_MS));
  }

  #begin(livedMs: number): void {
    this.#isCounting = true;
    this.#livedMs = livedMs;
  }

  async #write({ wallMs, elapsedMs }: { wallMs: number; elapsedMs: number }): Promise<void> {
    if (!this.#isCounting || elapsedMs - this.#writtenAtMs < WRITE_EVERY_MS) return;
    if (await this.#wasTakenOver()) return;
    this.#writtenAtMs = elapsedMs;
    await this.#store.writeTime({ livedMs: Math.floor(this.#livedMs!), wallMs, countedBy: this.#id });
  }

  /** Whether another process counts since this one was silent for too long. */
  async #wasTakenOver(): Promise<boolean> {
    if (this.#store.watch === undefined || this.#writtenAtMs === -Infinity) return false;
    const kept = await this.#store.readTime();
    if (kept === undefined || kept.countedBy === this.#id) return false;
    this.#isCounting = false;
    this.#writtenAtMs = -Infinity;
    this.#livedMs = kept.livedMs;
    return true;
  }

  #tell(what: string): void {
    this.#report(
      `${what}. Times of messages follow the clock; what is kept for days counts the time that the server has seen pass`,
    );
  }
}

function clamp(ms: number, most: number): number {
  return Math.min(Math.max(ms, 0), most);
}

function shown(ms: number): string {
  return `${ms > 0 ? "ahead" : "back"} by ${span(ms)}`;
}

/** A span of time, for people. */
export function span(ms: number): string {
  const [size, unit] = Math.abs(ms) >= 2 * DAY_MS ? [DAY_MS, "days"] : [60_000, "minutes"];
  return `${Math.round(Math.abs(ms) / size)} ${unit}`;
}
