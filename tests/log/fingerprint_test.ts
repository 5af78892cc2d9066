/** Fingerprints lie in stores for as long as these do: they stay what they are, however they are made. @module */

import { fingerprintOf, makeFingerprintKey, secretFor } from "../../chat/log/fingerprint.ts";
import { contentOf } from "../../chat/event/kinds.ts";
import type { NewEvent } from "../../chat/event/event.ts";
import { assertEquals } from "../lib/assert.ts";

/** By another implementation than the server's. */
async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}

Deno.test("what stands for something is the HMAC of its JSON, for each key its own, in whatever order they are asked", async () => {
  const keys = [new Uint8Array(makeFingerprintKey()), new Uint8Array(32), new Uint8Array(32).fill(255)];
  const rows = [[], ["message", null, "grüß dich 👋"], ["mark", "x".repeat(10_000)]];
  for (const row of [...rows, ...rows]) {
    for (const key of keys) {
      assertEquals(secretFor(row, key), await hmac(key, JSON.stringify(row)), `${row[0]}`);
    }
  }
});

Deno.test("a fingerprint is the first half of the HMAC of an event's content", async () => {
  const key = new Uint8Array(makeFingerprintKey());
  const event: NewEvent = { id: "ada", name: "Ada", text: "hello", nonce: "n" };
  assertEquals(fingerprintOf(event, key), (await hmac(key, JSON.stringify(contentOf(event)))).subarray(0, 16));
});
