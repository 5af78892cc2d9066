/** The sender of a request, and the proof of its id. @module */

import type { Introduction } from "../../socket/visitor.ts";
import { isKeyed, readId } from "../../wire/identity.ts";
import { Invalid } from "../../wire/invalid.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";

/** The id of somebody whose token says who it is. */
const SAID_BY_TOKEN = "whoever";

export interface Who extends Pick<Introduction, "key" | "token"> {
  id: string;
}

/**
 * Reads what a request says of its sender: `?id=`, and `Authorization: Bearer` with the key of that id, or a token. What is behind a word of a proxy
 * needs neither.
 *
 * @param nobody the id of one that says nothing; undefined: it must say something
 * @throws {HttpRefusal} if it says nothing
 */
export function readWho(asked: Asked, { identify }: HttpOptions, nobody?: string): Who {
  const bearer = /^Bearer +(.+?) *$/i.exec(asked.headers.get("authorization") ?? "")?.[1];
  const person = identify?.(asked);
  if (person !== undefined) return { id: person, token: bearer };
  const named = asked.url.searchParams.get("id");
  if (named === null) {
    if (bearer !== undefined) return { id: SAID_BY_TOKEN, token: bearer };
    if (nobody !== undefined) return { id: nobody };
    throw new HttpRefusal(401, "Say who you are: ?id=ID, or Authorization: Bearer with a token or a bot's secret");
  }
  const id = readNamed(named);
  return isKeyed(id) ? { id, key: bearer } : { id, token: bearer };
}

function readNamed(named: string): string {
  try {
    return readId(encodeURIComponent(named));
  } catch (error) {
    throw error instanceof Invalid || error instanceof URIError ? new HttpRefusal(400, error.message) : error;
  }
}
