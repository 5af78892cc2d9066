/** What everybody takes who comes: as a socket, or with a request that reads or changes a room. @module */

import { type Asked, type HttpOptions, HttpRefusal } from "./options.ts";

/** Takes the share of somebody new from an address. @throws {HttpRefusal} if there is none left for now */
export function takeShare({ address }: Pick<Asked, "address">, manager: HttpOptions["manager"]): void {
  if (!manager.accepts) throw overloaded();
  const retryAfterMs = manager.connectMs(address);
  if (retryAfterMs > 0) {
    throw new HttpRefusal(429, "Too many connections come from this address: try again later", {
      "retry-after": `${Math.ceil(retryAfterMs / 1000)}`,
    }, { code: "rate_limited", retryAfterMs });
  }
}

export function overloaded(): HttpRefusal {
  const message = "The server is full, overloaded or stopping: try again later";
  return new HttpRefusal(503, message, { "retry-after": "2" }, { code: "unavailable", retryAfterMs: 2_000 });
}
