/**
 * The members of the rooms, on each of the processes that share a store. What a process knows of that ends with the process: so it only holds it, for
 * a short time and again and again, under a name of its own; and what nobody holds any more is over.
 *
 * @module
 */

/** Somebody who is in a room on one process. */
export interface Lease {
  /** The room. */
  room: string;
  /** The member. */
  id: string;
  /** The name that this process shows. */
  name: string;
  /** Since when it does, by its clock, in milliseconds since the epoch: of several names for one id that says which counts. */
  atMs: number;
  /** It has no connection there any more, and is in the room for so many milliseconds yet. Absent: it stays. */
  leftMs?: number;
}

/** A lease, and the process that has it. */
export interface HeldLease extends Lease {
  /** The name under which that process holds. */
  holder: string;
}

/** What a process holds. */
export interface Holding {
  /** For how many milliseconds it does, unless it renews that. */
  leftMs: number;
  /** How often it has renewed that so far. */
  renewals: number;
}

/** The leases of all processes that share a store. All throw `StoreUnavailableError`. */
export interface Leases {
  /**
   * Goes on holding what this process holds for another `LEASE_MS`, which costs the same however much it is, and changes some of it.
   *
   * @param changes at most `LEASES_AT_ONCE`, each room and id once
   * @param isFirst the process begins to hold under this name
   * @returns how often that was done under this name; undefined if `LEASE_MS` had passed: then nothing is held any more, was not changed either, and
   * the name is used up
   */
  renew(holder: string, changes: readonly Lease[], isFirst: boolean): Promise<number | undefined>;

  /** Counts the ids that are in each of these rooms, on any process. Rooms without any are left out. */
  count(rooms: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /** Reads everything that other processes hold in some rooms. @param take called for a part of it at a time */
  readRooms(holder: string, rooms: readonly string[], take: (leases: HeldLease[]) => void): Promise<void>;

  /**
   * Reads what other processes hold, or have let go, since the last call that succeeded, if that was no longer ago than `LEASES_KEPT_MS`. May tell
   * more, and twice.
   *
   * @param take called for a part of it at a time
   * @returns every other process that holds now: the changes of all of its `renewals` so far were told
   */
  readChanges(holder: string, take: (leases: HeldLease[]) => void): Promise<ReadonlyMap<string, Holding>>;
}
