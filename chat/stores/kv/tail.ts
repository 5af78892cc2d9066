/**
 * Learns from Deno KV that other processes have stored messages.
 *
 * Every commit raises one counter, so one key tells whether anything is new at all. On Deno Deploy that key is watched.
 * Within one machine `watch` does not see other processes, so the key is polled. Each process also counts, in
 * the same transactions, how many of the commits were its own. If others have made some, the heads of the
 * followed rooms are read, and those that have grown are hinted at.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import { HEADS_POLL_MS } from "../bounds.ts";
import { KV_KEYS_AT_ONCE, KV_POLL_MS } from "./bounds.ts";
import { KvKey } from "./keys.ts";
import { type Room, roomOf, type RoomValue } from "./values.ts";
import type { Hint } from "../../log/store.ts";

/** If `watch` works, polling is only a safety net, and every read is paid for. */
const WATCHED_POLL_MS = 10 * HEADS_POLL_MS;

/** How long a process's count outlives its last commit. If it expires early, one read too many is made. */
const SIGNATURE_MS = 24 * 60 * 60 * 1000;

export class KvTail {
  readonly #kv: Deno.Kv;
  /** The followed rooms, and how far each is known. */
  readonly #heads = new Map<string, number>();
  readonly #changes: ReadableStreamDefaultReader<unknown> | undefined;
  #hint: Hint = () => {};
  readonly #ownKey = KvKey.process(crypto.randomUUID());
  #own = 0n;
  /** The others' commits at the last look. */
  #foreign: bigint | undefined;
  #epoch: string | null;
  #looking: Promise<void> | undefined;
  readonly #cancelPoll: Cancel;
  #closed = false;

  /** @param epoch the one that is known @param isRemote whether the database's `watch` sees all writers */
  constructor(kv: Deno.Kv, epoch: string, isRemote: boolean, clock: Clock) {
    this.#kv = kv;
    this.#epoch = epoch;
    this.#changes = isRemote ? kv.watch([KvKey.commits]).getReader() : undefined;
    this.#readChanges();
    this.#cancelPoll = every(clock, isRemote ? WATCHED_POLL_MS : KV_POLL_MS, () => this.#lookUnlessLooking());
  }

  watch(hint: Hint): void {
    this.#hint = hint;
  }

  follow(room: string): Cancel {
    this.#heads.set(room, 0);
    return () => void this.#heads.delete(room);
  }

  /** Adds to a commit the counts by which processes tell whose it was. */
  sign(write: Deno.AtomicOperation): Deno.AtomicOperation {
    return write.sum(KvKey.commits, 1n).set(this.#ownKey, this.#own + 1n, { expireIn: SIGNATURE_MS });
  }

  /** Records that a signed commit was made, and how far the rooms are now. */
  committed(rooms: Map<string, Room>): void {
    this.#own++;
    for (const [name, { head }] of rooms) this.#advance(name, head);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll();
    await this.#changes?.cancel();
    await this.#looking;
  }

  async #readChanges(): Promise<void> {
    try {
      while (this.#changes !== undefined && !(await this.#changes.read()).done) this.#lookUnlessLooking();
    } catch {
      // The poll goes on without it.
    }
  }

  #lookUnlessLooking(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return this.#looking ??= this.#look().catch(() => {}).finally(() => this.#looking = undefined);
  }

  async #look(): Promise<void> {
    if (this.#heads.size === 0) return;
    const [all, own, epoch] = await this.#kv.getMany<[Deno.KvU64, bigint, string]>([
      KvKey.commits,
      this.#ownKey,
      KvKey.epoch,
    ]);
    if (epoch.value !== this.#epoch) {
      // Numbers of another epoch mean nothing.
      for (const name of this.#heads.keys()) this.#heads.set(name, 0);
      this.#hint();
    }
    this.#epoch = epoch.value;
    const foreign = (all.value?.value ?? 0n) - (own.value ?? 0n);
    if (foreign === this.#foreign) return;
    const names = [...this.#heads.keys()];
    for (let from = 0; from < names.length && !this.#closed; from += KV_KEYS_AT_ONCE) {
      const keys = names.slice(from, from + KV_KEYS_AT_ONCE).map(KvKey.room);
      for (const { key, value } of await this.#kv.getMany<RoomValue[]>(keys)) {
        const name = key.at(-1) as string;
        if (this.#advance(name, roomOf(value).head)) this.#hint(name);
      }
    }
    this.#foreign = foreign;
  }

  /** Records how far a room is known, if it is followed. @returns whether that is news */
  #advance(name: string, head: number): boolean {
    const isNews = head > (this.#heads.get(name) ?? Infinity);
    if (isNews) this.#heads.set(name, head);
    return isNews;
  }
}
