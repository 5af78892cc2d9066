/** The page's own SHA-256, for origins where the browser has none: the vectors of NIST, and the runtime's beside it. @module */

import { sha256 } from "../../static/client/sha256.js";
import { assertEquals } from "../lib/assert.ts";

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const hashOf = (text: string) => hex(sha256(new TextEncoder().encode(text)));

/** FIPS 180-2, appendix B, and the empty message of the NIST's short vectors. */
const VECTORS: [text: string, hash: string][] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
];

Deno.test("SHA-256 gives what NIST says", () => {
  for (const [text, hash] of VECTORS) assertEquals(hashOf(text), hash, text.slice(0, 60));
});

Deno.test("SHA-256 gives what the runtime gives, at every length around the ends of blocks", async () => {
  for (let length = 0; length < 200; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assertEquals(hex(sha256(bytes)), hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))), `${bytes}`);
  }
});
