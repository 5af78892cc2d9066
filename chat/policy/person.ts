/** The people whom a token or a proxy vouches for, and their ids. @module */

import { createHash } from "node:crypto";
import { checkId, PERSONAL_ID_PREFIX } from "../wire/identity.ts";
import { Invalid } from "../wire/invalid.ts";

/**
 * The id of a person: `t-` and what the others call it. A subject that is no id, or too long for one, is hashed; so is one that looks like such a hash or
 * is not in NFC, because no two subjects may have one id.
 */
export function idOfPerson(subject: string): string {
  const readable = `${PERSONAL_ID_PREFIX}${subject}`;
  if (subject === subject.normalize("NFC") && !/^[\da-f]{32}$/.test(subject) && isId(readable)) return readable;
  return PERSONAL_ID_PREFIX + createHash("sha256").update(subject).digest("hex").slice(0, 32);
}

function isId(text: string): boolean {
  try {
    return text.isWellFormed() && checkId(text) === text;
  } catch (error) {
    if (error instanceof Invalid) return false;
    throw error;
  }
}
