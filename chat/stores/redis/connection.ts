/**
 * The way to a Redis server: found, lost and found again, and what it is set up to keep.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { ROOMS_OPEN } from "../../limits.ts";
import { STORE_OPEN_MS } from "../bounds.ts";
import { REDIS_RECONNECT_MS, REDIS_SILENCE_MS } from "./bounds.ts";
import { type Durability, type ReportTrouble, StoreOpenError, StoreUnavailableError } from "../../log/message_log.ts";
import { createRedisClient, type RedisClient } from "./client.ts";

/** How long to wait before a server is asked again how it is set up, in milliseconds. */
const INSPECT_AGAIN_MS = 50;

/** Where a server is, read from a store's name. */
export interface RedisAddress {
  /** For the client: with the password, if there is one. */
  url: string;
  /** What the names of keys and channels begin with. */
  prefix: string;
  /** For people: without the password. */
  shown: string;
}

/**
 * Reads `redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME]`, or the same with `rediss` for TLS.
 *
 * @throws {StoreOpenError} if it is something else
 */
export function parseRedisAddress(name: string): RedisAddress {
  const url = URL.parse(name);
  const prefix = url?.searchParams.get("prefix") ?? "switchboard";
  if (url === null || !/^rediss?:$/.test(url.protocol) || !/^[\w.-]{1,64}$/.test(prefix)) {
    throw new StoreOpenError(
      "Cannot open the store: a Redis store must be written redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME], " +
        "with a prefix of letters, digits and . _ -",
    );
  }
  url.search = "";
  return { url: url.href, prefix, shown: `${url.protocol}//${url.host}${url.pathname}` };
}

/** Connections to one server: one that asks, one that listens. */
export class RedisConnection {
  /** Called whenever either is back after it was lost: what was told meanwhile was not heard. */
  onReady: () => void = () => {};
  /** Called whenever the listening one is lost, before anything is heard by the next one. */
  onDeaf: () => void = () => {};
  readonly #client: RedisClient;
  readonly #listener: RedisClient;
  readonly #pause: Pause;
  readonly #shown: string;
  readonly #report: ReportTrouble;
  readonly #clock: Clock;
  readonly #digests = new Map<string, string>();
  #durability: Durability = "memory";
  /** Whether {@linkcode #durability} is that of the server that is connected now. */
  #isKnown = false;
  #lost: unknown;
  #closed = false;

  private constructor(
    clients: { client: RedisClient; listener: RedisClient; pause: Pause },
    address: RedisAddress,
    report: ReportTrouble,
    clock: Clock,
  ) {
    this.#client = clients.client;
    this.#listener = clients.listener;
    this.#pause = clients.pause;
    this.#shown = address.shown;
    this.#report = report;
    this.#clock = clock;
  }

  /**
   * Connects. Waits up to {@linkcode STORE_OPEN_MS} for a server that is not there yet, as when both are started together; one
   * that is lost later is waited for without end.
   *
   * @throws {StoreOpenError} if it does not answer in time, or may throw messages away.
   */
  static async open(address: RedisAddress, report: ReportTrouble, clock: Clock): Promise<RedisConnection> {
    const pause = new Pause();
    const client = await createRedisClient({
      url: address.url,
      disableOfflineQueue: true,
      // A server that is stopped or cut off without a word is given up after this silence; pings keep a sound one talking.
      pingInterval: REDIS_SILENCE_MS / 4,
      socket: {
        connectTimeout: REDIS_SILENCE_MS,
        socketTimeout: REDIS_SILENCE_MS,
        reconnectStrategy: (tries) => pause.begin(tries),
      },
    });
    const listener = client.duplicate({ disableOfflineQueue: false, commandsQueueMaxLength: ROOMS_OPEN });
    const connection = new RedisConnection({ client, listener, pause }, address, report, clock);
    try {
      await connection.#connect();
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Whether the server is there, and known for what it is. */
  get isReady(): boolean {
    return this.#isKnown && this.#client.isReady;
  }

  /** What Redis keeps of what it was told, as it is set up now. */
  get durability(): Durability {
    return this.#durability;
  }

  /**
   * Runs a script.
   *
   * @throws {StoreUnavailableError} if there is no answer: it may have run or not
   */
  evaluate(script: string, args: string[]): Promise<unknown> {
    return this.#ask(async () => {
      // It may have been set up anew: an acknowledgement must not claim what held before.
      if (!this.#isKnown) throw new Error("how it is set up is not known yet");
      const digest = this.#digests.get(script);
      if (digest !== undefined) {
        try {
          return await this.#client.evalSha(digest, { arguments: args });
        } catch (error) {
          // A Redis that was started again has forgotten it, and so has not run it.
          if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        }
      }
      const loaded = await this.#client.scriptLoad(script);
      this.#digests.set(script, loaded);
      return await this.#client.evalSha(loaded, { arguments: args });
    });
  }

  /** Begins to listen to a channel; resolves once every message from then on is heard. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    await this.#listener.subscribe(channel, listener);
  }
  unsubscribe(channel: string, listener: (message: string) => void): void {
    this.#listener.unsubscribe(channel, listener).catch(() => {});
  }

  /** Ends both connections. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const isWaiting = !this.#client.isReady || !this.#listener.isReady;
    for (const client of [this.#client, this.#listener]) if (client.isOpen) client.destroy();
    if (isWaiting) await this.#pause.end();
  }

  async #connect(): Promise<void> {
    this.#client.on("error", (error) => this.#onLost(error));
    this.#listener.on("error", () => this.onDeaf());
    const connected = Promise.all([this.#client.connect(), this.#listener.connect()]);
    const late = Promise.withResolvers<never>();
    // Whichever of the two comes second has nobody who listens.
    for (const promise of [connected, late.promise]) promise.catch(() => {});
    const cancel = this.#clock.after(STORE_OPEN_MS, () => late.reject(this.#lost ?? new Error("no answer")));
    try {
      const inspected = connected.then(() => this.#inspectAtLast());
      inspected.catch(() => {});
      await Promise.race([inspected, late.promise]);
    } catch (cause) {
      if (cause instanceof StoreOpenError) throw cause;
      throw new StoreOpenError(`Cannot open the store ${this.#shown}: ${reasonOf(cause)}`, { cause });
    } finally {
      cancel();
    }
    this.#lost = undefined;
    this.#client.on("ready", () => this.#onBack());
    this.#listener.on("ready", () => this.onReady());
  }

  /** As {@linkcode #inspect}, again and again while the server is loading its data or breaks off before it has answered. */
  async #inspectAtLast(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#inspect();
        this.#isKnown = true;
        return;
      } catch (error) {
        if (error instanceof StoreOpenError) throw error;
        await new Promise<void>((resolve) => void this.#clock.after(INSPECT_AGAIN_MS, resolve));
      }
    }
  }

  /** Learns how safe the server's keeping is, and refuses one that may evict messages to make room. */
  async #inspect(): Promise<void> {
    const info = await this.#client.info().catch(refusedIsUnknown);
    // While it loads its data it says that it keeps nothing.
    if (/^loading:1\r?$/m.test(info)) throw new Error("it is loading its data");
    const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(info)?.[1] ?? "";
    if (policy.startsWith("allkeys") && !/^maxmemory:0\r?$/m.test(info)) {
      throw new StoreOpenError(
        `Cannot open the store ${this.#shown}: Redis throws messages away when its memory is full ` +
          `(maxmemory-policy ${policy}): set it to noeviction`,
      );
    }
    if (!/^aof_enabled:1\r?$/m.test(info)) {
      this.#durability = "memory";
      return;
    }
    const config: Record<string, string> = await this.#client.configGet("appendfsync").catch(() => ({}));
    this.#durability = config.appendfsync === "always" ? "fsync" : "os";
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw new StoreUnavailableError(`Redis at ${this.#shown} did not answer as it should: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }

  #onLost(error: unknown): void {
    if (this.#closed) return;
    if (this.#lost === undefined) {
      this.#report(`Cannot reach Redis at ${this.#shown}: trying again until it answers`, error);
    }
    this.#lost = error;
  }

  async #onBack(): Promise<void> {
    this.#lost = undefined;
    this.#isKnown = false;
    this.#report(`Redis at ${this.#shown} answers again`);
    const before = this.#durability;
    try {
      await this.#inspectAtLast();
    } catch (error) {
      // To refuse a server that was fine so far would end every chat: the operator is told.
      this.#isKnown = true;
      this.#report(reasonOf(error));
    }
    if (before !== this.#durability) {
      this.#report(`Redis at ${this.#shown} was set up anew: durability was ${before} and is ${this.#durability}`);
    }
    this.onReady();
  }
}

/**
 * Of a server that does not let us ask, the worst is assumed. One that broke off is asked again: it must not pass for one
 * that keeps nothing.
 */
function refusedIsUnknown(error: unknown): string {
  if (error instanceof Error && /^(NOPERM|ERR) /.test(error.message)) return "";
  throw error;
}

function reasonOf(error: unknown): string {
  return error instanceof Error
    ? error.message || String((error as { code?: string }).code ?? error.name)
    : String(error);
}

/** The wait before the next attempt to reach Redis. The client cannot be told to end one, so who closes it sits it out. */
class Pause {
  #until = 0;

  /** @returns how long to wait, in milliseconds */
  begin(tries: number): number {
    const ms = Math.min(50 * 2 ** Math.min(tries, 10), REDIS_RECONNECT_MS) * (0.5 + Math.random() / 2);
    this.#until = Math.max(this.#until, performance.now() + ms);
    return ms;
  }

  /** Resolves once none is under way any more. */
  async end(): Promise<void> {
    const ms = this.#until - performance.now();
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms + 1));
  }
}
