/** The word of the proxy before this server on who a client is. Loaded only if a setting asks for it. @module */

import { idOfPerson } from "../policy/person.ts";
import type { Asked } from "./options.ts";

/**
 * Makes a function that gives the id of the person who asks, if a trusted proxy has named one.
 *
 * @param header the one in which it does; whoever connects directly may write into it what they like, so that it does not count then
 */
export function namedIn(header: string): (asked: Asked) => string | undefined {
  return ({ viaProxy, headers }) => {
    const value = viaProxy ? headers.get(header) : undefined;
    return value ? idOfPerson(asText(value)) : undefined;
  };
}

/** Headers come as bytes; names beyond ASCII are UTF-8 as a rule. */
function asText(value: string): string {
  if (/[^\0-\xff]/.test(value)) return value;
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return value;
  }
}
