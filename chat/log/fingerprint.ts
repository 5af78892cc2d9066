/**
 * The fingerprint of a message's content. A message that is sent again is known by its nonce; the fingerprint tells whether it is the same
 * message. A store keeps it beside the nonce instead of comparing texts, because a text may be overwritten or erased later.
 *
 * Every store has its own key: with a plain hash, anybody who has a copy of the store and a dictionary could find out a short text
 * that was erased.
 *
 * @module
 */

import { createHmac, randomBytes } from "node:crypto";
import type { NewMessage } from "./message_log.ts";

const KEY_BYTES = 32;
/** Half of an HMAC-SHA-256. */
const FINGERPRINT_BYTES = 16;

export function makeFingerprintKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/**
 * The fingerprint of a message. Its author's name is left out: it may change before the message is sent again.
 *
 * @param key the store's
 */
export function fingerprintOf({ text }: NewMessage, key: Uint8Array): Uint8Array {
  // JSON of a fixed row, so that no two contents look alike: kind, target, text, reply, mentions, emoji, on. Fields that no message has
  // yet have their places already, because stored fingerprints must stay valid later.
  const content = JSON.stringify(["message", null, text, null, null, null, null]);
  return new Uint8Array(createHmac("sha256", key).update(content).digest().subarray(0, FINGERPRINT_BYTES));
}
