/** What can be seen: over all of Unicode, in texts, names and ids, here and in the page. @module */

import { readId } from "../../chat/wire/identity.ts";
import { decodeCommand } from "../../chat/wire/decode.ts";
import { isBlank, visibleName } from "../../chat/wire/visible.ts";
import { isBlank as isBlankOnThePage } from "../../static/visible.js";
import { Random } from "../lib/random.ts";
import { assert, assertEquals } from "../lib/assert.ts";

/** Every code point, lone surrogates included. */
function* allCharacters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code++) yield String.fromCodePoint(code);
}

/** All that mean something, and some of those that are not assigned or for private use, which are the most and all alike. */
function* manyCharacters(): Generator<string> {
  let alike = 0;
  for (const character of allCharacters()) {
    if (isBlank(character) || !/[\p{Cn}\p{Co}]/u.test(character) || alike++ % 100 === 0) yield character;
  }
}

const hex = (text: string) => Array.from(text, (c) => `U+${c.codePointAt(0)!.toString(16).padStart(4, "0")}`).join(" ");

/** What the server makes of a value; undefined where it refuses it. */
function accepted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readName(name: string): string | undefined {
  const command = accepted(() => decodeCommand(JSON.stringify({ type: "rename", ref: "1", name })));
  return command?.type === "rename" ? command.name : undefined;
}

const isTextTaken = (text: string) =>
  accepted(() => decodeCommand(JSON.stringify({ type: "publish", ref: "1", room: "r", nonce: "n", text }))) !==
    undefined;

Deno.test("nothing that Unicode calls ignorable, white or a control can be seen, and neither can its other blanks", () => {
  for (const character of allCharacters()) {
    const unseen = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
    const blanks = /[\u2800\u{1D159}\u{13441}\u{13442}\uFFF9-\uFFFB\u{13430}-\u{1343F}]/u;
    assertEquals(isBlank(character), unseen.test(character) || blanks.test(character), hex(character));
  }
});

Deno.test("the page takes the same characters for blank as the server", () => {
  for (const character of allCharacters()) {
    assertEquals(isBlankOnThePage(character), isBlank(character), hex(character));
  }
});

Deno.test("a text is taken exactly if one of its characters can be seen", () => {
  for (const character of manyCharacters()) {
    assertEquals(isTextTaken(character), !isBlank(character), hex(character));
    assertEquals(isTextTaken(` ${character}\u200b\n`), !isBlank(character), hex(character));
  }
});

Deno.test("no character that cannot be seen makes a second Ada, and none that can be is lost", () => {
  for (const character of manyCharacters()) {
    const name = readName(`A${character}da`);
    if (isBlank(character)) assert([undefined, "Ada", "A da"].includes(name), hex(character));
    else assertEquals(name, `A${character}da`.normalize("NFC"), hex(character));
    for (const edge of [`${character}Ada`, `Ada${character}`]) {
      if (isBlank(character)) assert([undefined, "Ada"].includes(readName(edge)), hex(edge));
    }
  }
});

Deno.test("an id is taken exactly if each of its characters can be seen, but for a space between two", () => {
  for (const character of manyCharacters()) {
    if (!character.isWellFormed()) continue;
    const id = accepted(() => readId(encodeURIComponent(`a${character}b`)));
    const right = character === " " || (character !== "/" && !isBlank(character));
    assertEquals(id, right ? `a${character}b`.normalize("NFC") : undefined, hex(character));
    if (isBlank(character)) assertEquals(accepted(() => readId(encodeURIComponent(`a${character}`))), undefined);
  }
});

/** Names that people bear or choose. */
const NAMES = [
  "Ada Lovelace",
  "José Ángel",
  "Nguyễn Thị Ánh",
  "山田 太郎",
  "김철수",
  "Владимир",
  "محمد",
  "می‌ترا نیک‌نام",
  "علی‌رضا",
  "ශ්‍රියානි",
  "ක්‍රිස්ටිනා",
  "लक्ष्मी",
  "শর‍্যাম",
  "லக்‌ஷ்மி",
  "അവന്‍",
  "שרה",
  "สมชาย",
  "Z̸͓̽a̷̍l",
  "👨‍👩‍👧‍👦",
  "👩🏽‍🚀 Mae",
  "🏳️‍🌈",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "❤️ & ❤",
  "1️⃣",
  "🇩🇪",
  "O’Brien-Łukasz",
  "{}<b>\"'&",
];

for (const name of NAMES) {
  Deno.test(`a name stays as it is: ${name}`, () => assertEquals(readName(name), name.normalize("NFC"), hex(name)));
}

Deno.test("a name that is refused for its bytes is told that bound, and how many it has", () => {
  for (
    const [name, bytes] of [["👨‍👩‍👧‍👦".repeat(12), 300], [`Z${"\u0338".repeat(200)}`, 401], [
      `Ada${"\u200b".repeat(90)}`,
      273,
    ]]
  ) {
    let said = "";
    try {
      decodeCommand(JSON.stringify({ type: "rename", ref: "1", name }));
    } catch (error) {
      said = String(error);
    }
    assert(said.endsWith(`"name" must have at most 256 bytes in UTF-8: received ${bytes}`), said);
  }
});

Deno.test("a name that was made visible stays as it is, whatever was in it", () => {
  const seed = crypto.randomUUID();
  const random = new Random(seed);
  const pool = [
    ..." \u0000\t\u00a0\u00ad\u034f\u200b\u200c\u200c\u200d\u200d\u200e\u2060\u2800\u3164\ufe0e\ufe0f\ufeff\u0301\u064e",
  ];
  pool.push(..."aé1#ادبیकष्র্යප්❤👩👧🏽🏳🌈🏴\u{1d159}\u{e0067}\u{e007f}\u{e0100}\u20e3");
  for (let round = 0; round < 20_000; round++) {
    const name = Array.from({ length: random.int(1, 12) }, () => random.pick(pool)).join("");
    const once = visibleName(name);
    assertEquals(visibleName(once), once, `${hex(name)} (seed ${seed})`);
    assertEquals(once, once.normalize("NFC"));
  }
});
