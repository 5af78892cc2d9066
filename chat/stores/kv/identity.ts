/**
 * The epoch of a KV database, and the key to its fingerprints: the same for all processes.
 *
 * @module
 */

import { makeFingerprintKey } from "../../log/fingerprint.ts";
import { KvKey } from "./keys.ts";

export class KvIdentity {
  /** As it was when it was loaded last. A commit checks that it still is. */
  epoch!: Deno.KvEntry<string>;
  fingerprintKey!: Uint8Array;
  readonly #kv: Deno.Kv;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  async load(): Promise<void> {
    const epoch = await getOrPut(this.#kv, KvKey.epoch, () => crypto.randomUUID());
    if (epoch.value !== this.epoch?.value) {
      this.fingerprintKey = (await getOrPut(this.#kv, KvKey.fingerprintKey, makeFingerprintKey)).value;
    }
    this.epoch = epoch;
  }

  /** Begins another epoch, unless another process has. */
  async renew(): Promise<void> {
    await this.#kv.atomic().check(this.epoch).set(KvKey.epoch, crypto.randomUUID()).commit();
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
