/** The promises of a store, the least from which a log is made. @module */

import type { Cancel } from "../base/clock.ts";
import type { NewEvent, StoredEvent } from "../event/event.ts";
import type { Appended, Condition, Contents, Durability, Refused } from "./message_log.ts";

/** When something is stored, or removed. */
export interface Moment {
  /** By the clock, in milliseconds since the epoch. */
  ts: number;
  /** By the store's own count of days: see `store_clock.ts`. It never falls. */
  day: number;
}

/** A store's own time: see `store_clock.ts`. */
export interface StoreTime {
  /** For how long it has been in use, in milliseconds. */
  livedMs: number;
  /** The latest time ever read from the clock, in milliseconds since the epoch: `livedMs` counts up to it. */
  wallMs: number;
}

/** One event of a commit. */
export interface Entry {
  /** The room it goes to. */
  room: string;
  /** The event. */
  event: NewEvent;
  /** What must still be so. Absent: it is stored in any case. */
  condition?: Condition;
  /** When it was first stored, if it comes from another store: it keeps that time. In milliseconds since the epoch. */
  ts?: number;
}

/**
 * A backend: the least from which `open_log.ts` makes a `MessageLog`. One `commit` is under way at
 * a time; what it has may be read meanwhile.
 */
export interface Store extends Contents {
  /** How safely a resolved {@linkcode commit} is stored. */
  readonly durability: Durability;

  /**
   * Decides on the entries in the order given, each by what those before it have done, and stores them at the end of their rooms with what they
   * change: all of it or nothing. Each has its own time or else the one that `timeAfter` gives. Repeats, within the entries too, are found
   * first and not stored; an event with the nonce of one with another content is refused (see `fingerprint.ts`). Fields that the store does not
   * know are kept.
   *
   * @returns one result per entry, in their order.
   * @throws {StoreUnavailableError} if it is not known whether they are stored.
   */
  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]>;

  /**
   * Removes messages past retention: all but the newest `keep` of each room, and those of days before `day`, and what a room whose settings
   * say so keeps no longer, each with its reactions and its reports; all but the newest `CHANGES_KEPT` changes; and reports that are too old. Does a
   * bounded amount of work; `true` says that there is more to do.
   *
   * @param now absent: nothing goes because of the time
   */
  trim(keep: number, day: number, now?: Moment): Promise<boolean>;

  /** The time last written by {@linkcode writeTime}; undefined in a new store. */
  readTime(): Promise<StoreTime | undefined>;
  /** Keeps the store's time for the next server that opens it. */
  writeTime(time: StoreTime): Promise<void>;

  /**
   * Reports events that other processes append. `hint(room)` says "there may be more in this room", with the new
   * events and their epoch if they are at hand; `hint()` says it of every room. Hints may come too often, and must not be
   * forgotten. Absent if no other process can write to the store.
   */
  watch?(hint: Hint): void;
  /** The log follows a room until it cancels. A store with {@linkcode watch} gives hints for it, and one that forgets rooms keeps it. */
  follow?(room: string): Cancel;

  /** Releases files, sockets and timers. */
  close(): Promise<void>;
}

/** See {@linkcode Store.watch}. */
export type Hint = (room?: string, events?: StoredEvent[], epoch?: string) => void;

/** The store cannot be opened. Its message says which one and why, for the person who started the service. */
export class StoreOpenError extends Error {
  /** The error's name. */
  override name = "StoreOpenError";
}

/** Another process is serving the store. */
export class StoreInUseError extends StoreOpenError {}
