/**
 * What the server answers to each request: sockets at `/ws/:id`, a few reserved paths, files under `/static/`, and the page for
 * every other path, so that `/r/<room>` opens a room.
 *
 * @module
 */

import { type Endpoint, showAddress } from "../base/addresses.ts";
import type { Assets } from "./assets.ts";
import type { Peer } from "../socket/connection.ts";
import * as bounds from "../logging/bounds.ts";
import * as limits from "../limits.ts";
import type { Metrics } from "./metrics.ts";
import type { EventedSocket } from "../outbox/outbox.ts";
import { Refusal } from "./refusal.ts";
import { type Accepted, asksForSocket, decideUpgrade, isSocketPath } from "./upgrade.ts";

/** Who takes the sockets. */
export interface SocketTaker {
  /** Whether another one is taken. */
  readonly accepts: boolean;
  /** Serves an open socket. */
  connect(socket: EventedSocket, peer: Peer, room: string): unknown;
}

/** What the handler is made of. */
export interface HttpOptions {
  /** Who takes the sockets. */
  manager: SocketTaker;
  /** The files that are served. */
  assets: Assets;
  /** Origins whose pages may open sockets; undefined: all. */
  origins?: string[];
  /** Served at `/metrics`; undefined: nothing is there. */
  metrics?: Metrics;
  /** Where a client is, by where its connection comes from and its `X-Forwarded-For`; default: where it comes from. */
  addressOf?(remote: Endpoint, forwardedFor: string | null): string;
  /** Told of each request that is refused, if it was for a socket or its head could not be read. */
  onRefused?(refused: RefusedRequest): void;
  /** Told of what threw and should not have. */
  onTrouble?(error: unknown): void;
}

/** What an operator should know of a request that was refused. */
export interface RefusedRequest {
  /** The HTTP status of the answer. */
  status: number;
  /** What its sender was told. */
  reason: string;
  /** Without its query, in which there may be secrets; undefined: its head could not be read. */
  path?: string;
  /** Where it came from. */
  address: string;
  /** The site whose page sent it, if a page did. */
  origin?: string;
}

/** What is looked at of a request. */
export type RequestHead = Pick<Request, "method" | "url" | "headers">;

/** What a listener knows of a connection beside the request that came by it. */
export interface ConnectionFacts {
  /** Where it comes from. */
  remote: Endpoint;
  /** `1.1`, where the listener tells. */
  httpVersion?: string;
}

/** Makes the handler for `Deno.serve`. */
export function createHandler(options: HttpOptions): Deno.ServeHandler<Deno.NetAddr> {
  return async (request, { remoteAddr }) => {
    const result = await answer(options, () => request, { remote: remoteAddr });
    if (result instanceof Response) return result;
    try {
      return openSocket(options.manager, request, result);
    } catch (error) {
      return fail(options, error);
    }
  };
}

/**
 * Answers a request, whichever listener it came by: with a response, or with the socket that may be opened for it.
 *
 * @param readHead gives what was asked; may throw a {@linkcode Refusal}
 */
export async function answer(
  options: HttpOptions,
  readHead: () => RequestHead,
  { remote, httpVersion }: ConnectionFacts,
): Promise<Response | Accepted> {
  const { addressOf = showAddress } = options;
  let head: RequestHead | undefined;
  try {
    head = readHead();
    const address = addressOf(remote, head.headers.get("x-forwarded-for"));
    const result = await route(options, head, { address, httpVersion });
    return result instanceof Response ? guarded(result) : result;
  } catch (error) {
    if (!(error instanceof Refusal)) return fail(options, error);
    tellRefused(options, head, addressOf(remote, head?.headers.get("x-forwarded-for") ?? null), error);
    return refuse(error);
  }
}

/** Nothing of the inside reaches a client. */
function fail({ onTrouble }: HttpOptions, error: unknown): Response {
  onTrouble?.(error);
  return guarded(new Response("Something went wrong here\n", { status: 500 }));
}

function tellRefused(
  { onRefused }: HttpOptions,
  head: RequestHead | undefined,
  address: string,
  { status, message: reason }: Refusal,
): void {
  if (head === undefined) return onRefused?.({ status, reason, address });
  const path = URL.parse(head.url)?.pathname ?? "";
  if (!isSocketPath(path) && !asksForSocket(head.headers)) return;
  onRefused?.({
    status,
    reason,
    path: path.slice(0, bounds.LOGGED_CHARACTERS),
    address,
    origin: head.headers.get("origin")?.slice(0, bounds.LOGGED_CHARACTERS),
  });
}

/** Gives a response the headers that every one has: nobody is to guess what it is, or to use it in a page of another site. */
function guarded(response: Response): Response {
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  return response;
}

/** Every request that is refused, a socket's included, is refused here. */
function refuse({ status, message, headers }: Refusal): Response {
  const type = { "content-type": "text/plain; charset=utf-8" };
  return guarded(new Response(`${message}\n`, { status, headers: { ...type, ...headers } }));
}

function route(
  options: HttpOptions,
  request: RequestHead,
  from: { address: string; httpVersion?: string },
): Response | Accepted | Promise<Response> {
  if (from.httpVersion !== undefined && !/^1\.[01]$/.test(from.httpVersion)) {
    throw new Refusal(400, "A request must be of HTTP/1.1 or HTTP/1.0");
  }
  const url = readUrl(request);
  const path = url.pathname;
  const { method, headers } = request;
  if (isSocketPath(path) || asksForSocket(headers)) {
    const { manager: { accepts }, origins } = options;
    return decideUpgrade({ method, url, headers, ...from }, { accepts, origins });
  }
  if (method !== "GET" && method !== "HEAD") {
    throw new Refusal(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
  }
  if (path === "/healthz") return health(options.manager);
  if (path === "/metrics") return renderMetrics(options);
  if (path === "/docs" || path === "/docs/") return page(options, "docs.html", request, url);
  if (path === "/favicon.ico") return options.assets.respond("icon.svg", request);
  if (!path.startsWith("/static/")) return page(options, "index.html", request, url);
  const name = path.slice("/static/".length);
  if (!options.assets.has(name)) throw new Refusal(404, "There is no such file");
  return options.assets.respond(name, request);
}

function renderMetrics({ metrics }: HttpOptions): Response {
  // The page in their place would pass for metrics with whoever looks at the status alone.
  if (metrics === undefined) throw new Refusal(404, "Metrics are off here: METRICS=on serves them");
  return new Response(metrics.render());
}

/** A page: windows of other sites are none of its own. */
async function page({ assets }: HttpOptions, name: string, request: RequestHead, url: URL): Promise<Response> {
  const response = await assets.respond(name, request);
  // Over plain http browsers ignore it, and complain of it in the console. A client that forges the proxy's header changes only
  // its own page.
  if (url.protocol === "https:" || request.headers.get("x-forwarded-proto") === "https") {
    response.headers.set("cross-origin-opener-policy", "same-origin");
  }
  return response;
}

/** Paths that are not what they seem: a step up or to nowhere, or a slash that leans back. */
const ODD = /\/(\.|%2e){1,2}(\/|$)|\\/i;
const ODD_OR_ESCAPED = new RegExp(`${ODD.source}|%2e|%2f|%5c|%00`, "i");

/** A name, or an address: one of IPv6 in brackets, perhaps with the zone by which a machine reaches it (`%25eth0`). */
const HOST = /^(\[[0-9a-fA-F:.]+(%[\w.~%-]+)?\]|[A-Za-z0-9._-]*)(:\d{1,5})?$/;

/** The URL asked for, once `Host` and path are known to be what they seem. */
function readUrl(request: RequestHead): URL {
  // The runtime builds the URL from the Host header, so a Host of `a/b?` would choose the path.
  const host = request.headers.get("host");
  if (host !== null && !HOST.test(host)) {
    throw new Refusal(400, "The Host header must be a name or an address, with a port or without");
  }
  const [beforeQuery = ""] = request.url.split("?", 1);
  // A URL has no zone.
  const url = URL.parse(request.url.replace(/^(https?:\/\/\[[^%\]/]*)%[^\]/]*\]/, "$1]"));
  if (url === null) throw new Refusal(400, "The Host header must be a name or an address that there can be");
  // What is escaped at a socket's path belongs to the id, which has rules of its own.
  const odd = isSocketPath(url.pathname) ? ODD : ODD_OR_ESCAPED;
  if (odd.test(beforeQuery)) throw new Refusal(404, "There is no such path");
  return url;
}

function health(manager: SocketTaker): Response {
  return manager.accepts ? new Response("ok\n") : new Response("stopping, full or overloaded\n", { status: 503 });
}

function openSocket(manager: SocketTaker, request: Request, { peer, room, subprotocol }: Accepted): Response {
  // The runtime understands a list of subprotocols only where blanks follow its commas, and throws at any other.
  const understood = request.headers.get("sec-websocket-protocol")?.split(", ").includes(subprotocol ?? "");
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout: limits.IDLE_TIMEOUT_S,
    protocol: understood ? subprotocol : undefined,
  });
  // Only where it must be: before Deno 2.5.5 these headers cannot be changed.
  if (subprotocol !== undefined && !understood) response.headers.set("sec-websocket-protocol", subprotocol);
  socket.onopen = () => manager.connect(socket, peer, room);
  // Until it opens, an error means that there is nobody to serve.
  socket.onerror = () => {};
  return response;
}
