/** The sender of a request, and the proof of its id. @module */

import type { Introduction } from "../../socket/visitor.ts";
import { isKeyed, readId } from "../../wire/identity.ts";
import { Invalid } from "../../wire/invalid.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";
import { isRead } from "./route.ts";

/** The id of somebody whose token says who it is. */
const SAID_BY_TOKEN = "whoever";

/** The id of somebody who only reads: nobody sees it. Nobody comes under it, either, or is banned under it: its blank is in no id. */
const READER = " reader";

export interface Who extends Pick<Introduction, "key" | "token"> {
  id: string;
}

/**
 * Reads what a request says of its sender: `?id=`, and `Authorization: Bearer` with the key of that id, or a token. What is behind a word of a proxy
 * needs neither, and a request that only reads need not say anything where everybody may read.
 *
 * @throws {HttpRefusal} if it must and does not
 */
export function readWho(asked: Asked, { identify }: HttpOptions): Who {
  const bearer = bearerOf(asked);
  const person = identify?.(asked);
  if (person !== undefined) return { id: person, token: bearer };
  const named = asked.url.searchParams.get("id");
  if (named === null) {
    if (bearer !== undefined) return { id: SAID_BY_TOKEN, token: bearer };
    if (isRead(asked)) return { id: READER };
    throw new HttpRefusal(401, "Say who you are: ?id=ID, or Authorization: Bearer with a token or a bot's secret");
  }
  const id = readNamed(named);
  return isKeyed(id) ? { id, key: bearer } : { id, token: bearer };
}

/** No regular expression that looks for the blanks at both ends: with many in between it would take seconds. */
function bearerOf({ headers }: Asked): string | undefined {
  const [scheme = "", ...rest] = (headers.get("authorization") ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" ? rest.join(" ").trim() || undefined : undefined;
}

function readNamed(named: string): string {
  try {
    return readId(encodeURIComponent(named));
  } catch (error) {
    throw error instanceof Invalid || error instanceof URIError ? new HttpRefusal(400, error.message) : error;
  }
}
