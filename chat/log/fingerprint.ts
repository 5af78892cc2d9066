/**
 * The fingerprint of an event's content. An event that is sent again is known by its nonce; the fingerprint tells whether it is the same. A store keeps it beside the nonce instead of comparing texts, because a text may be overwritten or erased later.
 *
 * Every store has its own key: with a plain hash, anybody who has a copy of the store and a dictionary could find out a short text
 * that was erased.
 *
 * @module
 */

import { createHmac, randomBytes } from "node:crypto";
import type { NewEvent } from "../event/event.ts";
import { contentOf } from "../event/kinds.ts";

const KEY_BYTES = 32;
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
  // JSON of a row, so that no two look alike.
  return new Uint8Array(createHmac("sha256", key).update(JSON.stringify(row)).digest());
}
