/**
 * What the server answers to each request: sockets at `/ws/:id`, a few reserved paths, files under `/static/`, and the page for
 * every other path, so that `/r/<room>` opens a room.
 *
 * @module
 */

import type { Assets } from "./assets.ts";
import type { Peer } from "./connection.ts";
import { isKeyed } from "./identity.ts";
import * as limits from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { DEFAULT_ROOM, ID_PATTERN, ROOM_PATTERN, SUBPROTOCOL } from "./protocol.ts";

/** Who takes the sockets. */
export interface SocketTaker {
  /** Whether another one is taken. */
  readonly accepts: boolean;
  /** Serves an open socket. */
  connect(socket: WebSocket, peer: Peer, room: string): unknown;
}

/** What the handler is made of. */
export interface HttpOptions {
  /** Who takes the sockets. */
  manager: SocketTaker;
  /** The files that are served. */
  assets: Assets;
  /** Origins whose pages may open sockets; undefined: all. */
  origins?: string[];
  /** Served at `/metrics` where given. */
  metrics?: Metrics;
}

/** A refusal that the client is told of. Its message says what is allowed. */
class HttpError extends Error {
  constructor(readonly status: number, message: string, readonly headers: Record<string, string> = {}) {
    super(message);
  }
}

/** Makes the handler for `Deno.serve`. */
export function createHandler(options: HttpOptions): Deno.ServeHandler<Deno.NetAddr> {
  return async (request, info) => {
    try {
      return await route(options, request, info);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const headers = { "content-type": "text/plain; charset=utf-8", ...error.headers };
      return new Response(`${error.message}\n`, { status: error.status, headers });
    }
  };
}

function route(
  options: HttpOptions,
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
): Response | Promise<Response> {
  const path = readPath(request);
  if (path === "/ws" || path.startsWith("/ws/")) return upgrade(options, request, info, path);
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new HttpError(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
  }
  if (path === "/healthz") return health(options.manager);
  if (path === "/metrics" && options.metrics) return new Response(options.metrics.render());
  if (path === "/docs" || path === "/docs/") return options.assets.respond("docs.html", request);
  if (path === "/favicon.ico") return options.assets.respond("icon.svg", request);
  if (!path.startsWith("/static/")) return options.assets.respond("index.html", request);
  const name = path.slice("/static/".length);
  if (!options.assets.has(name)) throw new HttpError(404, "There is no such file");
  return options.assets.respond(name, request);
}

/** The path asked for, once `Host` and path are known to be what they seem. */
function readPath(request: Request): string {
  // The runtime builds the URL from the Host header, so a Host of `a/b?` would choose the path.
  const host = request.headers.get("host");
  if (host !== null && !/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*)(:\d{1,5})?$/.test(host)) {
    throw new HttpError(400, "The Host header must be a name or an address, with a port or without");
  }
  const [beforeQuery = ""] = request.url.split("?", 1);
  if (/\/\.\.?(\/|$)|%2e|%2f|%5c|%00|\\/i.test(beforeQuery)) throw new HttpError(404, "There is no such path");
  const url = URL.parse(request.url);
  if (url === null) throw new HttpError(400, "The Host header must be a name or an address that there can be");
  return url.pathname;
}

function health(manager: SocketTaker): Response {
  return manager.accepts ? new Response("ok\n") : new Response("stopping or full\n", { status: 503 });
}

// Sockets. The runtime checks little of an upgrade, and throws where it does: so all of it is checked here.

function upgrade(
  { manager, origins }: HttpOptions,
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  path: string,
): Response {
  checkUpgrade(request, origins);
  const speaksChat = readSubprotocol(request);
  const id = path.slice("/ws/".length);
  const echo = id === "";
  if (!echo) checkId(id, speaksChat);
  const room = new URL(request.url).searchParams.get("room") ?? DEFAULT_ROOM;
  if (!ROOM_PATTERN.test(room)) throw new HttpError(400, "A room must be 1 to 64 of the characters a-z, 0-9 and -");
  if (!manager.accepts) {
    throw new HttpError(503, "The server is full or stopping: try again later", { "retry-after": "2" });
  }

  // Read before the upgrade: afterwards it cannot be.
  const { hostname, port } = info.remoteAddr;
  const peer: Peer = {
    id: echo ? "echo" : id,
    dialect: echo ? "echo" : speaksChat ? "chat.v1" : "plain",
    address: `${hostname}:${port}`,
  };
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: limits.IDLE_TIMEOUT_S });
  // Set here: the runtime does not understand a list of subprotocols without blanks.
  if (speaksChat) response.headers.set("sec-websocket-protocol", SUBPROTOCOL);
  socket.onopen = () => manager.connect(socket, peer, room);
  // Until it opens, an error means that there is nobody to serve.
  socket.onerror = () => {};
  return response;
}

function checkUpgrade({ method, headers }: Request, origins: string[] | undefined): void {
  if (method !== "GET") throw new HttpError(405, "A socket is opened with GET", { allow: "GET" });
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new HttpError(426, "This path speaks WebSocket only", { upgrade: "websocket", connection: "upgrade" });
  }
  if (headers.get("sec-websocket-version") !== "13") {
    throw new HttpError(426, "Sec-WebSocket-Version must be 13", { "sec-websocket-version": "13" });
  }
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    throw new HttpError(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  if (!/\bupgrade\b/i.test(headers.get("connection") ?? "")) {
    throw new HttpError(400, "Connection must have upgrade in it");
  }
  const origin = headers.get("origin");
  if (origins !== undefined && origin !== null && !origins.includes(origin)) {
    throw new HttpError(403, "Pages of this site may not open sockets here");
  }
}

/** Whether the client speaks `chat.v1`; plain text if it asks for nothing. */
function readSubprotocol({ headers }: Request): boolean {
  const asked = headers.get("sec-websocket-protocol");
  if (asked === null) return false;
  if (asked.split(",").some((name) => name.trim() === SUBPROTOCOL)) return true;
  throw new HttpError(400, `The subprotocol must be ${SUBPROTOCOL}, or none for plain text`);
}

function checkId(id: string, speaksChat: boolean): void {
  if (!ID_PATTERN.test(id)) throw new HttpError(400, "An id must be 1 to 64 of the characters A-Z, a-z, 0-9, _ and -");
  if (isKeyed(id) && !speaksChat) {
    throw new HttpError(400, `An id that begins with k- belongs to a key: only ${SUBPROTOCOL} can prove it`);
  }
}
