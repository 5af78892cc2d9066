/** What everybody takes who comes: as a socket, or with a request that reads or changes a room. @module */

import { type Asked, type HttpOptions, HttpRefusal } from "./options.ts";

/** Takes the share of somebody new from an address. @throws {HttpRefusal} if there is none left for now */
export function takeShare({ address }: Pick<Asked, "address">, manager: HttpOptions["manager"]): void {
  if (!manager.accepts) throw overloaded();
  const retryAfterMs = manager.connectMs(address);
  if (retryAfterMs > 0) {
    const message = "Too many connections come from this address: try again later";
    throw new HttpRefusal(429, message, {}, { code: "rate_limited", retryAfterMs });
  }
}

export function overloaded(): HttpRefusal {
  const message = "The server is full, overloaded or stopping: try again later";
  return new HttpRefusal(503, message, {}, { code: "unavailable", retryAfterMs: 2_000 });
}
