/**
 * One simulated process's way to the database: requests and answers take time, get lost, are refused; hints come late,
 * twice, in the wrong order or not at all, and a slow look at the heads makes up for them, as with the real stores that
 * several processes share.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Cancel, Clock } from "../../../chat/base/clock.ts";
import { HEADS_POLL_MS } from "../../../chat/stores/bounds.ts";
import {
  type Appended,
  type Durability,
  type Page,
  type Range,
  type ReactorsRange,
  type Refused,
  type RoomChanges,
  StoreUnavailableError,
} from "../../../chat/log/message_log.ts";
import type { Leases } from "../../../chat/log/leases.ts";
import type { Signal, Signals } from "../../../chat/log/signals.ts";
import type { Entry, Hint, Moment, Store, StoreTime } from "../../../chat/log/store.ts";
import { leasesBy, type SharedLeases } from "../../lib/shared_leases.ts";
import type { Database } from "./database.ts";
import type { Random } from "../../lib/random.ts";
import type { Owner, VirtualTime } from "./virtual_time.ts";

/** How the store does at present. Faults change it. */
export interface Weather {
  /** Until when requests that arrive must wait, in virtual milliseconds. */
  stalledUntil: number;
  /** How likely a request is refused before anything is done. */
  refuses: number;
  /** How likely a commit or a read is done and its answer lost. */
  losesAnswers: number;
  /** How likely a hint is never delivered. */
  losesHints: number;
  /** How late a hint may be, in milliseconds. */
  hintDelayMs: number;
}

/** A store that works. @param hints how its hints are then */
export function fairWeather({ loss, delayMs }: { loss: number; delayMs: number }): Weather {
  return { stalledUntil: 0, refuses: 0, losesAnswers: 0, losesHints: loss, hintDelayMs: delayMs };
}

/** What all handles have in common. */
export interface StoreSite {
  readonly time: VirtualTime;
  readonly database: Database;
  readonly weather: Weather;
  readonly handles: Set<SimStore>;
  /** The members of the rooms on each process; absent if each keeps that to itself. */
  readonly leases: SharedLeases | undefined;
  /** How long a request or an answer may be on its way, in milliseconds; 0 is a store inside the process. */
  readonly latencyMs: number;
  /** How much longer an answer with events may be on its way. */
  readonly readMs: number;
  /** Whether answers may overtake each other. */
  readonly overtaking: boolean;
  /** Whether a commit may be stored in parts, with other processes' messages in between. */
  readonly parts: boolean;
  /** Told of each commit, when it is done. */
  committed(entries: readonly Entry[], results: readonly (Appended | Refused)[], ts: number): void;
  /** Told of messages that a log wants to remove because of their age. */
  expired(room: string, seqs: number[]): void;
}

/** How long this process waits for an answer that does not come. */
const ANSWER_MS = 4_000;
export class SimStore implements Store {
  readonly durability: Durability = "os";
  readonly watch?: (hint: Hint) => void;
  readonly follow?: (room: string) => Cancel;
  readonly leases?: Leases;
  readonly signals?: Signals;
  /** Cut off from the store, this process alone. */
  partitioned = false;
  readonly #site: StoreSite;
  readonly #owner: Owner;
  readonly #random: Random;
  readonly #followed = new Map<string, number>();
  #hint: Hint = () => {};
  #take: (signal: Signal) => void = () => {};
  #epoch = "";
  #closed = false;
  #cancelPoll: Cancel | undefined;
  #answerAt = 0;

  /** @param clock the process's */
  constructor(site: StoreSite, owner: Owner, random: Random, clock: Clock) {
    this.#site = site;
    this.#owner = owner;
    this.#random = random;
    site.handles.add(this);
    if (site.latencyMs === 0) return;
    this.watch = (hint) => this.#hint = hint;
    this.follow = (room) => {
      this.#followed.set(room, 0);
      return () => void this.#followed.delete(room);
    };
    if (site.leases !== undefined) {
      this.leases = leasesBy(site.leases, (work) => this.#request(work));
      this.signals = {
        send: (signals) => this.partitioned || site.handles.forEach((other) => other !== this && other.#hear(signals)),
        hear: (take) => this.#take = take,
      };
    }
    const poll = () => {
      this.#cancelPoll = clock.after(HEADS_POLL_MS, () => {
        this.#poll();
        poll();
      });
    };
    poll();
  }

  async commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    const size = this.#site.parts && entries.length > 1 ? this.#random.int(1, entries.length) : entries.length;
    const results = await this.#store(entries.slice(0, size), at);
    results.forEach((result, index) => "seq" in result && this.#know(entries[index]!.room, result));
    return size < entries.length ? [...results, ...await this.#store(entries.slice(size), at)] : results;
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#request(() => this.#site.database.read(room, range), this.#random.between(0, this.#site.readMs));
  }

  reactors(room: string, range: ReactorsRange): Promise<string[]> {
    return this.#request(() => this.#site.database.reactors(room, range));
  }

  secretFor(row: string[]): Uint8Array {
    return createHash("sha256").update(JSON.stringify(row)).digest();
  }

  roomChanges(room: string, after?: number): Promise<RoomChanges> {
    return this.#request(() => this.#site.database.roomChanges(room, after));
  }

  trim(_keep: number, day: number): Promise<boolean> {
    return this.#request(() => {
      const { database } = this.#site;
      for (const room of database.rooms) {
        const seqs = database.olderThan(room, day);
        if (seqs.length > 0) this.#site.expired(room, seqs);
      }
      return false;
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#request(() => this.#site.database.time);
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#request(() => void (this.#site.database.time = time));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll?.();
    this.#site.handles.delete(this);
    return Promise.resolve();
  }

  /** The process has gone. What it had asked for may still be done. */
  abandon(): void {
    this.#site.handles.delete(this);
  }

  #store(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#request(() => {
      const results = this.#site.database.commit(entries, at);
      this.#site.committed(entries, results, at.ts);
      for (const handle of this.#site.handles) if (handle !== this) handle.tell(entries, results);
      return results;
    });
  }

  /** @param lateMs how much longer the answer is on its way */
  #request<T>(work: () => T, lateMs = 0): Promise<T> {
    const { latencyMs, weather } = this.#site;
    if (this.#closed) return Promise.reject(new StoreUnavailableError("Cannot ask: the store is closed"));
    if (latencyMs === 0) return this.#ask(work);
    return new Promise((resolve, reject) => {
      const { time } = this.#site;
      const fail = (why: string) => reject(new StoreUnavailableError(`Cannot ask: ${why}`));
      const giveUp = time.after(ANSWER_MS, () => fail("no answer"), this.#owner);
      // Nobody owns the way: what was sent arrives, even when its sender has died.
      const arrive = () => {
        const { stalledUntil, refuses, losesAnswers } = weather;
        if (time.now < stalledUntil) return void time.at(stalledUntil + this.#random.next(), arrive);
        if (this.partitioned) return;
        const refused = this.#random.chance(refuses);
        const answer = refused ? undefined : work();
        if (this.#random.chance(losesAnswers)) return;
        time.at(this.#answerTime() + lateMs, () => {
          giveUp();
          if (refused) fail("refused");
          else resolve(answer as T);
        }, this.#owner);
      };
      time.after(this.#delay(), arrive);
    });
  }

  /** A store inside the process answers at once. */
  #ask<T>(work: () => T): Promise<T> {
    const { weather, time } = this.#site;
    if (time.now < weather.stalledUntil || this.#random.chance(weather.refuses)) {
      return Promise.reject(new StoreUnavailableError("Cannot ask: refused"));
    }
    const answer = work();
    return this.#random.chance(weather.losesAnswers)
      ? Promise.reject(new StoreUnavailableError("Cannot ask: no answer"))
      : Promise.resolve(answer);
  }

  #delay(): number {
    const { latencyMs } = this.#site;
    // Mostly quick, sometimes much slower than usual.
    return this.#random.next() ** 3 * latencyMs * (this.#random.chance(0.05) ? 10 : 1);
  }

  #answerTime(): number {
    const at = this.#site.time.now + this.#delay();
    if (this.#site.overtaking) return at;
    return this.#answerAt = Math.max(this.#answerAt, at);
  }

  /** Another process has sent this. */
  #hear(signals: readonly Signal[]): void {
    const { weather, time } = this.#site;
    if (this.partitioned || this.#random.chance(weather.losesHints)) return;
    const late = this.#random.next() ** 2 * weather.hintDelayMs;
    for (const signal of signals) time.after(late, () => this.#take(signal), this.#owner);
  }

  /** Tells this process what another one committed. */
  tell(entries: readonly Entry[], results: readonly (Appended | Refused)[]): void {
    const { weather, time, database } = this.#site;
    for (const room of new Set(entries.map((entry) => entry.room))) {
      if (!this.#followed.has(room) || this.partitioned || this.#random.chance(weather.losesHints)) continue;
      const events = results.flatMap((result, index) =>
        "refused" in result || result.event === undefined || entries[index]!.room !== room ? [] : [result.event]
      );
      const epoch = database.epoch;
      const hint = this.#random.chance(0.7) && events.length > 0
        ? () => {
          this.#know(room, { epoch, seq: events.at(-1)!.seq });
          this.#hint(room, events, epoch);
        }
        : () => this.#hint(room);
      const copies = this.#random.chance(0.1) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        time.after(this.#random.next() ** 2 * weather.hintDelayMs, hint, this.#owner);
      }
    }
  }

  /** Notes that the log has heard of a room up to a place, or will. @returns whether that is news */
  #know(room: string, { epoch, seq }: { epoch: string; seq: number }): boolean {
    const known = this.#followed.get(room);
    // What comes late from an earlier life must not pass for the numbers of this one.
    if (known === undefined || seq <= known || epoch !== this.#epoch) return false;
    this.#followed.set(room, seq);
    return true;
  }

  #poll(): void {
    const heads = () => {
      const { database } = this.#site;
      const rooms = Array.from(
        this.#followed.keys(),
        (room) => [room, database.read(room, { limit: 0 }).head] as const,
      );
      return { epoch: database.epoch, rooms };
    };
    this.#request(heads).then(({ epoch, rooms }) => {
      if (epoch !== this.#epoch) {
        for (const room of this.#followed.keys()) this.#followed.set(room, 0);
        this.#hint();
      }
      this.#epoch = epoch;
      for (const [room, head] of rooms) if (this.#know(room, { epoch, seq: head })) this.#hint(room);
    }, () => {});
  }
}
