/**
 * Makes a {@linkcode MessageLog} of a {@linkcode Store}: what is the same for every backend. Appends are committed in groups, time
 * out, and reach the tails; rooms are followed; what is past retention is removed.
 *
 * @module
 */

import { type Cancel, type Clock, systemClock } from "../base/clock.ts";
import { failPoint } from "../base/fail_points.ts";
import { APPEND_TIMEOUT_MS, APPENDS_WAITING, COMMIT_MESSAGES, DAMAGED_ROOMS, RETENTION_SWEEP_MS } from "./bounds.ts";
import {
  type Appended,
  type Durability,
  type MessageLog,
  type NewMessage,
  type Page,
  type Range,
  type Refused,
  type ReportTrouble,
  type Store,
  type StoredMessage,
  StoreUnavailableError,
  type Subscription,
  type TailListener,
} from "./message_log.ts";
import { Incident } from "./incident.ts";
import { span, StoreClock } from "./store_clock.ts";
import { Tail } from "./tail.ts";
import { isWhole, isWholeBefore } from "./whole.ts";

/** An append that waits for its commit. */
interface Waiting {
  room: string;
  message: NewMessage;
  since: number;
  resolve(result: Appended | Refused): void;
  reject(error: StoreUnavailableError): void;
}

/** What a room keeps at most; 0 is no bound. */
export interface Retention {
  /** Its newest messages, so many. */
  messages: number;
  /** Those of so many days. They may stay two days longer. */
  days: number;
}

const KEEP_ALL: Retention = { messages: 0, days: 0 };
/** After this long, in milliseconds, an operator is told again that times of messages fall. */
const TELL_AGAIN_MS = 60 * 60 * 1000;

/**
 * Opens a log on a store, which it owns from then on.
 *
 * @param report called when the store fails or recovers, not once per message
 * @param retention what is removed; default: nothing
 */
export function openLog(
  store: Store,
  clock: Clock = systemClock,
  report: ReportTrouble = () => {},
  retention: Retention = KEEP_ALL,
): MessageLog {
  return new StoreLog(store, clock, report, retention);
}

class StoreLog implements MessageLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #report: ReportTrouble;
  readonly #retention: Retention;
  readonly #storeClock: StoreClock;
  #toldOfFallAtMs = -Infinity;
  readonly #tails = new Map<string, { tail: Tail; unfollow: Cancel }>();
  /** Rooms of which an operator knows that the store has lost part of them. */
  readonly #damaged = new Set<string>();
  #queue: Waiting[] = [];
  #committing: Waiting[] = [];
  #scheduled = false;
  readonly #appendsFail: Incident;
  readonly #readsFail: Incident;
  #cancelTimeout: Cancel | undefined;
  #cancelSweep: Cancel | undefined;
  #closing: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(store: Store, clock: Clock, report: ReportTrouble, retention: Retention) {
    this.#store = store;
    this.#retention = retention;
    this.#storeClock = new StoreClock(store, clock, report);
    this.#clock = clock;
    this.#report = report;
    this.#appendsFail = new Incident(
      report,
      "The store does not take messages: authors are told to try again",
      "The store takes messages again",
    );
    this.#readsFail = new Incident(
      report,
      "The store cannot be read: who joins or asks for history is told to try again",
      "The store can be read again",
    );
    store.watch?.((room, messages, epoch) => this.#hint(room, messages, epoch));
    this.#planSweep();
  }

  get durability(): Durability {
    return this.#store.durability;
  }

  append(room: string, message: NewMessage): Promise<Appended | Refused> {
    if (this.#closing !== undefined) {
      return Promise.reject(new StoreUnavailableError("Cannot append: the log is closed"));
    }
    if (this.#queue.length >= APPENDS_WAITING) {
      return Promise.reject(new StoreUnavailableError("Cannot append: too many messages wait for the store"));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ room, message, since: this.#clock.elapsed(), resolve, reject });
      this.#schedule();
      failPoint("append queued");
    });
  }

  read(room: string, range: Range): Promise<Page> {
    if (this.#closing !== undefined) return Promise.reject(new StoreUnavailableError("Cannot read: the log is closed"));
    return this.#read(room, range);
  }

  async subscribe(room: string, listener: TailListener): Promise<Subscription> {
    if (this.#closing !== undefined) throw new StoreUnavailableError("Cannot subscribe: the log is closed");
    const { tail } = this.#openTail(room);
    try {
      const state = await tail.add(listener);
      return {
        state,
        cancel: () => this.#leaveTail(room, tail, listener),
        pause: () => tail.pause(listener),
        resume: () => tail.resume(listener),
      };
    } catch (error) {
      this.#leaveTail(room, tail, listener);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    if (this.#scheduled || this.#committing.length > 0) await new Promise<void>((done) => this.#whenIdle = done);
    this.#cancelSweep?.();
    this.#cancelTimeout?.();
    for (const { tail, unfollow } of this.#tails.values()) {
      tail.stop();
      unfollow();
    }
    this.#tails.clear();
    await this.#store.close();
  }

  // Group commit: what arrives in one turn of the event loop, or while a commit is under way, is committed together.
  // So a lone message waits for nothing, and a thousand cost little more than one.

  #schedule(): void {
    if (this.#scheduled || this.#committing.length > 0) return;
    this.#scheduled = true;
    this.#clock.soon(() => this.#commit());
  }

  async #commit(): Promise<void> {
    this.#scheduled = false;
    const batch = this.#committing = this.#queue.splice(0, COMMIT_MESSAGES);
    this.#watchTimeout();
    try {
      failPoint("before commit");
      if (this.#storeClock.day === undefined) await this.#storeClock.count();
      const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });
      failPoint("after commit");
      this.#settle(batch, results);
      this.#appendsFail.end();
    } catch (error) {
      this.#fail(batch, error);
    } finally {
      this.#committing = [];
      if (this.#queue.length > 0) this.#schedule();
      else {
        this.#cancelTimeout?.();
        this.#cancelTimeout = undefined;
        this.#whenIdle?.();
      }
    }
  }

  #settle(batch: Waiting[], results: (Appended | Refused)[]): void {
    const fresh = new Map<string, { epoch: string; messages: StoredMessage[] }>();
    batch.forEach(({ room, message, resolve }, index) => {
      const appended = results[index]!;
      resolve(appended);
      if ("refused" in appended) return;
      const { epoch, seq, ts } = appended;
      if (appended.fellMs !== undefined) this.#tellOfFall(room, appended.fellMs);
      // It may have been stored by a commit that had failed by then, and of which nobody was told.
      if (appended.duplicate) return this.#tails.get(room)?.tail.saw(epoch, seq);
      const messages = fresh.get(room)?.messages;
      if (messages === undefined) fresh.set(room, { epoch, messages: [{ seq, ...message, ts }] });
      else messages.push({ seq, ...message, ts });
    });
    for (const [room, { epoch, messages }] of fresh) this.#hint(room, messages, epoch);
  }

  #tellOfFall(room: string, fellMs: number): void {
    const nowMs = this.#clock.elapsed();
    if (nowMs - this.#toldOfFallAtMs < TELL_AGAIN_MS) return;
    this.#toldOfFallAtMs = nowMs;
    this.#report(
      `The time of new messages is ${
        span(fellMs)
      } before that of earlier ones, in the room ${room} and perhaps in others: ` +
        "the clock was wrong when those were stored, or is wrong now",
    );
  }

  #fail(batch: Waiting[], cause: unknown): void {
    this.#appendsFail.begin(cause);
    // What waits behind goes too: stored after its author's earlier message failed, it would be out of order.
    for (const waiting of [...batch, ...this.#queue.splice(0)]) {
      waiting.reject(new StoreUnavailableError("Cannot append: the store failed", { cause }));
    }
    // It may have failed after storing: members must see what is there.
    for (const room of new Set(batch.map(({ room }) => room))) this.#hint(room);
  }

  /** Tells authors whose messages wait too long, whatever the store does. */
  #watchTimeout(): void {
    this.#cancelTimeout?.();
    const oldest = this.#committing[0] ?? this.#queue[0];
    if (oldest === undefined) return;
    const due = oldest.since + APPEND_TIMEOUT_MS - this.#clock.elapsed();
    this.#cancelTimeout = this.#clock.after(Math.max(due, 1), () => {
      const late = this.#clock.elapsed() - APPEND_TIMEOUT_MS;
      const error = new StoreUnavailableError(`Cannot append: no answer in ${APPEND_TIMEOUT_MS} ms`);
      for (const waiting of [...this.#committing, ...this.#queue]) if (waiting.since <= late) waiting.reject(error);
      this.#queue = this.#queue.filter(({ since }) => since > late);
      this.#cancelTimeout = this.#clock.after(1_000, () => this.#watchTimeout());
    });
  }

  async #read(room: string, range: Range): Promise<Page> {
    const page = await this.#store.read(room, range).catch((error) => {
      // What was being read as the store was closed is no trouble.
      if (this.#closing === undefined) this.#readsFail.begin(error);
      throw error;
    });
    this.#readsFail.end();
    this.#checkWhole(room, range, page);
    // A reader may be the first to see that the store is another one.
    this.#tails.get(room)?.tail.saw(page.epoch, 0);
    return page;
  }

  /** Tells an operator, once for each room, that the store has lost part of it. */
  #checkWhole(room: string, { after, before = Infinity, limit }: Range, page: Page): void {
    // What is below `first` was removed on purpose.
    const isAsDue = after === undefined
      ? isWholeBefore(page, before, limit)
      : after + 1 < page.first || isWhole(page, after, limit);
    if (isAsDue || this.#damaged.has(room)) return;
    if (this.#damaged.size < DAMAGED_ROOMS) this.#damaged.add(room);
    const { first, head, messages } = page;
    const asked = after === undefined
      ? `from ${first} to ${Math.min(before - 1, head)}`
      : `after ${after} up to ${head}`;
    const found = messages.length === 0 ? "none" : `${messages[0]!.seq} to ${messages.at(-1)!.seq}`;
    this.#report(
      `The store has lost messages of the room ${room}: of those ${asked} it gave ${found}, ${messages.length} of them ` +
        `where at most ${limit} were asked for. Clients are told that messages are missing`,
    );
  }

  #openTail(room: string): { tail: Tail; unfollow: Cancel } {
    let open = this.#tails.get(room);
    if (open === undefined) {
      // Followed before it is read, so that no message falls between the two.
      const unfollow = this.#store.follow?.(room) ?? (() => {});
      open = { tail: new Tail((range) => this.#read(room, range), this.#clock), unfollow };
      this.#tails.set(room, open);
    }
    return open;
  }

  #leaveTail(room: string, tail: Tail, listener: TailListener): void {
    tail.remove(listener);
    const open = this.#tails.get(room);
    if (open?.tail !== tail || !tail.unused) return;
    this.#tails.delete(room);
    tail.stop();
    open.unfollow();
  }

  #hint(room?: string, messages?: StoredMessage[], epoch?: string): void {
    if (room !== undefined) this.#tails.get(room)?.tail.hint(messages, epoch);
    else for (const { tail } of this.#tails.values()) tail.hint();
  }

  /** @returns whether there is more to remove */
  async #trim(): Promise<boolean> {
    const { messages, days } = this.#retention;
    if (messages === 0 && days === 0) return false;
    const from = days === 0 ? 0 : this.#storeClock.keepFrom(days);
    return await this.#store.trim(messages === 0 ? Number.MAX_SAFE_INTEGER : messages, from);
  }

  #planSweep(): void {
    this.#cancelSweep = this.#clock.after(RETENTION_SWEEP_MS, () => this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      await this.#storeClock.count();
      while (this.#closing === undefined && await this.#trim()) {
        await new Promise<void>((turn) => this.#clock.soon(turn));
      }
    } catch (error) {
      // What was under way as the store was closed is no trouble.
      if (this.#closing !== undefined) return;
      this.#report("Old messages could not be removed: it is tried again in a minute", error);
    }
    if (this.#closing === undefined) this.#planSweep();
  }
}
