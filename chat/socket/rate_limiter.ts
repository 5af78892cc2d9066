/**
 * Limits what one connection sends, by its cost: each command takes a token, and those that read the log or make work for everybody
 * in the room also take tokens of a bucket of their own.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Stalls } from "../base/loop_lag.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import type { ChatRequest, Input } from "../dialect/dialect.ts";
import * as limits from "../limits.ts";
import type { Quota } from "../policy/quota.ts";
import type { Session } from "../policy/session.ts";

/** Why a request may not pass now. */
export interface TooFast {
  retryAfterMs: number;
  /** The rate that was exceeded, for the developer who reads it. */
  message: string;
  /** Whether the connection has gone on too often although it was told to wait. */
  persists: boolean;
}

interface Rate {
  bucket: TokenBucket;
  /** What a client over it is told. */
  message: string;
  /** When the client was first told to wait for it, in the present wait. */
  toldAt: number;
  waitsUntil: number;
  /** Refusals since then that had not reached the client. */
  unheard: number;
}

const ID_TOO_FAST = `Too many commands of one id: at most ${limits.COMMANDS_PER_S} a second over all its connections`;
const ROOM_TOO_FAST = `Too much is going on in the room: at most ${limits.ROOM_EVENTS_PER_S} messages a second`;

function rateOf(bucket: TokenBucket, message: string): Rate {
  return { bucket, message, toldAt: -Infinity, waitsUntil: -Infinity, unheard: 0 };
}

function priceOfReading(request: ChatRequest): number {
  switch (request.type) {
    case "join":
      return request.after === undefined ? limits.READ_PRICES.join : limits.READ_PRICES.resume;
    case "history":
    case "reactors":
    case "rooms":
      return limits.READ_PRICES[request.type];
    case "report":
    case "reports":
    case "pin":
      return limits.READ_PRICES.history;
    case "audit":
    case "destroy":
    case "purge":
      return limits.READ_PRICES.resume;
    default:
      return 0;
  }
}

/** What counts towards the rate of a room. Changes of the room itself do not: moderators must get through while others use it up. */
const EVENTS: ReadonlySet<ChatRequest["type"]> = new Set(["publish", "edit", "delete", "react"]);

/** The rates that connections share, and the client that has part in them. */
export interface Sharing {
  quota: Quota;
  session: Session;
  /** One that comes anew for each request, by what it is known again: then its own rates are kept by the quota. */
  visitor?: string;
}

export class RateLimiter {
  readonly #clock: Clock;
  readonly #commands: Rate;
  readonly #bytes: Rate;
  readonly #reads: Rate;
  readonly #renames: Rate;
  readonly #strikes: TokenBucket;
  readonly #sharing: Sharing | undefined;
  #ofId: Rate | undefined;
  /** That of the room that was spoken in last. */
  #ofRoom: { room: string; rate: Rate } | undefined;
  /** Requests refused since `#refusedSince`. */
  #refused = 0;
  #refusedSince = -Infinity;

  /** @param sharing undefined lets any rate pass; strikes for bad commands still count */
  constructor(clock: Clock, stalls: Stalls, sharing: Sharing | undefined) {
    this.#clock = clock;
    this.#sharing = sharing;
    const rate = (what: string, burst: number, perSecond: number, message: string): Rate => {
      const kept = sharing?.visitor && sharing.quota.ofVisitor(sharing.visitor, what, burst, perSecond);
      return rateOf(kept || new TokenBucket(clock, burst, perSecond, stalls), message);
    };
    this.#commands = rate(
      "commands",
      limits.COMMAND_BURST,
      limits.COMMANDS_PER_S,
      `Too many commands: at most ${limits.COMMANDS_PER_S} a second`,
    );
    this.#bytes = rate(
      "bytes",
      limits.INBOUND_BURST_BYTES,
      limits.INBOUND_BYTES_PER_S,
      `Too much at once: at most ${limits.INBOUND_BYTES_PER_S / 1024} KiB a second`,
    );
    this.#reads = rate(
      "reads",
      limits.READ_BURST,
      limits.READS_PER_S,
      `Too much to read: at most ${limits.READS_PER_S} reads a second, see "limits" in "welcome"`,
    );
    this.#renames = rate(
      "renames",
      limits.RENAME_BURST,
      1000 / limits.RENAME_MS,
      `Too many names: at most one in ${limits.RENAME_MS / 1000} seconds`,
    );
    this.#strikes = new TokenBucket(clock, limits.STRIKES - 1, limits.STRIKES_FORGIVEN_PER_S);
  }

  /** How many requests were refused lately. */
  get refusedLately(): number {
    return this.#clock.elapsed() - this.#refusedSince < limits.REFUSED_LATELY_MS ? this.#refused : 0;
  }

  /** Takes a request's share of the rates. @returns 0 if it may pass now; else after how many milliseconds it may */
  takeOrWaitMs(input: Input): number {
    return this.#take(this.#prices(input));
  }

  /** Takes a request's share of the rates, or refuses it. @returns undefined if it may pass now */
  admit(input: Input): TooFast | undefined {
    const prices = this.#prices(input);
    if (this.#take(prices) === 0) return undefined;
    this.#refused = this.refusedLately + 1;
    if (this.#refused === 1) this.#refusedSince = this.#clock.elapsed();
    let [retryAfterMs, slowest] = [0, this.#commands];
    for (const [rate, price] of prices) {
      if (rate.bucket.waitMs(price) === 0) continue;
      const ms = rate.bucket.promise(price);
      if (ms > retryAfterMs) [retryAfterMs, slowest] = [ms, rate];
    }
    const persists = this.#goesOn(slowest, retryAfterMs) && this.strike();
    return { retryAfterMs, message: slowest.message, persists };
  }

  /** Counts a strike. @returns whether it was one too many */
  strike(): boolean {
    return this.#strikes.take(1) > 0;
  }

  #prices({ bytes, request }: Input): [Rate, number][] {
    const prices: [Rate, number][] = [[this.#commands, 1], [this.#bytes, bytes]];
    const reads = request === undefined ? 0 : priceOfReading(request);
    if (reads > 0) prices.push([this.#reads, reads]);
    if (request?.type === "rename") prices.push([this.#renames, 1]);
    if (this.#sharing !== undefined) this.#addShared(this.#sharing, request, prices);
    return prices;
  }

  #addShared({ quota, session }: Sharing, request: ChatRequest | undefined, prices: [Rate, number][]): void {
    if (session.greeted && session.proven) {
      prices.push([this.#ofId ??= rateOf(quota.ofId(session.id), ID_TOO_FAST), 1]);
    }
    // Nobody uses up the rate of a room that they are not in.
    if (request === undefined || !EVENTS.has(request.type)) return;
    const { room } = request as { room: string };
    if (!session.rooms.has(room)) return;
    if (this.#ofRoom?.room !== room) this.#ofRoom = { room, rate: rateOf(quota.ofRoom(room), ROOM_TOO_FAST) };
    prices.push([this.#ofRoom.rate, 1]);
  }

  /** Takes from all buckets, or from none. */
  #take(prices: [Rate, number][]): number {
    if (this.#sharing === undefined) return 0;
    let longestMs = 0;
    for (const [{ bucket }, price] of prices) longestMs = Math.max(longestMs, bucket.waitMs(price));
    if (longestMs === 0) { for (const [{ bucket }, price] of prices) bucket.spend(price); }
    return longestMs;
  }

  /**
   * Whether a refused client goes on although it was told to wait for this rate. It is not blamed for requests sent before the refusal reached it,
   * up to a number that a flood reaches at once: `chat/protocol.md`, "Limits".
   */
  #goesOn(rate: Rate, retryAfterMs: number): boolean {
    const now = this.#clock.elapsed();
    if (now >= rate.waitsUntil) {
      rate.toldAt = now;
      rate.unheard = 0;
    }
    rate.waitsUntil = Math.max(rate.waitsUntil, now + retryAfterMs);
    return now - rate.toldAt > limits.REFUSAL_HEARD_MS || ++rate.unheard > limits.UNHEARD_REFUSALS;
  }
}
