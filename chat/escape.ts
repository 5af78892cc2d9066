/**
 * What others wrote, made fit for an operator's eyes.
 *
 * @module
 */

// Controls, formats (directions of text and marks without a width among them), separators, halves of characters.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/gu;

/** Writes what a terminal would obey or hide as in JSON: a carriage return as `\r`, others as `\u202e`. */
export function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    return short !== character ? short : Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join("");
  });
}
