/**
 * Rates that several connections share: those of a person, of an address, of a room. A connection's own rates are in `socket/rate_limiter.ts`.
 *
 * An id that anybody may use has no rate of its own: strangers could take it, and use up the rate of those who have it.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Stalls } from "../base/loop_lag.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import * as limits from "../limits.ts";
import { QUOTA_BUCKETS, QUOTA_LOOKS } from "./bounds.ts";

/** What one address may do; 0: anything. */
export interface AddressBounds {
  connections: number;
  connectsPerS: number;
  roomsPerMin: number;
}

const ADDRESS_BOUNDS: AddressBounds = {
  connections: limits.ADDRESS_CONNECTIONS,
  connectsPerS: limits.ADDRESS_CONNECTS_PER_S,
  roomsPerMin: limits.ADDRESS_ROOMS_PER_MIN,
};

export class Quota {
  readonly #clock: Clock;
  readonly #stalls: Stalls;
  readonly #bounds: AddressBounds;
  readonly #buckets = new Map<string, TokenBucket>();
  /** Sockets by network: no more than the process has. */
  readonly #held = new Map<string, number>();

  constructor(clock: Clock, stalls: Stalls, bounds: AddressBounds = ADDRESS_BOUNDS) {
    this.#clock = clock;
    this.#stalls = stalls;
    this.#bounds = bounds;
  }

  /**
   * Takes the share of a new connection.
   *
   * @param network the address that is counted, see `networkOf`; undefined: none is
   * @returns 0, or after how many milliseconds to try again
   */
  connectMs(network: string | undefined): number {
    if (network === undefined) return 0;
    const { connections, connectsPerS } = this.#bounds;
    if (connections > 0 && (this.#held.get(network) ?? 0) >= connections) return limits.ADDRESS_FULL_RETRY_MS;
    return this.#take(`connect ${network}`, connectsPerS * limits.ADDRESS_CONNECT_BURST_S, connectsPerS);
  }

  /** Takes the share of a room in which nobody ever wrote. @returns as {@linkcode connectMs} */
  newRoomMs(network: string | undefined): number {
    if (network === undefined) return 0;
    const { roomsPerMin } = this.#bounds;
    return this.#take(`rooms ${network}`, roomsPerMin, roomsPerMin / 60);
  }

  /** Takes an id's share of invitations. @returns as {@linkcode connectMs} */
  inviteMs(id: string): number {
    return this.#take(`invite ${id}`, limits.INVITES_PER_HOUR, limits.INVITES_PER_HOUR / 3600);
  }

  /** Takes the share of a report. @returns as {@linkcode connectMs} */
  reportMs(id: string, network: string | undefined): number {
    return this.#takeHourly("report", id, network, limits.REPORTS_PER_HOUR, limits.ADDRESS_REPORTS_PER_HOUR);
  }

  /** Takes the share of a room of two people that somebody begins. @returns as {@linkcode connectMs} */
  directMs(id: string, network: string | undefined): number {
    return this.#takeHourly("direct", id, network, limits.DIRECT_PER_HOUR, limits.ADDRESS_DIRECT_PER_HOUR);
  }

  /** Takes the share of somebody who is made a member of a room by another one. @returns as {@linkcode connectMs} */
  memberMs(id: string, network: string | undefined): number {
    return this.#takeHourly("member", id, network, limits.MEMBERS_PER_HOUR, limits.ADDRESS_MEMBERS_PER_HOUR);
  }

  /** Takes the share of being told of a place in a room. @returns as {@linkcode connectMs} */
  placeMs(id: string): number {
    return this.#take(`place ${id}`, limits.PLACES_TOLD_PER_MIN, limits.PLACES_TOLD_PER_MIN / 60);
  }

  /** Takes the share of a search through the whole store for one id. @returns as {@linkcode connectMs} */
  eraseMs(id: string, network: string | undefined): number {
    return this.#takeHourly("erase", id, network, limits.ERASES_PER_HOUR, limits.ERASES_PER_HOUR);
  }

  /** Takes the share of calling an id back. @returns as {@linkcode connectMs} */
  revokeMs(id: string, network: string | undefined): number {
    return this.#takeHourly("revoke", id, network, limits.REVOKES_PER_HOUR, limits.REVOKES_PER_HOUR);
  }

  /** How many buckets are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Counts a socket of an address, until it is let go. */
  hold(network: string | undefined): void {
    if (network !== undefined) this.#held.set(network, (this.#held.get(network) ?? 0) + 1);
  }

  letGo(network: string | undefined): void {
    if (network === undefined) return;
    const rest = this.#held.get(network)! - 1;
    if (rest > 0) this.#held.set(network, rest);
    else this.#held.delete(network);
  }

  /** The rate of everything that a person sends, by an id that is proven. */
  ofId(id: string): TokenBucket {
    return this.#bucket(`id ${id}`, limits.ID_COMMAND_BURST, limits.COMMANDS_PER_S);
  }

  /** One of the rates that a connection has for itself, of somebody who has none. @param who its id, if that is proven, or its network */
  ofVisitor(who: string, what: string, burst: number, perSecond: number): TokenBucket {
    return this.#bucket(`${what} ${who}`, burst, perSecond);
  }

  /** The rate of everything that is said in a room. */
  ofRoom(room: string): TokenBucket {
    return this.#bucket(`room ${room}`, limits.ROOM_EVENT_BURST, limits.ROOM_EVENTS_PER_S);
  }

  /** Takes the shares of an id and of its address, since new ids are free: as many at once as in an hour. */
  #takeHourly(what: string, id: string, network: string | undefined, ofId: number, ofNetwork: number): number {
    const bucket = (key: string, most: number) => this.#bucket(`${what} ${key}`, most, most / 3600);
    const buckets = [bucket(id, ofId), ...network === undefined ? [] : [bucket(network, ofNetwork)]];
    const waitMs = Math.max(...buckets.map((one) => one.waitMs(1)));
    // Somebody who is refused loses nothing by it: one who comes again when it was told to is let in.
    if (waitMs === 0) { for (const one of buckets) one.spend(1); }
    return waitMs;
  }

  #take(key: string, burst: number, perSecond: number): number {
    return perSecond === 0 ? 0 : this.#bucket(key, burst, perSecond).take(1);
  }

  #bucket(key: string, burst: number, perSecond: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= QUOTA_BUCKETS) this.#makeRoom();
    const bucket = new TokenBucket(this.#clock, burst, perSecond, this.#stalls);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Forgets buckets that are full, as new ones are. Only if too many are in use at once, one that is not. */
  #makeRoom(): void {
    let looks = 0;
    for (const [key, bucket] of this.#buckets) {
      this.#buckets.delete(key);
      if (bucket.full) return;
      // One in use comes last: others are looked at first the next time.
      if (++looks === QUOTA_LOOKS) return;
      this.#buckets.set(key, bucket);
    }
  }
}
