/** What counts as one emoji, over all of Unicode as far as that can be listed. @module */

import { EMOJI_BYTES } from "../../chat/limits.ts";
import { readEmoji } from "../../chat/wire/emoji.ts";
import { Invalid } from "../../chat/wire/invalid.ts";
import { countGraphemes } from "../../chat/wire/visible.ts";
import { assert, assertEquals, assertGreater, assertThrows } from "../lib/assert.ts";

const VARIATIONS = ["", "\ufe0f", "\ufe0e", "\u20e3", "\ufe0f\u20e3", "🏻", "🏿"];

function isEmoji(text: string): boolean {
  try {
    return readEmoji(text) === text;
  } catch (error) {
    if (error instanceof Invalid) return false;
    throw error;
  }
}

Deno.test("what is an emoji, with all that may follow it, is one grapheme, in NFC, and has one form", () => {
  const forms = new Map<string, string>();
  // There are none in the planes behind.
  for (let code = 0; code < 0x20000; code++) {
    const character = String.fromCodePoint(code);
    for (const variation of /\p{Emoji}/u.test(character) ? VARIATIONS : [""]) {
      const text = character + variation;
      if (!isEmoji(text)) continue;
      assertEquals(text.normalize("NFC"), text);
      assertEquals(countGraphemes(text), 1, text);
      const plain = text.replaceAll(/[\ufe0e\ufe0f]/g, "");
      assertEquals(forms.get(plain), undefined, text);
      forms.set(plain, text);
    }
  }
  assertGreater(forms.size, 1_300);
});

Deno.test("what is longer than any emoji, or no text, is none", () => {
  const family = "👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏿";
  assert(isEmoji(family) && new TextEncoder().encode(family).length <= EMOJI_BYTES);
  for (const other of [family + family, "👍".repeat(100_000), 1, null, undefined, ["👍"], { emoji: "👍" }, "\ud83d"]) {
    assertThrows(() => readEmoji(other), Invalid);
  }
});
