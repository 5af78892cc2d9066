/** The codes that invite: another's reader reads each of them. @module */

import { CODE_BYTES } from "../../static/limits.js";
import { codeOf } from "../../static/views/qr.js";
import { assertEquals } from "../lib/assert.ts";
import { readCode } from "../lib/jsqr.ts";

/** What a reader makes of a code, drawn with the quiet zone that it has on the page. */
function read(rows: boolean[][]): string | undefined {
  const scale = 3;
  const size = (rows.length + 8) * scale;
  const image = new Uint8ClampedArray(4 * size * size).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4]) {
        image.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3);
      }
    }
  }
  return readCode(image, size, size)?.data;
}

Deno.test("a code of any length that there can be is read as what it was made of", () => {
  const sizes = new Set<number>();
  for (let length = 1; length <= CODE_BYTES; length += length < 60 ? 1 : 7) {
    const text = `https://chat.example.org/r/${"abcdefghij-0123456789".repeat(20)}`.slice(0, length);
    const rows = codeOf(text)!;
    sizes.add(rows.length);
    assertEquals(read(rows), text);
  }
  assertEquals(sizes.size, 15, "every version was tried");
});

Deno.test("a code has other than Latin letters in it as well", () => {
  for (const text of ["https://例え.jp/r/räume", "🇩🇪"]) assertEquals(read(codeOf(text)!), text);
});

Deno.test("a text that is too long for a code has none", () => {
  assertEquals(codeOf("x".repeat(CODE_BYTES + 1)), undefined);
  assertEquals(codeOf("x".repeat(CODE_BYTES))?.length, 77);
});
