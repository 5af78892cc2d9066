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
  /** The client's last wait for it. */
  wait?: Wait;
}

interface Wait {
  /** When the client was first told of it. */
  toldAt: number;
  until: number;
  /** Refusals since then that had not reached the client. */
  unheard: number;
}

/** The rates that a connection has for itself. */
const OWN = {
  commands: {
    burst: limits.COMMAND_BURST,
    perSecond: limits.COMMANDS_PER_S,
    message: `Too many commands: at most ${limits.COMMANDS_PER_S} a second`,
  },
  bytes: {
    burst: limits.INBOUND_BURST_BYTES,
    perSecond: limits.INBOUND_BYTES_PER_S,
    message: `Too much at once: at most ${limits.INBOUND_BYTES_PER_S / 1024} KiB a second`,
  },
  reads: {
    burst: limits.READ_BURST,
    perSecond: limits.READS_PER_S,
    message: `Too much to read: at most ${limits.READS_PER_S} reads a second, see "limits" in "welcome"`,
  },
  renames: {
    burst: limits.RENAME_BURST,
    perSecond: 1000 / limits.RENAME_MS,
    message: `Too many names: at most one in ${limits.RENAME_MS / 1000} seconds`,
  },
};

const ID_TOO_FAST = `Too many commands of one id: at most ${limits.COMMANDS_PER_S} a second over all its connections`;
const ROOM_TOO_FAST = `Too much is going on in the room: at most ${limits.ROOM_EVENTS_PER_S} messages a second`;

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
  readonly #stalls: Stalls;
  readonly #sharing: Sharing | undefined;
  /** Its own rates. Most connections do not change their name, and get no strike: what is for that is made when it first counts. */
  readonly #own: Partial<Record<keyof typeof OWN, Rate>> = {};
  #strikes: TokenBucket | undefined;
  #ofId: Rate | undefined;
  /** That of the room that was spoken in last. */
  #ofRoom: { room: string; rate: Rate } | undefined;
  /** Requests refused since `#refusedSince`. */
  #refused = 0;
  #refusedSince = -Infinity;

  /** @param sharing undefined lets any rate pass; strikes for bad commands still count */
  constructor(clock: Clock, stalls: Stalls, sharing: Sharing | undefined) {
    this.#clock = clock;
    this.#stalls = stalls;
    this.#sharing = sharing;
    // These count for everything, and so does time in which the event loop stands still before anything is sent.
    this.#rate("commands");
    this.#rate("bytes");
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
    let [retryAfterMs, slowest] = [0, this.#rate("commands")];
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
    this.#strikes ??= new TokenBucket(this.#clock, limits.STRIKES - 1, limits.STRIKES_FORGIVEN_PER_S);
    return this.#strikes.take(1) > 0;
  }

  #rate(what: keyof typeof OWN): Rate {
    return this.#own[what] ??= this.#makeRate(what);
  }

  #makeRate(what: keyof typeof OWN): Rate {
    const { burst, perSecond, message } = OWN[what];
    const kept = this.#sharing?.visitor && this.#sharing.quota.ofVisitor(this.#sharing.visitor, what, burst, perSecond);
    return { bucket: kept || new TokenBucket(this.#clock, burst, perSecond, this.#stalls), message };
  }

  #prices({ bytes, request }: Input): [Rate, number][] {
    const prices: [Rate, number][] = [[this.#rate("commands"), 1], [this.#rate("bytes"), bytes]];
    const reads = request === undefined ? 0 : priceOfReading(request);
    if (reads > 0) prices.push([this.#rate("reads"), reads]);
    if (request?.type === "rename") prices.push([this.#rate("renames"), 1]);
    if (this.#sharing !== undefined) this.#addShared(this.#sharing, request, prices);
    return prices;
  }

  #addShared({ quota, session }: Sharing, request: ChatRequest | undefined, prices: [Rate, number][]): void {
    if (session.greeted && session.proven) {
      prices.push([this.#ofId ??= { bucket: quota.ofId(session.id), message: ID_TOO_FAST }, 1]);
    }
    // Nobody uses up the rate of a room that they are not in.
    if (request === undefined || !EVENTS.has(request.type)) return;
    const { room } = request as { room: string };
    if (!session.rooms.has(room)) return;
    if (this.#ofRoom?.room !== room) {
      this.#ofRoom = { room, rate: { bucket: quota.ofRoom(room), message: ROOM_TOO_FAST } };
    }
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
    const until = now + retryAfterMs;
    if (rate.wait === undefined || now >= rate.wait.until) rate.wait = { toldAt: now, until, unheard: 0 };
    const { wait } = rate;
    wait.until = Math.max(wait.until, until);
    return now - wait.toldAt > limits.REFUSAL_HEARD_MS || ++wait.unheard > limits.UNHEARD_REFUSALS;
  }
}
