/**
 * The database as one commit sees it: what was read of it, and over that what the commit will write. It must not look at anything
 * that was not loaded.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { KV_COMMIT_BYTES, KV_COMMIT_KEY_BYTES } from "./bounds.ts";
import { getAll } from "./reading.ts";

/** Bytes counted for what surrounds a key, and a value that has no text. */
const KEY_BYTES = 16;
const SMALL_BYTES = 64;

export class KvView {
  readonly #kv: Deno.Kv;
  /** By the JSON of their keys. */
  readonly #values = new Map<string, unknown>();
  readonly #writes = new Map<string, { key: Deno.KvKey; value: unknown; expireIn?: number }>();

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  async load(keys: Deno.KvKey[]): Promise<void> {
    const missing = new Map<string, Deno.KvKey>();
    for (const key of keys) if (!this.knows(key)) missing.set(JSON.stringify(key), key);
    for (const { key, value } of await getAll(this.#kv, [...missing.values()])) this.assume(key, value);
  }

  /** Takes a value for what is stored. */
  assume(key: Deno.KvKey, value: unknown): void {
    this.#values.set(JSON.stringify(key), value);
  }

  /** Whether it was looked up, or is written by the commit. */
  knows(key: Deno.KvKey): boolean {
    return this.#values.has(JSON.stringify(key));
  }

  get<T>(key: Deno.KvKey): T | null {
    return (this.#values.get(JSON.stringify(key)) ?? null) as T | null;
  }

  /**
   * @param value null removes the key
   * @param expireIn after how many milliseconds it may go by itself
   */
  set(key: Deno.KvKey, value: unknown, expireIn?: number): void {
    const id = JSON.stringify(key);
    this.#values.set(id, value);
    this.#writes.set(id, { key, value, expireIn });
  }

  get isChanged(): boolean {
    return this.#writes.size > 0;
  }

  /** Whether Deno KV takes all writes in one transaction. */
  get fits(): boolean {
    let [bytes, keyBytes] = [0, 0];
    for (const [id, { value }] of this.#writes) {
      keyBytes += Buffer.byteLength(id) + KEY_BYTES;
      bytes += bytesOf(value);
    }
    return keyBytes <= KV_COMMIT_KEY_BYTES && bytes + keyBytes <= KV_COMMIT_BYTES;
  }

  writeTo(write: Deno.AtomicOperation): void {
    for (const { key, value, expireIn } of this.#writes.values()) {
      if (value === null) write.delete(key);
      else if (expireIn === undefined) write.set(key, value);
      else write.set(key, value, { expireIn });
    }
  }
}

/** At most two bytes a stored character. */
function bytesOf(value: unknown): number {
  const isSmall = value === null || value === true || typeof value === "number" || Array.isArray(value);
  return isSmall ? SMALL_BYTES : 2 * JSON.stringify(value).length + SMALL_BYTES;
}
