/**
 * The log in Redis Streams: the store of several machines. Redis numbers the messages, so all processes share one order;
 * pub/sub tells the others of each commit, and a slow look at the rooms' heads makes up for hints that got lost.
 *
 * The durability is what Redis is set up for: an append-only file synced at every write is `fsync`, any other
 * append-only file `os`, none `memory`. Redis Cluster is not supported: the scripts need all keys in one place.
 *
 * @module
 */

import type { RedisClientType } from "@redis/client";
import { type Cancel, type Clock, systemClock } from "../clock.ts";
import {
  HEADS_POLL_MS,
  HEADS_POLL_ROOMS,
  HINT_BYTES,
  REDIS_RECONNECT_MS,
  REDIS_SILENCE_MS,
  ROOMS_OPEN,
  STORE_OPEN_MS,
  TRIM_MESSAGES,
} from "../limits.ts";
import { FollowedRooms } from "./followed_rooms.ts";
import {
  type Appended,
  type Durability,
  type Entry,
  type Hint,
  type Page,
  type Range,
  type ReportTrouble,
  type Store,
  type StoredMessage,
  StoreOpenError,
  StoreUnavailableError,
} from "./message_log.ts";
import { COMMIT, HEADS, READ, TRIM } from "./redis_scripts.ts";

/** How often, and how many times at most, Redis is asked whether it has written its file: it puts it off for 2 s at most. */
const AOF_LOOK_MS = 5;
const AOF_LOOKS = 1_000;

/** Rooms whose retention is looked at in one step. */
const TRIM_PAGE = 50;

/**
 * Opens the store in a Redis server. Waits up to {@linkcode STORE_OPEN_MS} for one that is not there yet, as when both are
 * started together; one that is lost later is waited for without end.
 *
 * @param url `redis://[user:password@]HOST[:PORT][/DB][?prefix=NAME]`, or `rediss://` for TLS
 * @param report called when the server is lost and found
 * @throws {StoreOpenError} if it does not answer in time, or may throw messages away.
 */
export async function openRedisStore(
  url: string,
  report: ReportTrouble = () => {},
  clock: Clock = systemClock,
): Promise<Store> {
  const { createClient } = await import("@redis/client");
  const { server, prefix, shown } = parse(url);
  const pause = new Pause();
  const client = createClient({
    url: server,
    disableOfflineQueue: true,
    // A server that is stopped or unreachable without a word is given up after this silence; pings keep a sound one talking.
    pingInterval: REDIS_SILENCE_MS / 4,
    socket: {
      connectTimeout: REDIS_SILENCE_MS,
      socketTimeout: REDIS_SILENCE_MS,
      reconnectStrategy: (tries) => pause.begin(tries),
    },
  });
  const listener = client.duplicate({ disableOfflineQueue: false, commandsQueueMaxLength: ROOMS_OPEN });
  const store = new RedisStore(client, listener, { prefix, shown, report, clock, pause });
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class RedisStore implements Store {
  readonly #client: RedisClientType;
  readonly #listener: RedisClientType;
  readonly #prefix: string;
  readonly #shown: string;
  readonly #report: ReportTrouble;
  readonly #clock: Clock;
  readonly #pause: Pause;
  readonly #origin = crypto.randomUUID();
  readonly #rooms = new FollowedRooms();
  readonly #digests = new Map<string, string>();
  #durability: Durability = "memory";
  #hint: Hint = () => {};
  #epoch = "";
  #commits = 0;
  #trimCursor = "0";
  #lost = false;
  #closed = false;
  #cancelPoll: Cancel | undefined;

  constructor(
    client: RedisClientType,
    listener: RedisClientType,
    options: { prefix: string; shown: string; report: ReportTrouble; clock: Clock; pause: Pause },
  ) {
    this.#client = client;
    this.#listener = listener;
    this.#prefix = options.prefix;
    this.#shown = options.shown;
    this.#report = options.report;
    this.#clock = options.clock;
    this.#pause = options.pause;
  }

  get durability(): Durability {
    return this.#durability;
  }

  /** Connects both clients. */
  async open(): Promise<void> {
    let last: unknown;
    this.#client.on("error", (error) => this.#onError(last = error));
    this.#listener.on("error", () => {});
    const connected = Promise.all([this.#client.connect(), this.#listener.connect()]);
    connected.catch(() => {});
    const late = Promise.withResolvers<never>();
    const cancel = this.#clock.after(STORE_OPEN_MS, () => late.reject(last));
    try {
      await Promise.race([connected, late.promise]);
      await this.#inspect();
      await this.#listener.subscribe(this.#channel("all"), (epoch) => this.#noteEpoch(epoch));
      await this.#call(HEADS, []);
    } catch (cause) {
      if (cause instanceof StoreOpenError) throw cause;
      const reason = cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : "no answer";
      throw new StoreOpenError(`Cannot open the store ${this.#shown}: ${reason}`, { cause });
    } finally {
      cancel();
    }
    this.#client.on("ready", () => this.#onReady());
    this.#listener.on("ready", () => this.#hint());
    this.#planPoll();
  }

  async commit(entries: Entry[], ts: number): Promise<Appended[]> {
    const parts = entries.flatMap(({ room, message: { id, name, text, nonce } }) => [
      room,
      nonce === undefined ? "" : JSON.stringify([id, nonce]),
      JSON.stringify([id, name, text, nonce ?? null]),
    ]);
    const [epoch, , reply] = await this.#call(COMMIT, [this.#origin, String(ts), String(HINT_BYTES), ...parts]);
    const values = reply as string[];
    if (this.#durability === "os") await this.#written();
    return entries.map(({ room }, index) => {
      const [seq, stored, duplicate] = values.slice(3 * index, 3 * index + 3);
      this.#rooms.advance(room, Number(seq));
      return { epoch: epoch as string, seq: Number(seq), ts: Number(stored), duplicate: duplicate === "1" };
    });
  }

  async read(room: string, { after, before = Number.MAX_SAFE_INTEGER, limit }: Range): Promise<Page> {
    const way = after === undefined ? "before" : "after";
    const reply = await this.#call(READ, [room, way, String(after ?? before), String(limit)]);
    const [epoch, , first, head, found] = reply as string[];
    const messages = decode(JSON.parse(found!));
    if (way === "before") messages.reverse();
    return { epoch: epoch!, first: Number(first), head: Number(head), messages };
  }

  async trim(keep: number, before: number): Promise<boolean> {
    const bounds = [keep, before, TRIM_PAGE, TRIM_MESSAGES].map(String);
    const [, , cursor, more] = await this.#call(TRIM, [this.#trimCursor, ...bounds]);
    this.#trimCursor = cursor as string;
    return more === "1";
  }

  watch(hint: Hint): void {
    this.#hint = hint;
  }

  follow(room: string): Cancel {
    const unfollow = this.#rooms.add(room);
    const channel = this.#channel(`tail:${room}`);
    const onMessage = (payload: string) => this.#onTail(room, payload);
    // What is committed before the subscription stands is not told: so look once it does.
    this.#listener.subscribe(channel, onMessage).then(() => this.#hint(room), () => {});
    return () => {
      unfollow();
      this.#listener.unsubscribe(channel, onMessage).catch(() => {});
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPoll?.();
    const isWaiting = !this.#client.isReady || !this.#listener.isReady;
    for (const client of [this.#client, this.#listener]) if (client.isOpen) client.destroy();
    if (isWaiting) await this.#pause.end();
  }

  /**
   * Waits until Redis has handed to the operating system what it had to write by now. With `appendfsync everysec` it
   * answers first while a sync is under way, and whoever kills it then destroys what was acknowledged: about one kill in ten.
   */
  async #written(): Promise<void> {
    let [target, last] = [0, 0];
    for (let tries = 0; tries < AOF_LOOKS; tries++) {
      const info = await this.#ask(() => this.#client.info("persistence"));
      const size = Number(/^aof_current_size:(\d+)/m.exec(info)?.[1]);
      const waiting = Number(/^aof_buffer_length:(\d+)/m.exec(info)?.[1]);
      if (waiting === 0 || (target > 0 && size >= target)) return;
      // It shrinks when Redis rewrites the file: then the target is another one.
      if (target === 0 || size < last) target = size + waiting;
      last = size;
      await new Promise<void>((resolve) => void this.#clock.after(AOF_LOOK_MS, resolve));
    }
    throw new StoreUnavailableError(`Redis at ${this.#shown} does not write its append-only file`);
  }

  /** Learns how safe the server's keeping is, and refuses one that may evict messages to make room. */
  async #inspect(): Promise<void> {
    const info = await this.#client.info().catch(() => "");
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

  async #call(script: string, args: string[]): Promise<unknown[]> {
    const seen = this.#commits;
    const fresh = crypto.randomUUID().slice(0, 18);
    const reply = await this.#ask(() => this.#evaluate(script, [this.#prefix, fresh, String(seen), ...args]));
    const [epoch, commits] = reply as [string, string];
    this.#commits = Math.max(this.#commits, Number(commits));
    this.#noteEpoch(epoch);
    return reply as unknown[];
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
      throw new StoreUnavailableError(`Redis at ${this.#shown} did not answer as it should: ${reason}`, { cause });
    }
  }

  async #evaluate(script: string, args: string[]): Promise<unknown> {
    const digest = this.#digests.get(script);
    if (digest !== undefined) {
      try {
        return await this.#client.evalSha(digest, { arguments: args });
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      }
    }
    this.#digests.set(script, await this.#client.scriptLoad(script));
    return await this.#client.evalSha(this.#digests.get(script)!, { arguments: args });
  }

  #noteEpoch(epoch: string): void {
    if (epoch === this.#epoch) return;
    const isFirst = this.#epoch === "";
    this.#epoch = epoch;
    if (isFirst) return;
    this.#rooms.forget();
    this.#report(`Redis at ${this.#shown} has lost or replaced its data: positions start anew`);
    this.#hint();
  }

  #onTail(room: string, payload: string): void {
    const [origin, epoch, commits, rows] = JSON.parse(payload) as [string, string, number, MessageRow[]];
    this.#commits = Math.max(this.#commits, commits);
    this.#noteEpoch(epoch);
    if (origin === this.#origin) return;
    const messages = decode(rows);
    this.#rooms.handedOn(room, messages);
    if (messages.length > 0) this.#hint(room, messages, epoch);
    else this.#hint(room);
  }

  #onError(error: unknown): void {
    if (this.#closed || this.#lost) return;
    this.#lost = true;
    this.#report(`Cannot reach Redis at ${this.#shown}: trying again until it answers`, error);
  }

  async #onReady(): Promise<void> {
    this.#lost = false;
    const before = this.#durability;
    await this.#inspect().catch((error) => this.#report(error.message));
    this.#report(`Redis at ${this.#shown} answers again`);
    if (before !== this.#durability) {
      this.#report(`Redis at ${this.#shown} was set up anew: durability was ${before} and is ${this.#durability}`);
    }
    this.#hint();
  }

  #planPoll(): void {
    if (!this.#closed) this.#cancelPoll = this.#clock.after(HEADS_POLL_MS, () => this.#poll());
  }

  async #poll(): Promise<void> {
    const rooms = this.#rooms.next(HEADS_POLL_ROOMS);
    try {
      const [, , heads] = await this.#call(HEADS, rooms);
      rooms.forEach((room, index) => {
        if (this.#rooms.advance(room, Number((heads as string[])[index]))) this.#hint(room);
      });
    } catch {
      // Told by `#onError`; every room is looked at once Redis is back.
    }
    this.#planPoll();
  }

  #channel(name: string): string {
    return `{${this.#prefix}}:${name}`;
  }
}

type MessageRow = [seq: number, ts: number, body: [id: string, name: string, text: string, nonce: string | null]];

function decode(rows: MessageRow[]): StoredMessage[] {
  return rows.map(([seq, ts, [id, name, text, nonce]]) =>
    nonce === null ? { seq, id, name, text, ts } : { seq, id, name, text, nonce, ts }
  );
}

function parse(text: string): { server: string; prefix: string; shown: string } {
  const url = URL.parse(text);
  const prefix = url?.searchParams.get("prefix") ?? "switchboard";
  if (url === null || !/^rediss?:$/.test(url.protocol) || !/^[\w.-]{1,64}$/.test(prefix)) {
    throw new StoreOpenError(
      "Cannot open the store: a Redis store must be written redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME], " +
        "with a prefix of letters, digits and . _ -",
    );
  }
  url.search = "";
  // Without the password: this is for logs.
  return { server: url.href, prefix, shown: `${url.protocol}//${url.host}${url.pathname}` };
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
