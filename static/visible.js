/** The characters of a text that can be seen. @module */

const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cs}\u2800\u{1D159}\uFFF9-\uFFFB\u{13430}-\u{1343F}\u{13441}\u{13442}]/u;

/** Whether there is nothing in a text that can be seen, as the server has it. @param {string} text */
export function isBlank(text) {
  return !VISIBLE.test(text);
}
