/**
 * The rooms as this process has seen them last, so that a commit need not read those that only this process writes to.
 *
 * @module
 */

import { KV_ROOMS } from "./bounds.ts";
import { EMPTY_ROOM, KvKey, type RoomValue } from "./keys.ts";
import { getAll } from "./read.ts";

interface SeenRoom {
  value: RoomValue;
  /** Absent if it has changed: a commit may not build on it without reading it again. */
  versionstamp?: string | null;
}

export class SeenRooms {
  readonly #kv: Deno.Kv;
  /** The longest unused first, at most {@linkcode KV_ROOMS}. */
  readonly #rooms = new Map<string, SeenRoom>();
  /** The epoch in which they were seen. */
  #epoch = "";

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /**
   * Gives rooms as they are now or were when seen last, to be changed freely.
   *
   * @param epoch the present one
   * @returns nothing if one ends before its last seen end: the database was put back to an earlier state under this process
   */
  async load(names: string[], epoch: string): Promise<Map<string, RoomValue> | undefined> {
    if (epoch !== this.#epoch) this.#rooms.clear();
    this.#epoch = epoch;
    const stale = names.filter((name) => this.#rooms.get(name)?.versionstamp === undefined);
    const found = await getAll<RoomValue>(this.#kv, stale.map(KvKey.room));
    for (const [index, { value, versionstamp }] of found.entries()) {
      const name = stale[index]!;
      if ((value?.head ?? 0) < (this.#rooms.get(name)?.value.head ?? 0)) return undefined;
      this.remember(name, value ?? EMPTY_ROOM, versionstamp);
    }
    return new Map(names.map((name) => [name, { ...this.#rooms.get(name)!.value }]));
  }

  /** Checks that a room is as it was seen. */
  check(name: string): Deno.AtomicCheck {
    return { key: KvKey.room(name), versionstamp: this.#rooms.get(name)!.versionstamp! };
  }

  remember(name: string, value: RoomValue, versionstamp: string | null): void {
    this.#rooms.delete(name);
    this.#rooms.set(name, { value, versionstamp });
    if (this.#rooms.size > KV_ROOMS) this.#rooms.delete(this.#rooms.keys().next().value!);
  }

  /** They have changed. */
  outdate(names: string[]): void {
    for (const name of names) delete this.#rooms.get(name)?.versionstamp;
  }
}
