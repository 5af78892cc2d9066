/**
 * Learns from Deno KV that other processes have stored messages.
 *
 * Every commit raises one counter, so one key tells whether anything is new at all. On Deno Deploy that key is watched.
 * Within one machine `watch` does not hear of other processes, so the key is read every so often. If it rose by more
 * than this process's own commits, the heads of the followed rooms are read, and those that have grown are hinted at.
 *
 * @module
 */

import type { Cancel, Clock } from "../clock.ts";
import { HEADS_POLL_MS, HEADS_POLL_ROOMS, KV_POLL_MS } from "../limits.ts";
import { FollowedRooms } from "./followed_rooms.ts";
import { KvKey, type RoomValue } from "./kv_keys.ts";
import type { Hint } from "./message_log.ts";

/** Keys that Deno KV reads at one instant. */
const KEYS_AT_ONCE = 10;
/** Where `watch` works, looking besides is a safety net, and every look is paid for. */
const WATCHED_POLL_MS = 10 * HEADS_POLL_MS;

/** See the module. */
export class KvTail {
  readonly #kv: Deno.Kv;
  readonly #clock: Clock;
  readonly #rooms = new FollowedRooms();
  readonly #pollMs: number;
  readonly #changes: ReadableStreamDefaultReader<unknown> | undefined;
  #hint: Hint = () => {};
  /** What the counter should be if nobody else wrote. */
  #expected = 0n;
  #looking: Promise<void> | undefined;
  #cancelPoll: Cancel | undefined;
  #closed = false;

  /** Watches a database. @param isRemote whether its `watch` hears of all writers */
  constructor(kv: Deno.Kv, isRemote: boolean, clock: Clock) {
    this.#kv = kv;
    this.#clock = clock;
    this.#pollMs = isRemote ? WATCHED_POLL_MS : KV_POLL_MS;
    this.#changes = isRemote ? kv.watch([KvKey.commits]).getReader() : undefined;
    this.#readChanges();
    this.#planPoll();
  }

  /** Says whom to tell. */
  watch(hint: Hint): void {
    this.#hint = hint;
  }

  /** Begins to look at a room. */
  follow(room: string): Cancel {
    return this.#rooms.add(room);
  }

  /** Notes a commit of this process, which needs no hint. */
  committed(rooms: Map<string, RoomValue>): void {
    this.#expected++;
    for (const [name, { head }] of rooms) this.#rooms.advance(name, head);
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll?.();
    await this.#changes?.cancel();
    await this.#looking;
  }

  async #readChanges(): Promise<void> {
    try {
      while (this.#changes !== undefined && !(await this.#changes.read()).done) this.#lookSoon();
    } catch {
      // The poll goes on without it.
    }
  }

  #planPoll(): void {
    this.#cancelPoll = this.#clock.after(this.#pollMs, () => this.#lookSoon());
  }

  /** Looks, unless it is looking. */
  #lookSoon(): void {
    if (this.#closed) return;
    this.#looking ??= this.#look().catch(() => {}).finally(() => {
      this.#looking = undefined;
      this.#cancelPoll?.();
      if (!this.#closed) this.#planPoll();
    });
  }

  async #look(): Promise<void> {
    if (this.#rooms.size === 0) return;
    const { value } = await this.#kv.get<Deno.KvU64>(KvKey.commits);
    const commits = value?.value ?? 0n;
    if (commits === this.#expected) return;
    let left = this.#rooms.size;
    while (left > 0 && !this.#closed) {
      const names = this.#rooms.next(Math.min(left, HEADS_POLL_ROOMS));
      await this.#compare(names);
      left -= Math.max(names.length, 1);
    }
    this.#expected = commits;
  }

  async #compare(names: string[]): Promise<void> {
    for (let from = 0; from < names.length; from += KEYS_AT_ONCE) {
      const keys = names.slice(from, from + KEYS_AT_ONCE).map(KvKey.room);
      for (const { key, value } of await this.#kv.getMany<RoomValue[]>(keys)) {
        const name = key.at(-1) as string;
        if (this.#rooms.advance(name, value?.head ?? 0)) this.#hint(name);
      }
    }
  }
}
