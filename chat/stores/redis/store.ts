/**
 * The log in Redis Streams: the store of several machines. Redis numbers the messages, so all processes share one order;
 * pub/sub tells the others of each commit, and a slow look at the rooms' heads makes up for hints that got lost.
 *
 * The durability is what Redis is set up for: an append-only file synced at every write is `fsync`, any other
 * append-only file `os`, none `memory`. Redis Cluster is not supported: the scripts need all keys in one place.
 *
 * @module
 */

import { type Cancel, type Clock, systemClock } from "../../base/clock.ts";
import { HEADS_POLL_MS, STORE_OPEN_MS, TRIM_MESSAGES } from "../bounds.ts";
import { HEADS_POLL_ROOMS, HEARD_CHARACTERS, HINT_BYTES } from "./bounds.ts";
import { FollowedRooms } from "./followed_rooms.ts";
import {
  type Appended,
  type Durability,
  type Entry,
  type Hint,
  type Moment,
  type Page,
  type Range,
  type Refused,
  type ReportTrouble,
  type Store,
  type StoredMessage,
  StoreOpenError,
} from "../../log/message_log.ts";
import { parseRedisAddress, RedisConnection } from "./connection.ts";
import { numberOf, SeenHistory } from "./history.ts";
import { COMMIT, HEADS, LOOK, makeToken, READ, TRIM } from "./scripts.ts";
import { type WriteLook, WriteWatch } from "./written.ts";

/** Rooms whose retention is looked at in one step. */
const TRIM_PAGE = 50;
/** How long to wait before a server that was lost while it was being opened is asked again, in milliseconds. */
const BEGIN_AGAIN_MS = 50;

/**
 * Opens the store in a Redis server, waiting for one that is being started.
 *
 * @param name `redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=NAME]`, or `rediss://` for TLS
 * @param report told when the server is lost and found
 * @throws {StoreOpenError} if it does not answer in time, or may throw messages away.
 */
export async function openRedisStore(
  name: string,
  report: ReportTrouble = () => {},
  clock: Clock = systemClock,
): Promise<Store> {
  const address = parseRedisAddress(name);
  const connection = await RedisConnection.open(address, report, clock);
  const store = new RedisStore(connection, address.prefix, report, clock);
  try {
    await store.begin();
    return store;
  } catch (cause) {
    await store.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreOpenError(`Cannot open the store ${address.shown}: ${reason}`, { cause });
  }
}

class RedisStore implements Store {
  readonly #redis: RedisConnection;
  readonly #prefix: string;
  readonly #report: ReportTrouble;
  readonly #clock: Clock;
  readonly #origin = crypto.randomUUID();
  readonly #rooms = new FollowedRooms();
  readonly #history = new SeenHistory();
  readonly #written: WriteWatch;
  /** Characters of what was told by others and waits to be known as written. */
  #heldCharacters = 0;
  #hint: Hint = () => {};
  #trimCursor = "0";
  #closed = false;
  #cancelPoll: Cancel | undefined;

  constructor(redis: RedisConnection, prefix: string, report: ReportTrouble, clock: Clock) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#report = report;
    this.#clock = clock;
    this.#written = new WriteWatch(() => this.#lookAtWrites(), clock);
    redis.onReady = () => this.#hint();
    redis.onDeaf = () => this.#history.interrupt();
  }

  get durability(): Durability {
    return this.#redis.durability;
  }

  /**
   * Learns the epoch, and whether scripts may run. A server that is lost meanwhile is waited for.
   *
   * @throws {StoreUnavailableError} if they may not, or it does not come back within {@linkcode STORE_OPEN_MS}
   */
  async begin(): Promise<void> {
    const until = this.#clock.elapsed() + STORE_OPEN_MS;
    const pause = () => new Promise<void>((done) => void this.#clock.after(BEGIN_AGAIN_MS, done));
    while (!await this.#subscribed(until)) await pause();
    while (!await this.#begun(until)) await pause();
    this.#planPoll();
  }

  /** The connection may be lost again before it is heard by. */
  async #subscribed(until: number): Promise<boolean> {
    try {
      await this.#redis.subscribe(this.#channel("all"), (epoch) => {
        if (this.#history.enter(epoch)) this.#onLoss();
      });
      return true;
    } catch (error) {
      if (this.#clock.elapsed() > until) throw error;
      return false;
    }
  }

  async #begun(until: number): Promise<boolean> {
    try {
      await this.#call(HEADS, []);
      return true;
    } catch (error) {
      if (this.#redis.isReady || this.#clock.elapsed() > until) throw error;
      return false;
    }
  }

  async commit(entries: Entry[], { ts }: Moment): Promise<(Appended | Refused)[]> {
    const parts = entries.flatMap(({ room, message: { id, name, text, nonce } }) => [
      room,
      nonce === undefined ? "" : JSON.stringify([id, nonce]),
      JSON.stringify([id, name, text, nonce ?? null]),
    ]);
    const [epoch, , reply] = await this.#call(COMMIT, [this.#origin, String(ts), String(HINT_BYTES), ...parts]);
    const values = reply as string[];
    if (this.durability === "os") await this.#written.all(epoch as string);
    return entries.map(({ room }, index) => {
      const [seq, stored, duplicate] = values.slice(3 * index, 3 * index + 3);
      this.#rooms.advance(room, Number(seq));
      if (duplicate === "2") return { refused: "nonce_used" };
      return { epoch: epoch as string, seq: Number(seq), ts: Number(stored), duplicate: duplicate === "1" };
    });
  }

  async read(room: string, { after, before = Number.MAX_SAFE_INTEGER, limit }: Range): Promise<Page> {
    const way = after === undefined ? "before" : "after";
    const reply = await this.#call(READ, [room, way, String(after ?? before), String(limit)]);
    const [epoch, position, first, head, found] = reply as string[];
    if (this.durability === "os" && !this.#written.covers(epoch!, numberOf(position!))) await this.#written.all(epoch!);
    const messages = decode(JSON.parse(found!));
    if (way === "before") messages.reverse();
    return { epoch: epoch!, first: Number(first), head: Number(head), messages };
  }

  /** By number only: what is in Redis has no day, and so stays longer than asked for. */
  async trim(keep: number): Promise<boolean> {
    const bounds = [keep, 0, TRIM_PAGE, TRIM_MESSAGES].map(String);
    const [, , cursor, more] = await this.#call(TRIM, [this.#trimCursor, ...bounds]);
    this.#trimCursor = cursor as string;
    return more === "1";
  }

  readTime(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  writeTime(): Promise<void> {
    return Promise.resolve();
  }

  watch(hint: Hint): void {
    this.#hint = hint;
  }

  follow(room: string): Cancel {
    const unfollow = this.#rooms.add(room);
    const channel = this.#channel(`tail:${room}`);
    const onMessage = (payload: string) => this.#onTail(room, payload);
    // What is committed before the subscription stands is not told: so look once it does.
    this.#redis.subscribe(channel, onMessage).then(() => this.#hint(room), () => {});
    return () => {
      unfollow();
      this.#redis.unsubscribe(channel, onMessage);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll?.();
    this.#written.close();
    await this.#redis.close();
  }

  async #call(script: string, args: string[]): Promise<unknown[]> {
    const shown = this.#history.evidence;
    const common = [this.#prefix, makeToken(), shown.epoch, shown.answered, shown.heard];
    const reply = await this.#redis.evaluate(script, [...common, ...args]) as unknown[];
    const [epoch, position] = reply as [string, string];
    if (this.#history.answer(shown, epoch, position)) this.#onLoss();
    return reply;
  }

  #onLoss(): void {
    this.#rooms.forget();
    this.#report("Redis has lost or replaced its data: clients are told that messages are missing");
    this.#hint();
  }

  #onTail(room: string, payload: string): void {
    const [origin, epoch, position, rows] = JSON.parse(payload) as [string, string, string, MessageRow[]];
    if (this.#history.enter(epoch)) this.#onLoss();
    const isBelieved = this.#history.hear(epoch, position);
    if (origin === this.#origin) return;
    if (!isBelieved) return this.#hint(room);
    // What would be too much to hold is read from the room instead, once it is written.
    if (rows.length === 0 || this.#heldCharacters + payload.length > HEARD_CHARACTERS) return this.#hint(room);
    const messages = decode(rows);
    this.#rooms.handedOn(room, messages);
    if (this.durability === "os") this.#handOnOnceWritten(room, messages, epoch, payload.length);
    else this.#hint(room, messages, epoch);
  }

  async #handOnOnceWritten(room: string, messages: StoredMessage[], epoch: string, size: number): Promise<void> {
    this.#heldCharacters += size;
    try {
      // Asked even if a commit of that number is known to be written: the one heard of may be one that Redis has lost.
      await this.#written.all(epoch);
      this.#hint(room, messages, epoch);
    } catch {
      this.#hint(room);
    } finally {
      this.#heldCharacters -= size;
    }
  }

  async #lookAtWrites(): Promise<WriteLook> {
    const [epoch, position, info] = await this.#call(LOOK, []) as [string, string, string];
    return { epoch, number: numberOf(position), info };
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
      // The connection tells of that; every room is looked at once Redis is back.
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
