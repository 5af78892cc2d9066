/**
 * Group commit: events that arrive in one turn of the event loop, while a commit is under way, or shortly after one that several shared or
 * that came soon after another, are committed together. So where little is said nobody waits, and a thousand cost little more than one.
 *
 * @module
 */

import { type Clock, Timer } from "../base/clock.ts";
import { failPoint } from "../base/fail_points.ts";
import { Pace } from "../base/pace.ts";
import type { NewEvent, StoredEvent } from "../event/event.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import {
  APPEND_TIMEOUT_MS,
  APPENDS_WAITING,
  COMMIT_DELAY_MS,
  COMMIT_EVENTS,
  SOON_MS,
  TIMEOUT_CHECK_MS,
} from "./bounds.ts";
import { type Incident, incident } from "./incident.ts";
import { type Appended, type Condition, type Refused, StoreUnavailableError } from "./message_log.ts";
import type { Entry, Store } from "./store.ts";
import type { StoreClock } from "./store_clock.ts";
import type { Tails } from "./tails.ts";
import { tellOfFalls } from "./time_stamp.ts";

interface Waiting extends Entry {
  since: number;
  resolve(result: Appended | Refused): void;
  reject(error: StoreUnavailableError): void;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #storeClock: StoreClock;
  readonly #tails: Tails;
  readonly #clock: Clock;
  readonly #tellOfFall: (room: string, fellMs: number) => void;
  readonly #trouble: Incident;
  #queue: Waiting[] = [];
  #committing: Waiting[] = [];
  /** The pace of commits: most of what one costs is the same for one event and for twenty. */
  readonly #pace: Pace;
  /** When the last commit began, on the clock that runs evenly, in milliseconds. */
  #beganMs = -Infinity;
  readonly #timeout: Timer;
  #whenIdle: (() => void) | undefined;

  constructor(store: Store, storeClock: StoreClock, tails: Tails, clock: Clock, report: ReportTrouble) {
    this.#store = store;
    this.#storeClock = storeClock;
    this.#tails = tails;
    this.#clock = clock;
    this.#timeout = new Timer(clock);
    this.#pace = new Pace(clock, COMMIT_DELAY_MS, () => this.#commit());
    this.#tellOfFall = tellOfFalls(clock, report);
    this.#trouble = incident(
      report,
      "The store does not take messages: authors are told to try again",
      "The store takes messages again",
      clock,
    );
  }

  append(room: string, event: NewEvent, condition?: Condition): Promise<Appended | Refused> {
    if (this.#queue.length >= APPENDS_WAITING) {
      return Promise.reject(new StoreUnavailableError("Cannot append: too many events wait for the store"));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ room, event, condition, since: this.#clock.elapsed(), resolve, reject });
      this.#pace.request();
      failPoint("append queued");
    });
  }

  /** Resolves once every append is settled; nothing is to be appended after that. */
  async close(): Promise<void> {
    if (this.#queue.length + this.#committing.length > 0) await new Promise<void>((done) => this.#whenIdle = done);
    this.#pace.stop();
    this.#timeout.stop();
  }

  /** @returns whether the next one waits for more to come: this one was shared, or came so soon that the next might be */
  async #commit(): Promise<boolean> {
    const beganMs = this.#clock.elapsed();
    const isSoon = beganMs - this.#beganMs < SOON_MS;
    this.#beganMs = beganMs;
    const batch = this.#committing = this.#queue.splice(0, COMMIT_EVENTS);
    // Those that waited were given up meanwhile.
    if (batch.length === 0) {
      this.#whenIdle?.();
      return false;
    }
    this.#watchTimeout();
    try {
      failPoint("before commit");
      // `day`: how long the store has been in use, for retention only.
      if (this.#storeClock.day === undefined) await this.#storeClock.count();
      const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });
      failPoint("after commit");
      this.#settle(batch, results);
      this.#trouble.end();
    } catch (error) {
      this.#fail(batch, error);
    } finally {
      this.#committing = [];
      if (this.#queue.length > 0) this.#pace.request();
      else this.#whenIdle?.();
    }
    return batch.length > 1 || isSoon;
  }

  #settle(batch: Waiting[], results: (Appended | Refused)[]): void {
    const fresh = new Map<string, { epoch: string; events: StoredEvent[] }>();
    batch.forEach(({ room, resolve }, index) => {
      const result = results[index]!;
      resolve(result);
      if ("refused" in result) return;
      const { epoch, seq, event, fellMs } = result;
      if (fellMs !== undefined) this.#tellOfFall(room, fellMs);
      // The store may have kept it although its first commit reported failure, so the tail may not know it yet.
      if (event === undefined) return this.#tails.saw(room, epoch, seq);
      let stored = fresh.get(room);
      if (stored === undefined) fresh.set(room, stored = { epoch, events: [] });
      stored.events.push(event);
    });
    for (const [room, { epoch, events }] of fresh) this.#tails.stored(room, events, epoch);
  }

  #fail(batch: Waiting[], cause: unknown): void {
    this.#trouble.begin(cause);
    // Waiting events fail, too: stored after its author's earlier event failed, one would be out of order.
    for (const waiting of [...batch, ...this.#queue.splice(0)]) {
      waiting.reject(new StoreUnavailableError("Cannot append: the store failed", { cause }));
    }
    // It may have failed after storing: members must see what is there.
    for (const room of new Set(batch.map(({ room }) => room))) this.#tails.look(room);
  }

  /**
   * Rejects events that wait too long, whatever the store does. The timer stays when they are settled: to look once in a while costs less than a
   * new one for each commit.
   */
  #watchTimeout(): void {
    const oldest = this.#committing[0] ?? this.#queue[0];
    if (oldest === undefined) return;
    const due = oldest.since + APPEND_TIMEOUT_MS - this.#clock.elapsed();
    this.#timeout.set(Math.max(due, TIMEOUT_CHECK_MS), () => {
      const late = this.#clock.elapsed() - APPEND_TIMEOUT_MS;
      const error = new StoreUnavailableError(`Cannot append: no answer in ${APPEND_TIMEOUT_MS} ms`);
      for (const waiting of [...this.#committing, ...this.#queue]) if (waiting.since <= late) waiting.reject(error);
      this.#queue = this.#queue.filter(({ since }) => since > late);
      this.#watchTimeout();
    });
  }
}
