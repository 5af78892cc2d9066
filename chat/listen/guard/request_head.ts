/** The head of a request, as Node's parser has it. @module */

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Endpoint } from "../../base/addresses.ts";
import { HttpRefusal } from "../../http/options.ts";
import type { RequestHead } from "../../http/request_url.ts";
import * as bounds from "./bounds.ts";

export function headOf(
  { method = "", url = "", rawHeaders }: IncomingMessage,
  scheme: string,
  body: RequestHead["body"],
): RequestHead {
  // At that many the parser leaves out the others.
  if (rawHeaders.length >= 2 * bounds.HEADERS) {
    throw new HttpRefusal(431, `A request may have ${bounds.HEADERS - 1} headers`);
  }
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  return {
    method,
    headers,
    body,
    url: url.startsWith("/") ? `${scheme}://${headers.get("host") || "localhost"}${url}` : url,
  };
}

export function refuseHead(): never {
  throw new HttpRefusal(431, `The head of a request may have ${bounds.HEAD_BYTES} bytes`);
}

export function remoteOf(
  { remoteAddress = "", remotePort = 0 }: Pick<Socket, "remoteAddress" | "remotePort">,
): Endpoint {
  return { hostname: remoteAddress, port: remotePort };
}
