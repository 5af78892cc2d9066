/**
 * Makes a {@linkcode MessageLog} of a {@linkcode Store}, the same for every backend. Appends are committed in groups
 * and reach the tails; rooms are read and followed; messages past retention are removed.
 *
 * @module
 */

import { type Cancel, type Clock, systemClock } from "../base/clock.ts";
import { GroupCommit } from "./group_commit.ts";
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
  StoreUnavailableError,
  type Subscription,
  type TailListener,
} from "./message_log.ts";
import { Reader } from "./reader.ts";
import { type Retention, sweepRetention } from "./retention.ts";
import { StoreClock } from "./store_clock.ts";
import { Tails } from "./tails.ts";

const KEEP_ALL: Retention = { messages: 0, days: 0 };

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
  readonly #commits: GroupCommit;
  readonly #reader: Reader;
  readonly #tails: Tails;
  readonly #stopSweep: Cancel;
  #closing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock, report: ReportTrouble, retention: Retention) {
    const storeClock = new StoreClock(store, clock, report);
    this.#store = store;
    this.#reader = new Reader(store, report);
    this.#tails = new Tails(store, (room, range) => this.#reader.read(room, range), clock);
    this.#commits = new GroupCommit(store, storeClock, this.#tails, clock, report);
    this.#stopSweep = sweepRetention(store, storeClock, retention, clock, report);
  }

  get durability(): Durability {
    return this.#store.durability;
  }

  append(room: string, message: NewMessage): Promise<Appended | Refused> {
    if (this.#closing !== undefined) return Promise.reject(closed("append"));
    return this.#commits.append(room, message);
  }

  async read(room: string, range: Range): Promise<Page> {
    if (this.#closing !== undefined) throw closed("read");
    const page = await this.#reader.read(room, range);
    // A reader may be the first to see that the store is another one.
    this.#tails.saw(room, page.epoch, 0);
    return page;
  }

  async subscribe(room: string, listener: TailListener): Promise<Subscription> {
    if (this.#closing !== undefined) throw closed("subscribe");
    return await this.#tails.follow(room, listener);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#reader.stop();
    this.#stopSweep();
    await this.#commits.idle();
    this.#tails.close();
    await this.#store.close();
  }
}

function closed(what: string): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot ${what}: the log is closed`);
}
