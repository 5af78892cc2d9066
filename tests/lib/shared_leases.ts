/**
 * What processes that share a store hold, as simply as it can be kept, and no more than a store must tell: for tests, under their own clock.
 *
 * @module
 */

import { LEASE_MS, LEASES_KEPT_MS } from "../../chat/log/bounds.ts";
import type { HeldLease, Lease, Leases } from "../../chat/log/leases.ts";

interface Row {
  lease: HeldLease;
  changedAt: number;
  /** When its grace ends. */
  until: number;
}

export class SharedLeases {
  readonly #now: () => number;
  /** Until when each process holds. */
  readonly #holders = new Map<string, number>();
  readonly #rows = new Map<string, Row>();
  /** How often anything was renewed. */
  renewals = 0;

  /** @param now in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** As `Leases.renew`. */
  renew(holder: string, changes: readonly Lease[], isFirst: boolean): boolean {
    this.renewals++;
    const now = this.#now();
    if (isFirst && this.#holders.has(holder)) throw new Error("this name is used up");
    if (!isFirst && !this.#isHolding(holder)) return false;
    this.#holders.set(holder, now + LEASE_MS);
    for (const { leftMs, ...lease } of changes) {
      const until = leftMs === undefined ? Infinity : now + leftMs;
      this.#rows.set(JSON.stringify([holder, lease.room, lease.id]), {
        lease: { ...lease, holder },
        changedAt: now,
        until,
      });
    }
    for (const [key, { until }] of this.#rows) if (until + LEASES_KEPT_MS < now) this.#rows.delete(key);
    return true;
  }

  /** What others hold in these rooms. */
  inRooms(holder: string, rooms: readonly string[]): HeldLease[] {
    return this.#ofOthers(holder).filter(({ lease }) => rooms.includes(lease.room)).map((row) => this.#told(row));
  }

  /** How many are in a room. */
  count(room: string): number {
    const here = this.#ofOthers("").filter(({ lease, until }) => lease.room === room && until > this.#now());
    return new Set(here.map(({ lease }) => lease.id)).size;
  }

  /** What others have changed since then, and what each process has left. */
  since(holder: string, since: number): { changes: HeldLease[]; left: Map<string, number>; now: number } {
    const now = this.#now();
    const changes = this.#ofOthers(holder).filter(({ changedAt }) => changedAt >= since).map((row) => this.#told(row));
    const others = [...this.#holders].filter(([name]) => name !== holder && this.#isHolding(name));
    return { changes, left: new Map(others.map(([name, until]) => [name, until - now])), now };
  }

  #isHolding(holder: string): boolean {
    return (this.#holders.get(holder) ?? -Infinity) > this.#now();
  }

  #ofOthers(holder: string): Row[] {
    return [...this.#rows.values()].filter(({ lease }) => lease.holder !== holder && this.#isHolding(lease.holder));
  }

  #told({ lease, until }: Row): HeldLease {
    return until === Infinity ? lease : { ...lease, leftMs: Math.max(until - this.#now(), 0) };
  }
}

/** One process's way to what all share. @param ask carries a question there, and its answer back */
export function leasesBy(shared: SharedLeases, ask: <T>(work: () => T) => Promise<T>): Leases {
  let since = Infinity;
  return {
    renew: (holder, changes, isFirst) => ask(() => shared.renew(holder, changes, isFirst)),
    count: (rooms) => ask(() => new Map(rooms.map((room) => [room, shared.count(room)]))),
    readRooms: async (holder, rooms, take) => take(await ask(() => shared.inRooms(holder, rooms))),
    async readChanges(holder, take) {
      const { changes, left, now } = await ask(() => shared.since(holder, since));
      since = now;
      take(changes);
      return left;
    },
  };
}
