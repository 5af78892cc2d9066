/**
 * Makes what strangers wrote safe for terminals and readable for an operator.
 *
 * @module
 */

// Controls, formats (directions of text and marks without a width among them), separators, halves of characters.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/gu;

/** Escapes characters that a terminal would obey or hide as in JSON: a carriage return as `\r`, others as `\u202e`. */
export function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    if (short !== character) return short;
    return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

// JSON leaves these as they are, and terminals carry them out.
const LATE_CONTROLS = /[\x7f-\x9f]/g; // deno-lint-ignore-line no-control-regex -- it finds control characters

/** Writes a value as one line of JSON that has no control character as it is. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(LATE_CONTROLS, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
