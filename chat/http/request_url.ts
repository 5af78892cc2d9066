/** Checks that a request asks for what it seems to ask for. @module */

import { type Asked, HttpRefusal } from "./options.ts";
import { isSocketPath } from "./upgrade.ts";

/** The parts of a request that are read. */
export type RequestHead = Pick<Request, "method" | "url" | "headers"> & Pick<Asked, "body">;

/** Paths that are not what they seem: a step up or to nowhere, or a slash that leans back. */
const ODD = /\/(\.|%2e){1,2}(\/|$)|\\/i;
const ODD_OR_ESCAPED = new RegExp(`${ODD.source}|%2e|%2f|%5c|%00`, "i");

/** A name, or an address: one of IPv6 in brackets, perhaps with the zone by which a machine reaches it (`%25eth0`). */
const HOST = /^(\[[0-9a-fA-F:.]+(%[\w.~%-]+)?\]|[A-Za-z0-9._-]*)(:\d{1,5})?$/;

/** The URL asked for, once `Host` and path are known to be what they seem. */
export function readUrl(request: RequestHead): URL {
  // The runtime builds the URL from the Host header, so a Host of `a/b?` would choose the path.
  const host = request.headers.get("host");
  if (host !== null && !HOST.test(host)) {
    throw new HttpRefusal(400, "The Host header must be a name or an address, with a port or without");
  }
  const [beforeQuery = ""] = request.url.split("?", 1);
  // A URL has no zone.
  const url = URL.parse(request.url.replace(/^(https?:\/\/\[[^%\]/]*)%[^\]/]*\]/, "$1]"));
  if (url === null) throw new HttpRefusal(400, "The Host header must be a name or an address that there can be");
  // Escapes at a socket's path belong to the id, which has rules of its own.
  const odd = isSocketPath(url.pathname) ? ODD : ODD_OR_ESCAPED;
  if (odd.test(beforeQuery)) throw new HttpRefusal(404, "There is no such path");
  return url;
}
