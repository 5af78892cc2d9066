/**
 * How long a store has been in use, counted in days, for retention by age. The machine's clock cannot be trusted with
 * that, because one wrong reading would remove messages permanently. So time is counted in steps, each believed only as far as
 * there is a witness for it: while the process runs, its own running time; over a stop, one day at most, and only as far as the clock
 * is beyond every time ever read from it: a clock that is sometimes ahead would otherwise count a day at each start. A wrong
 * clock can make messages stay longer, never shorter.
 *
 * If several processes share a store, each counts from where it found the store, and the furthest count is
 * right. None has to hand over to another, however short its life, and none can add its time to another's.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import type { Store, StoreTime } from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const STOP_MOST_MS = DAY_MS;
/** How often the count is stored. */
const WRITE_EVERY_MS = 10 * 60 * 1000;
/** A clock that drifts from running time by more than this was set. */
const SET_MS = 60_000;

export class StoreClock {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #report: ReportTrouble;
  /** The store's time as this process knows it; undefined until it has looked. */
  #time: StoreTime | undefined;
  /** The store's time as it is stored. */
  #writtenMs = -Infinity;
  /** When this process last counted, by either clock. */
  #counted: { wallMs: number; elapsedMs: number };

  constructor(store: Store, clock: Clock, report: ReportTrouble) {
    this.#store = store;
    this.#clock = clock;
    this.#report = report;
    this.#counted = this.#now();
  }

  /** The day on which messages are stored now; undefined until {@linkcode count} was called. Up to a day behind, never ahead. */
  get day(): number | undefined {
    return this.#time === undefined ? undefined : Math.floor(this.#time.livedMs / DAY_MS);
  }

  /** As {@linkcode firstDayKept}, from now. */
  keepFrom(days: number): number {
    return firstDayKept(this.day ?? 0, days);
  }

  /**
   * Counts the time that has passed. Called about once a minute.
   *
   * @throws {StoreUnavailableError} if the store does not answer
   */
  async count(): Promise<void> {
    const kept = this.#time === undefined || this.#isShared ? await this.#store.readTime() : undefined;
    const [before, now] = [this.#counted, this.#now()];
    this.#counted = now;
    const elapsedMs = now.elapsedMs - before.elapsedMs;
    const stepMs = now.wallMs - before.wallMs;
    const setMs = stepMs - elapsedMs;
    if (Math.abs(setMs) > SET_MS) this.#tell(`The clock was set ${setMs > 0 ? "ahead" : "back"} by ${span(setMs)}`);
    if (this.#time === undefined) this.#begin(kept, now.wallMs);
    else this.#advance(clamp(stepMs, elapsedMs), now.wallMs);
    if (this.#isShared && kept !== undefined) this.#learn(kept);
    await this.#write();
  }

  get #isShared(): boolean {
    return this.#store.watch !== undefined;
  }

  #now(): { wallMs: number; elapsedMs: number } {
    return { wallMs: this.#clock.now(), elapsedMs: this.#clock.elapsed() };
  }

  #begin(kept: StoreTime | undefined, nowMs: number): void {
    const stopMs = kept === undefined ? 0 : nowMs - kept.wallMs;
    if (stopMs > STOP_MOST_MS || stopMs < -SET_MS) {
      this.#tell(`By the clock, the store was last in use ${span(stopMs)} ${stopMs > 0 ? "ago" : "from now"}`);
    }
    this.#time = {
      livedMs: (kept?.livedMs ?? 0) + clamp(stopMs, STOP_MOST_MS),
      wallMs: Math.max(kept?.wallMs ?? nowMs, nowMs),
    };
  }

  #advance(byMs: number, nowMs: number): void {
    const { livedMs, wallMs } = this.#time!;
    // One of several clocks may be wrong for as long as it runs, so none of them is asked between start and end.
    this.#time = { livedMs: livedMs + byMs, wallMs: this.#isShared ? wallMs + byMs : Math.max(wallMs, nowMs) };
  }

  /** Takes the later time. Both rise together: otherwise the same time would count again as a stop, by a clock that is ahead. */
  #learn({ livedMs, wallMs }: StoreTime): void {
    const own = this.#time!;
    this.#time = { livedMs: Math.max(own.livedMs, livedMs), wallMs: Math.max(own.wallMs, wallMs) };
    this.#writtenMs = livedMs;
  }

  async #write(): Promise<void> {
    const { livedMs, wallMs } = this.#time!;
    if (livedMs - this.#writtenMs < WRITE_EVERY_MS) return;
    this.#writtenMs = livedMs;
    await this.#store.writeTime({ livedMs: Math.floor(livedMs), wallMs: Math.floor(wallMs) });
  }

  #tell(what: string): void {
    this.#report(
      `${what}. Times of messages follow the clock; what is kept for days counts the time that the server has seen pass`,
    );
  }
}

/**
 * The first day whose messages must be kept. That is two days more than asked for: a message may have been stored at the end of its
 * day, and that day may have been counted late.
 *
 * @param days for how long messages are kept
 */
export function firstDayKept(today: number, days: number): number {
  return today - days - 1;
}

function clamp(ms: number, most: number): number {
  return Math.min(Math.max(ms, 0), most);
}

export function span(ms: number): string {
  const [size, unit] = Math.abs(ms) >= 2 * DAY_MS ? [DAY_MS, "days"] : [60_000, "minutes"];
  return `${Math.round(Math.abs(ms) / size)} ${unit}`;
}
