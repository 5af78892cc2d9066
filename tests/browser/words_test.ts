/** The page's words: every language has all of them, and the page has no others. @module */

import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { TABLES } from "../../static/embed/words.js";
import { LANGUAGES, moreWords } from "../../static/languages.js";
import { reasonOf } from "../../static/refusals.js";
import { EN } from "../../static/words/en.js";
import { EN_EMBED } from "../../static/words/en_embed.js";
import { EN_LATER } from "../../static/words/en_later.js";
import { assert, assertEquals } from "../lib/assert.ts";
import { readImports } from "../lib/imports.ts";

type Word = string | Partial<Record<Intl.LDMLPluralRule, string>>;
const html = STATIC_FILES["index.html"];
const inHtml = new Set(Array.from(html.matchAll(/data-word(?:-\w+)?="(\w+)"/g), ([, key]) => key!));
const ENGLISH: Record<string, Word> = { ...EN, ...EN_LATER };

/** The places of a word, the same in all of its forms. */
function placesOf(word: Word): string[] {
  const forms = typeof word === "string" ? [word] : Object.values(word);
  const places = forms.map((form) => Array.from(form.matchAll(/\{(\w+)\}/g), ([place]) => place!).sort());
  return [...new Set(places.flat())].filter((place) => place !== "{count}");
}

/** The plural forms that a word has. */
function formsOf(word: Word): string[] {
  return typeof word === "string" ? [] : Object.keys(word).sort();
}

for (const [tag, load] of Object.entries(LANGUAGES)) {
  Deno.test(`the language ${tag} has every word, with the same places and its own plural forms, and no other`, async () => {
    const table: Record<string, Word> = { ...await load(), ...(tag === "en" ? EN_LATER : {}) };
    const inScripts = Object.keys(ENGLISH);
    // The English ones of the page's HTML stand there.
    assertEquals(Object.keys(table).sort(), [...new Set([...inScripts, ...(tag === "en" ? [] : inHtml)])].sort());
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
    for (const [key, word] of Object.entries(ENGLISH)) {
      assertEquals([key, placesOf(table[key]!)], [key, placesOf(word)]);
      assertEquals([key, formsOf(table[key]!)], [key, typeof word === "string" ? [] : pluralCategories.sort()]);
    }
  });
}

Deno.test("a room in another site's page has all of its words in each language, and the page has none of those", () => {
  const asked = new Set(
    Object.keys(STATIC_FILES).filter((name) => /^embed\/.*\.js$/.test(name)).flatMap((name) =>
      askedIn(textOf(`static/${name}`))
    ),
  );
  assert(asked.size > 15);
  for (const [tag, table] of Object.entries(TABLES)) assertEquals([...asked].filter((key) => !(key in table)), [], tag);
  for (const [key, word] of Object.entries<Word>(EN_EMBED)) {
    assertEquals([key, placesOf(TABLES.de![key as keyof typeof EN_EMBED]!)], [key, placesOf(word)]);
    assert(!(key in ENGLISH) || !asked.has(key), key);
  }
});

/** The words that a script asks for. */
function askedIn(text: string): string[] {
  const asked = Array.from(text.matchAll(/\bword(?:With)?\(([^,)]*)/g), ([, argument]) => argument!);
  return asked.flatMap((argument) => Array.from(argument.matchAll(/"(\w+)"/g), ([, key]) => key!));
}

/** The scripts that come with the first one, and all of them. */
async function scripts(): Promise<{ first: Set<string>; all: Set<string> }> {
  const imports = await readImports("static/app.js");
  const first = new Set<string>();
  const visit = (file: string) => {
    if (first.has(file)) return;
    first.add(file);
    // What is fetched later stands in a call.
    const later = Array.from(textOf(file).matchAll(/import\("[./]*(.*?)"\)/g), ([, name]) => name!);
    imports.get(file)?.filter((target) => !later.some((name) => target.endsWith(`/${name}`))).forEach(visit);
  };
  visit("static/app.js");
  return { first, all: new Set(imports.keys()) };
}

function textOf(file: string): string {
  const texts: Record<string, string> = STATIC_FILES;
  return texts[file.slice("static/".length)]!;
}

Deno.test("the first script has the words that it asks for, and no word is left over", async () => {
  const { first, all } = await scripts();
  assert(first.size > 30 && all.size > first.size + 5, `${first.size} of ${all.size}`);
  const asked = new Set([...first].flatMap((file) => askedIn(textOf(file))));
  assert(asked.size > 0);
  assertEquals([...asked].filter((key) => !(key in EN)), []);
  const text = [...all].filter((file) => !file.includes("/words/")).map(textOf).join("\n");
  // The words of the page's HTML stand there only: a script would show their keys.
  const askedOfHtml = [...all].flatMap((file) => askedIn(textOf(file))).filter((key) => inHtml.has(key));
  assertEquals(askedOfHtml.filter((key) => !(key in ENGLISH)), []);
  // Some are chosen by a state of their own name.
  const states = ["connecting", "waiting", "refused"];
  assertEquals(Object.keys(ENGLISH).filter((key) => !states.includes(key) && !text.includes(`"${key}"`)), []);
});

/** Those that people can meet; the others are for developers. */
const MET =
  "bad_key banned conflict deleted expired kicked link_down locked muted name_taken needs_proof no_access no_such_message " +
  "nonce_used not_allowed not_joined other_id rate_limited room_full slow store_full too_big too_late too_many_emoji too_many_rooms " +
  "unavailable unsupported";

Deno.test("what a person can be refused with has a sentence, and anything else one that shows no code", async () => {
  await moreWords();
  const other = reasonOf({ code: "hello_first" });
  for (const code of MET.split(" ")) assert(![other, code].includes(reasonOf({ code })), code);
  assert(!other.includes("hello_first"), other);
});

/** Texts of a script that a person could read: capital letters or sentences, and what labels say. What is thrown is for developers. */
function wordsIn(script: string): string[] {
  const code = script.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|\bthrow .*$|\w*Error\(.*$|^import .*$/gm, "");
  const texts = Array.from(
    code.matchAll(/"([^"\n]*)"|`([^`]*)`/g),
    ([, plain, made = ""]) => plain ?? made.replaceAll(/\$\{[^}]*\}/g, ""),
  );
  const labels = Array.from(
    code.matchAll(/\b(?:aria-label|title|placeholder|alt)"?: "([^"]*)"/g),
    ([, label]) => label!,
  );
  const known = /^(Escape|Enter|Tab|Home|End|Delete|Backspace|Space|Page|Arrow|Files|Notification|Switchboard)\w*$/;
  return [...texts.filter((text) => /^[A-Z][a-z]+$|[A-Z][a-z]+ [a-z]|[a-z]{2,} [a-z]{2,}[.…!?]/.test(text)), ...labels]
    .filter((text) => /\p{L}/u.test(text) && !known.test(text));
}

Deno.test("no script of the page has words of its own", () => {
  assertEquals(
    wordsIn('button("Load", …); make("p", { title: "x" }); `${n} messages not shown.`; "Escape"; throw Error("No x")'),
    [
      "Load",
      " messages not shown.",
      "x",
    ],
  );
  const files = Object.keys(STATIC_FILES).filter((name) =>
    /^(views\/|text\/code)?[^/]*\.js$/.test(name) && !/docs|worker|identity/.test(name)
  );
  assert(files.length > 50, `${files.length}`);
  assertEquals(files.flatMap((file) => wordsIn(textOf(`static/${file}`)).map((text) => `${file}: ${text}`)), []);
});
