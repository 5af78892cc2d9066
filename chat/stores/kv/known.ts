/** What this process knows of a KV database without reading it: its epoch, the key to its fingerprints, and its rooms. @module */

import { makeFingerprintKey } from "../../log/fingerprint.ts";
import { newerFormat } from "../errors.ts";
import { KV_ROOMS, KV_TRIES } from "./bounds.ts";
import { KvKey } from "./keys.ts";
import { getAll } from "./reading.ts";
import { tryCommit } from "./try_commit.ts";
import { type Room, roomOf, type RoomValue } from "./values.ts";

/**
 * The form of what is stored; 1, which has no mark, had messages only. What is there of an older form stays readable. It is marked when it is first
 * written to, and not when it is read, by an export perhaps: the mark keeps out servers that know less.
 */
const FORMAT = 2;

interface SeenRoom {
  readonly value: Readonly<Room>;
  /** Absent if it has changed: a commit may not build on it without reading it again. */
  versionstamp?: string | null;
}

export class KvKnown {
  /** As it was when it was loaded last. A commit checks that it still is. */
  epoch!: Deno.KvEntry<string>;
  fingerprintKey!: Uint8Array;
  #format!: Deno.KvEntryMaybe<number>;
  readonly #kv: Deno.Kv;
  readonly #renewed: () => void;
  /**
   * The rooms as they were seen last, so that a commit need not read those that only this process writes to. The longest unused first,
   * at most {@linkcode KV_ROOMS}.
   */
  readonly #rooms = new Map<string, SeenRoom>();
  /** The epoch in which they were seen. */
  #seenIn = "";

  /** @param renewed is called when this process has begun another epoch in a database that was written to before */
  constructor(kv: Deno.Kv, renewed: () => void) {
    this.#kv = kv;
    this.#renewed = renewed;
  }

  /**
   * Loads the epoch and the key: the same for all processes.
   *
   * @throws {Error} if a newer version has written to the database. It writes the epoch anew, so a running server finds that at its next commit
   */
  async load(): Promise<void> {
    const epoch = await this.#loadEpoch();
    if (epoch.value !== this.epoch?.value) {
      this.fingerprintKey = (await getOrPut(this.#kv, KvKey.fingerprintKey, makeFingerprintKey)).value;
    }
    this.epoch = epoch;
  }

  /** Marks the database as one of this format, before anything is written. @returns whether it is */
  async claim(): Promise<boolean> {
    if (this.#format.value !== FORMAT) {
      const write = this.#kv.atomic().check(this.#format, this.epoch);
      await tryCommit(write.set(KvKey.format, FORMAT).set(KvKey.epoch, this.epoch.value));
      await this.load();
    }
    return this.#format.value === FORMAT;
  }

  async #loadEpoch(): Promise<Deno.KvEntry<string>> {
    for (let tries = 0; tries < KV_TRIES; tries++) {
      const [format, epoch, commits] = await this.#kv.getMany<[number, string, Deno.KvU64]>([
        KvKey.format,
        KvKey.epoch,
        KvKey.commits,
      ]);
      if ((format.value ?? 0) > FORMAT) {
        throw new Error(newerFormat(format.value!, FORMAT));
      }
      this.#format = format;
      if (epoch.value !== null) return epoch;
      const write = this.#kv.atomic().check(format, epoch);
      const { ok } = await write.set(KvKey.format, FORMAT).set(KvKey.epoch, crypto.randomUUID()).commit();
      // A restored one has lost only its epoch; of a new one nobody knows anything.
      if (ok && commits.value !== null) this.#renewed();
    }
    throw new Error("it does not keep what is written");
  }

  /** Begins another epoch, unless another process has. */
  async renew(): Promise<void> {
    const { ok } = await tryCommit(this.#kv.atomic().check(this.epoch).set(KvKey.epoch, crypto.randomUUID()));
    if (ok) this.#renewed();
  }

  /**
   * Gives rooms as they are now or were when seen last.
   *
   * @returns nothing if one ends before its last seen end: the database was put back to an earlier state under this process
   */
  async rooms(names: string[]): Promise<Map<string, Required<SeenRoom>> | undefined> {
    if (this.epoch.value !== this.#seenIn) this.#rooms.clear();
    this.#seenIn = this.epoch.value;
    const stale = names.filter((name) => this.#rooms.get(name)?.versionstamp === undefined);
    const rooms = new Map(names.map((name) => [name, this.#rooms.get(name)]));
    const found = await getAll<RoomValue>(this.#kv, stale.map(KvKey.room));
    for (const [index, { value, versionstamp }] of found.entries()) {
      const name = stale[index]!;
      const room = roomOf(value);
      if (room.head < (rooms.get(name)?.value.head ?? 0)) return undefined;
      rooms.set(name, this.remember(name, room, versionstamp));
    }
    return rooms as Map<string, Required<SeenRoom>>;
  }

  remember(name: string, value: Room, versionstamp: string | null): SeenRoom {
    const seen = { value, versionstamp };
    this.#rooms.delete(name);
    this.#rooms.set(name, seen);
    if (this.#rooms.size > KV_ROOMS) this.#rooms.delete(this.#rooms.keys().next().value!);
    return seen;
  }

  outdate(names: string[]): void {
    for (const name of names) delete this.#rooms.get(name)?.versionstamp;
  }
}

/** The value under a key; if there is none, the one put there now, by this process or a faster one. */
async function getOrPut<T>(kv: Deno.Kv, key: Deno.KvKey, make: () => T): Promise<Deno.KvEntry<T>> {
  const found = await kv.get<T>(key);
  if (found.versionstamp !== null) return found;
  await kv.atomic().check(found).set(key, make()).commit();
  const put = await kv.get<T>(key);
  if (put.versionstamp === null) throw new Error("it does not keep what is written");
  return put;
}
