/**
 * What processes that share a store hold, as simply as it can be kept, and no more than a store must tell: for tests, under their own clock.
 *
 * @module
 */

import { LEASE_MS, LEASES_KEPT_MS } from "../../chat/log/bounds.ts";
import type { HeldLease, Holding, Lease, Leases } from "../../chat/log/leases.ts";

interface Row {
  lease: HeldLease;
  changedAt: number;
  /** When its grace ends. */
  until: number;
}

export class SharedLeases {
  readonly #now: () => number;
  /** Until when each process holds, and how often it has renewed that. */
  readonly #holders = new Map<string, { until: number; renewals: number }>();
  readonly #rows = new Map<string, Row>();
  /** How often anything was renewed. */
  renewals = 0;

  /** @param now in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** As `Leases.renew`. */
  renew(holder: string, changes: readonly Lease[], isFirst: boolean): number | undefined {
    this.renewals++;
    const now = this.#now();
    if (isFirst && this.#holders.has(holder)) throw new Error("this name is used up");
    if (!isFirst && !this.#isHolding(holder)) return undefined;
    const renewals = (this.#holders.get(holder)?.renewals ?? 0) + 1;
    this.#holders.set(holder, { until: now + LEASE_MS, renewals });
    for (const { leftMs, ...lease } of changes) {
      const until = leftMs === undefined ? Infinity : now + leftMs;
      this.#rows.set(JSON.stringify([holder, lease.room, lease.id]), {
        lease: { ...lease, holder },
        changedAt: now,
        until,
      });
    }
    for (const [key, { until }] of this.#rows) if (until + LEASES_KEPT_MS < now) this.#rows.delete(key);
    return renewals;
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
  since(holder: string, since: number): { changes: HeldLease[]; held: Map<string, Holding>; now: number } {
    const now = this.#now();
    const changes = this.#ofOthers(holder).filter(({ changedAt }) => changedAt >= since).map((row) => this.#told(row));
    const others = [...this.#holders].filter(([name]) => name !== holder && this.#isHolding(name));
    const held = new Map(others.map(([name, { until, renewals }]) => [name, { leftMs: until - now, renewals }]));
    return { changes, held, now };
  }

  #isHolding(holder: string): boolean {
    return (this.#holders.get(holder)?.until ?? -Infinity) > this.#now();
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
      const { changes, held, now } = await ask(() => shared.since(holder, since));
      since = now;
      take(changes);
      return held;
    },
  };
}
