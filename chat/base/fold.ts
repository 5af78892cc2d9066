/** Texts as they are compared. @module */

/** A text without case. */
export function fold(text: string): string {
  // By capitals first: of "ß" there is no small letter that "SS" has, too.
  return text.toUpperCase().toLowerCase().normalize("NFC");
}
