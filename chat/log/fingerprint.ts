/**
 * The fingerprint of an event's content. An event that is sent again is known by its nonce; the fingerprint tells whether it is the same. A store keeps it beside the nonce instead of comparing texts, because a text may be overwritten or erased later.
 *
 * Every store has its own key: with a plain hash, anybody who has a copy of the store and a dictionary could find out a short text
 * that was erased.
 *
 * @module
 */

import { createHash, type Hash, randomBytes } from "node:crypto";
import type { NewEvent } from "../event/event.ts";
import { contentOf } from "../event/kinds.ts";

const KEY_BYTES = 32;
/** What SHA-256 takes at a time. No key is longer. */
const BLOCK_BYTES = 64;
/** Half of an HMAC-SHA-256. */
const FINGERPRINT_BYTES = 16;

export function makeFingerprintKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/**
 * The fingerprint of an event. Its author's name is left out: it may change before the event is sent again.
 *
 * @param key the store's
 */
export function fingerprintOf(event: NewEvent, key: Uint8Array): Uint8Array {
  return secretFor(contentOf(event), key).subarray(0, FINGERPRINT_BYTES);
}

/**
 * 32 bytes that stand for something, and that nobody can find who has not the key.
 *
 * @param row what they stand for. Its first entry says what for; that of an event is its kind
 * @param key the store's
 */
export function secretFor(row: unknown[], key: Uint8Array): Uint8Array {
  const { inner, outer } = beginningsFor(key);
  // JSON of a row, so that no two look alike.
  const inside = inner.copy().update(JSON.stringify(row)).digest();
  return new Uint8Array(outer.copy().update(inside).digest());
}

/** The two hashes of an HMAC, as far as they depend on the key alone. */
interface Beginnings {
  inner: Hash;
  outer: Hash;
}

const beginnings = new WeakMap<Uint8Array, Beginnings>();

/** Made once for each key: `createHmac` makes them for each message, and that took most of its time. */
function beginningsFor(key: Uint8Array): Beginnings {
  let found = beginnings.get(key);
  if (found === undefined) beginnings.set(key, found = { inner: begin(key, 0x36), outer: begin(key, 0x5c) });
  return found;
}

function begin(key: Uint8Array, pad: number): Hash {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key);
  return createHash("sha256").update(block.map((byte) => byte ^ pad));
}
