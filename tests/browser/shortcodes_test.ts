/** The names of emoji. @module */

import { findEmoji } from "../../static/text/shortcodes.js";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";

const names = (beginning: string, most: number) => findEmoji(beginning, most).map(({ name }) => name);

Deno.test("emoji are found by the beginnings of their names, and of the words in these", () => {
  assertEquals(findEmoji("tad", 5), [{ name: "tada", emoji: "🎉" }]);
  assertEquals(names("heart", 3), ["heart", "heart_eyes", "heart_hands"]);
  assertEquals(names("eyes", 5), ["eyes", "heart_eyes", "roll_eyes"]);
  assertEquals(names("+", 5), ["+1"]);
  assertEquals(names("SMI", 2), ["smile", "smiley"]);
  assertEquals(names("x", 1), ["x"]);
  assertEquals(names("", 2), ["smile", "smiley"]);
  for (const nothing of ["nothing of the kind", "__proto__", "*", "smile:"]) assertEquals(findEmoji(nothing, 5), []);
});

Deno.test("each name stands for one emoji", () => {
  const all = findEmoji("", Infinity);
  assert(all.length > 300);
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, emoji } of all) {
    assertMatch(name, /^[a-z0-9+-][a-z0-9_+-]*$/);
    assertMatch(emoji, /^\p{RGI_Emoji}$/v);
  }
});
