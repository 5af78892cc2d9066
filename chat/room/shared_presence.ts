/**
 * What this process knows of the members that other processes of the same store have, and they of its own. Each holds its own members by leases, for a
 * short time and again and again; so those of a process that was killed are gone when that time is over. Signals tell the same at once, where
 * they arrive.
 *
 * Nothing happens here for a message, and nothing at all where a store has no leases.
 *
 * @module
 */

import { type Clock, Timer } from "../base/clock.ts";
import { sweep } from "../base/sweep.ts";
import * as bounds from "../log/bounds.ts";
import { type Incident, incident } from "../log/incident.ts";
import type { HeldLease, Lease, Leases } from "../log/leases.ts";
import { StoreUnavailableError } from "../log/message_log.ts";
import type { Signal, Signals } from "../log/signals.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import type { Sharing } from "./parts.ts";
import type { Presence } from "./presence.ts";

export interface SharedPresenceParts {
  readonly leases: Leases;
  readonly signals: Signals | undefined;
  readonly clock: Clock;
  /** Called when a bug shows; and when the store has failed for long, and no longer does. */
  readonly report: ReportTrouble;
  /** The rooms that are open in this process, by name. */
  readonly rooms: ReadonlyMap<string, { readonly presence: Presence }>;
}

/** A change of what is held here. */
interface Change extends Lease {
  /** When its grace ends, by the clock's `elapsed()`. */
  due?: number;
}

export class SharedPresence implements Sharing {
  readonly #parts: SharedPresenceParts;
  /** The name under which this process holds its members, or is about to. */
  #holder: string | undefined;
  #renewedAt = -Infinity;
  #readAt = -Infinity;
  /** When the others' changes are to be read again. */
  #readDue = -Infinity;
  /** What is to be stored, by room and id. As much as changes within `LEASE_MS`: if nothing can be stored for so long, all is held anew. */
  readonly #changes = new Map<string, Change>();
  /** Rooms of which it is not known who is there elsewhere. No more than are open. */
  readonly #unread = new Set<string>();
  /** The other processes of which anything is known, and how many of their renewals were read. */
  readonly #others = new Map<string, number>();
  #signals: Signal[] = [];
  readonly #exchange: Timer;
  readonly #sending: Timer;
  /** When the next exchange is due. */
  #due = Infinity;
  #isExchanging = false;
  readonly #trouble: Incident;
  /** Since when the store has failed, by the clock's `elapsed()`. */
  #failsSince: number | undefined;
  #isStopped = false;

  constructor(parts: SharedPresenceParts) {
    this.#parts = parts;
    this.#exchange = new Timer(parts.clock);
    this.#sending = new Timer(parts.clock);
    this.#trouble = incident(
      parts.report,
      "Who is in the rooms cannot be shared with other servers: each shows its own members",
      "Who is in the rooms is shared with other servers again",
    );
    parts.signals?.hear((signal) => this.#hear(signal));
  }

  /** A room is opened here: who is there elsewhere is to be read. */
  opened(room: string): void {
    this.#unread.add(room);
    this.#exchangeWithin(bounds.LEASE_GATHER_MS);
  }

  tell(lease: Lease): void {
    // Until then all is told that there is.
    if (this.#holder === undefined) return;
    const { leftMs } = lease;
    const due = leftMs === undefined ? undefined : this.#parts.clock.elapsed() + leftMs;
    this.#changes.set(keyOf(lease), { ...lease, due });
    this.#exchangeWithin(bounds.LEASE_GATHER_MS);
  }

  tellTyping(room: string, id: string): void {
    this.#signal({ type: "typing", room, id });
  }

  stop(): void {
    this.#isStopped = true;
    this.#exchange.stop();
    this.#sending.stop();
  }

  #signal(signal: Signal): void {
    const { signals } = this.#parts;
    if (signals === undefined || this.#isStopped || this.#signals.length >= bounds.SIGNALS_WAITING) return;
    this.#signals.push(signal);
    this.#sending.set(bounds.SIGNAL_GATHER_MS, () => {
      const gathered = this.#signals;
      this.#signals = [];
      signals.send(gathered);
    });
  }

  #hear(signal: Signal): void {
    if (signal.type === "typing") this.#parts.rooms.get(signal.room)?.presence.hearTyping(signal.id);
    else if (signal.renewal > (this.#others.get(signal.lease.holder) ?? 0)) this.#take([signal.lease]);
  }

  #take(leases: readonly HeldLease[]): void {
    for (const lease of leases) {
      if (lease.holder === this.#holder) continue;
      if (!this.#others.has(lease.holder)) this.#others.set(lease.holder, 0);
      this.#parts.rooms.get(lease.room)?.presence.hear(lease);
    }
  }

  /** Has the next exchange come no later than that. */
  #exchangeWithin(ms: number): void {
    const due = this.#parts.clock.elapsed() + ms;
    if (due >= this.#due || this.#isStopped) return;
    this.#due = due;
    if (this.#isExchanging) return;
    this.#exchange.stop();
    this.#exchange.set(ms, () => this.#run());
  }

  async #run(): Promise<void> {
    const { clock, report } = this.#parts;
    this.#due = Infinity;
    this.#isExchanging = true;
    let isDone = false;
    try {
      await this.#renew();
      if (clock.elapsed() >= this.#readDue) await this.#readChanges();
      if (this.#unread.size > 0) await this.#readRooms();
      isDone = true;
      this.#failsSince = undefined;
      this.#trouble.end();
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.#failed(error);
      else report("Who is in the rooms cannot be shared", error);
    }
    this.#isExchanging = false;
    const waitMs = this.#due - clock.elapsed();
    this.#due = Infinity;
    this.#exchangeWithin(Math.max(waitMs, 0));
    this.#exchangeWithin(bounds.LEASE_RENEW_MS);
    if (isDone) this.#exchangeWithin(Math.max(this.#readDue - clock.elapsed(), 0));
  }

  /** A shorter failure is over by itself, and what failed with it is told elsewhere: a database that is started anew, for instance. */
  #failed(cause: StoreUnavailableError): void {
    const now = this.#parts.clock.elapsed();
    this.#failsSince ??= now;
    if (!this.#isStopped && now - this.#failsSince > bounds.LEASES_KEPT_MS) this.#trouble.begin(cause);
  }

  /** Goes on holding what is here. */
  async #renew(): Promise<void> {
    const { clock, leases } = this.#parts;
    if (clock.elapsed() - this.#renewedAt > bounds.LEASE_MS) await this.#beginAnew();
    do {
      const now = clock.elapsed();
      const taken = this.#takeChanges();
      const changes = taken.map((change) => leaseOf(change, now));
      const holder = this.#holder!;
      let renewal: number | undefined;
      try {
        renewal = await leases.renew(holder, changes, this.#renewedAt === -Infinity);
        this.#renewedAt = renewal === undefined ? -Infinity : now;
      } catch (error) {
        // What has changed since is newer.
        for (const change of taken) if (!this.#changes.has(keyOf(change))) this.#changes.set(keyOf(change), change);
        throw error;
      }
      if (renewal === undefined) await this.#beginAnew();
      // Not earlier: the others would find that nobody holds it.
      else for (const lease of changes) this.#signal({ type: "lease", lease: { ...lease, holder }, renewal });
    } while (this.#changes.size > 0 || this.#renewedAt === -Infinity);
  }

  /** Takes another name, under which all is told: what is held under the one before ends by itself. */
  async #beginAnew(): Promise<void> {
    const { clock, rooms } = this.#parts;
    this.#holder = crypto.randomUUID();
    this.#renewedAt = -Infinity;
    this.#changes.clear();
    await sweep(clock, rooms.values(), ({ presence }) => {
      for (const lease of presence.leases()) this.#changes.set(keyOf(lease), lease);
    });
  }

  #takeChanges(): Change[] {
    const taken: Change[] = [];
    for (const [key, change] of this.#changes) {
      if (taken.length === bounds.LEASES_AT_ONCE) break;
      taken.push(change);
      this.#changes.delete(key);
    }
    return taken;
  }

  async #readChanges(): Promise<void> {
    const { clock, leases, rooms } = this.#parts;
    const began = clock.elapsed();
    const held = await leases.readChanges(this.#holder!, (changes) => this.#take(changes));
    if (began - this.#readAt > bounds.LEASES_KEPT_MS) {
      // What was let go meanwhile nobody can say any more.
      for (const [room, { presence }] of rooms) {
        presence.lose(() => true);
        this.#unread.add(room);
      }
    }
    this.#readAt = began;
    // One that was killed is looked for again when it is due, so that nobody waits for the next look as well.
    const soonestMs = Math.min(bounds.LEASE_RENEW_MS, ...Array.from(held.values(), ({ leftMs }) => leftMs));
    this.#readDue = clock.elapsed() + Math.max(soonestMs, bounds.LEASE_GATHER_MS);
    const over = new Set([...this.#others.keys()].filter((holder) => !held.has(holder)));
    for (const holder of over) this.#others.delete(holder);
    for (const [holder, { renewals }] of held) this.#others.set(holder, renewals);
    if (over.size === 0) return;
    await sweep(clock, rooms.values(), ({ presence }) => presence.lose((holder) => over.has(holder)));
  }

  async #readRooms(): Promise<void> {
    const { leases, rooms } = this.#parts;
    const asked = [...this.#unread].filter((room) => rooms.has(room));
    this.#unread.clear();
    try {
      await leases.readRooms(this.#holder!, asked, (held) => this.#take(held));
    } catch (error) {
      for (const room of asked) this.#unread.add(room);
      throw error;
    }
  }
}

function keyOf({ room, id }: Lease): string {
  // No room has a space in its name.
  return `${room} ${id}`;
}

function leaseOf({ due, ...lease }: Change, now: number): Lease {
  return due === undefined ? lease : { ...lease, leftMs: Math.max(due - now, 0) };
}
