/** The handler for `Deno.serve`. @module */

import { IDLE_TIMEOUT_S } from "../limits.ts";
import { answer, fail } from "./answer.ts";
import { Assets } from "./assets.ts";
import type { HttpOptions } from "./options.ts";
import { STATIC_TEXTS } from "./static_texts.ts";
import type { Accepted } from "./upgrade.ts";
import { mayChange } from "./v1/route.ts";

/** What a handler is made of: a manager, and what else there is. Without `assets` it serves the page that comes with it. */
export type HandlerOptions = Omit<HttpOptions, "assets"> & Partial<HttpOptions>;

/** Serves the page and passes on the sockets, for `Deno.serve`. Without `origins` only its own pages may open sockets. */
export function createHandler(
  { assets = new Assets(STATIC_TEXTS), ...others }: HandlerOptions,
): Deno.ServeHandler<Deno.NetAddr> {
  const options: HttpOptions = { assets, ...others };
  return async (request, info) => {
    // `completed` is made when it is read, and stays as long as a socket does.
    if (mayChange(request)) options.manager.answering(info.completed);
    const result = await answer(options, () => request, info.remoteAddr);
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
  // Unlike `onopen`, a listener that is called once takes up no memory of an idle connection afterwards.
  socket.addEventListener("open", () => manager.connect(socket, peer, room), { once: true });
  return response;
}
