/** The words of the room, in the language of the site's page. @module */

import { useWords } from "../words.js";
import { DE_EMBED } from "../words/de_embed.js";
import { DE_SHARED } from "../words/de_shared.js";
import { EN } from "../words/en.js";
import { EN_EMBED } from "../words/en_embed.js";
import { EN_SHARED } from "../words/en_shared.js";

/** By the tag of the language. @type {Record<string, import("../words/en.js").Words>} */
export const TABLES = {
  en: { ...EN, ...EN_SHARED, ...EN_EMBED },
  de: { ...DE_SHARED, ...DE_EMBED },
};

/** Chooses them. @param {string[]} preferred language tags, the first is liked most */
export function speakAs(preferred) {
  const languageOf = (/** @type {string} */ tag) => String(tag.split("-")[0]).toLowerCase();
  const tag = preferred.find((each) => languageOf(each) in TABLES) ?? "en";
  useWords(TABLES[languageOf(tag)] ?? {}, tag);
}
