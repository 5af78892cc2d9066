/** The handler for `Deno.serve`. @module */

import { IDLE_TIMEOUT_S } from "../limits.ts";
import { answer, fail } from "./answer.ts";
import type { HttpOptions } from "./options.ts";
import type { Accepted } from "./upgrade.ts";

export function createHandler(options: HttpOptions): Deno.ServeHandler<Deno.NetAddr> {
  return async (request, { remoteAddr }) => {
    const result = await answer(options, () => request, remoteAddr);
    if (result instanceof Response) return result;
    try {
      return openSocket(options.manager, request, result);
    } catch (error) {
      return fail(options, error);
    }
  };
}

function openSocket(
  manager: HttpOptions["manager"],
  request: Request,
  { peer, room, subprotocol }: Accepted,
): Response {
  // The runtime understands a list of subprotocols only where blanks follow its commas, and throws at any other.
  const understood = request.headers.get("sec-websocket-protocol")?.split(", ").includes(subprotocol ?? "");
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout: IDLE_TIMEOUT_S,
    protocol: understood ? subprotocol : undefined,
  });
  // Only if it must be: before Deno 2.5.5 these headers cannot be changed.
  if (subprotocol !== undefined && !understood) response.headers.set("sec-websocket-protocol", subprotocol);
  socket.onopen = () => manager.connect(socket, peer, room);
  // Until it opens, an error means that there is nobody to serve.
  socket.onerror = () => {};
  return response;
}
