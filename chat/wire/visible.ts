/**
 * The characters that can be seen. Invisible ones would make a message that looks empty, and a
 * second "Ada". The page has the same rule in `static/visible.js`; a test compares the two over all of Unicode.
 *
 * @module
 */

/** Blanks that Unicode classes as symbols and letters: of Braille, of music, of Egyptian. */
const BLANKS = "\\u2800\\u{1D159}\\u{13441}\\u{13442}";
/** Characters without width: those that Unicode calls ignorable, interlinear annotation, and the layout of Egyptian. */
const IGNORED =
  "\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\p{Cs}\\uFFF9-\\uFFFB\\u{13430}-\\u{1343F}";
const UNSEEN = `\\p{White_Space}\\p{Cc}${BLANKS}${IGNORED}`;

// Viramas of India's scripts and of Sinhala, by the effect of a joiner beside them: behind one it asks for a half form, or forbids a
// ligature; before one it asks for another ligature.
const HAS_HALF_FORMS = "[\\u094D\\u09CD\\u0ACD\\u0B4D\\u0D4D\\u0DCA]";
const HAS_LIGATURES = "[\\u094D\\u09CD\\u0ACD\\u0B4D\\u0C4D\\u0CCD\\u0D4D\\u0DCA]";
const HAS_OTHER_LIGATURES = "[\\u09CD\\u0CCD\\u0DCA]";
// Arabic letters, as Persian and Urdu have them too, and those that do not join the letter after them or before them.
const ARABIC =
  "[\\u0620-\\u064A\\u066E\\u066F\\u0671-\\u06D3\\u06D5\\u06EE\\u06EF\\u06FA-\\u06FC\\u06FF\\u0750-\\u077F]";
const NOT_NEXT =
  "[\\u0621-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0677\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF" +
  "\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF\\u0759-\\u075B\\u076B\\u076C\\u0771\\u0773\\u0774\\u0778\\u0779]";
const NOT_LAST = "[\\u0621\\u0674]";

/** Places where an invisible character has a visible effect, by RFC 5892 (appendix A) and emoji. */
const SEEN_BY_ITS_EFFECT = [
  "\\p{RGI_Emoji}",
  `(?<=${HAS_HALF_FORMS})\\u200D`,
  `(?<=${HAS_LIGATURES})\\u200C(?=\\p{L})`,
  // The one ligature of Tamil.
  "(?<=\\u0B95\\u0BCD)\\u200C(?=\\u0BB7)",
  `(?<=\\p{L})\\u200D(?=${HAS_OTHER_LIGATURES})`,
  `(?<=[${ARABIC}--${NOT_NEXT}]\\p{M}*\\u200C*)\\u200C(?=[${ARABIC}--${NOT_LAST}])`,
].join("|");

const invisible = new RegExp(`[${UNSEEN}]`, "v");
const visible = new RegExp(`[^${UNSEEN}]`, "v");
const spaces = new RegExp(`[\\p{White_Space}\\p{Cc}${BLANKS}]+`, "gv");
const keptOrIgnored = new RegExp(`(${SEEN_BY_ITS_EFFECT})|[[${IGNORED}]--[${BLANKS}]]`, "gv");
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether a text has nothing that can be seen. */
export function isBlank(text: string): boolean {
  return !visible.test(text);
}

/** Whether each character of a text can be seen by itself. */
export function isAllVisible(text: string): boolean {
  return !invisible.test(text);
}

/** Whether a text begins with something that can stand by itself, as a combining mark cannot. */
export function beginsWithBase(text: string): boolean {
  return /^\P{M}/v.test(text);
}

/** How many characters a person would count. */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count++;
  return count;
}

/**
 * A name as it is shown and compared: in NFC, with single spaces, and without invisible characters. Joiners stay where they
 * have a visible effect: within emoji, beside a virama, between Arabic letters that would join.
 */
export function visibleName(name: string): string {
  const seen = name.replace(keptOrIgnored, (_, kept: string | undefined) => kept ?? "");
  const shown = seen.normalize("NFC").replace(spaces, " ").trim();
  // A joiner may have stood beside a character that was removed.
  return shown === name ? name : visibleName(shown);
}
