/**
 * The part of `ws` that the service uses. It is imported by a name that Deno does not download before it is needed.
 *
 * @module
 */

import type * as Library from "./ws.d.ts";

const library: typeof Library = await import("npm:" + "ws@8.23.0");

export const { WebSocket, WebSocketServer } = library;
