/** The table of routes. Sockets are opened at `/ws/:id`, and the page is at every other path. @module */

import { EMBED } from "./assets.ts";
import { metrics } from "./metrics.ts";
import { type Asked, type HttpOptions, HttpRefusal, type Respond } from "./options.ts";
import { isFromAdmittedPage } from "./origins.ts";
import { type Accepted, asksForSocket, decideUpgrade, isSocketPath } from "./upgrade.ts";
import { respond } from "./v1/respond.ts";
import { isApi } from "./v1/route.ts";

/** By path; a `*` at its end stands for any rest. The first that fits is taken. */
const ROUTES: readonly [path: string, respond: Respond][] = [
  ["/healthz", health],
  ["/metrics", metrics],
  ["/docs", page("docs.html")],
  ["/docs/", page("docs.html")],
  ["/favicon.ico", file("icon.svg")],
  ["/manifest.webmanifest", file("manifest.webmanifest")],
  // Up here, because a worker has only what lies beside it or below.
  ["/worker.js", file("worker.js")],
  ["/client.js", clientModule],
  ["/client.d.ts", openFile("client/connect.d.ts")],
  ["/embed.js", openFile(EMBED)],
  ["/embed.json", admission],
  ["/client.py", file("client/switchboard.py")],
  ["/static/*", staticFile],
  ["*", page("index.html")],
];

/** Finds the answer: a response, or the socket that may be opened. */
export function route(asked: Asked, options: HttpOptions): Response | Accepted | Promise<Response> {
  const { method, headers, url: { pathname } } = asked;
  if (isSocketPath(pathname) || asksForSocket(headers)) return decideUpgrade(asked, options);
  if (isApi(pathname)) return respond(asked, options);
  if (method !== "GET" && method !== "HEAD") {
    throw new HttpRefusal(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
  }
  const [, respondHere] = ROUTES.find(([path]) => fits(pathname, path))!;
  return respondHere(asked, options);
}

function fits(pathname: string, path: string): boolean {
  return path.endsWith("*") ? pathname.startsWith(path.slice(0, -1)) : pathname === path;
}

/** Whether the process should be sent more clients, for load balancers. */
function health(_: Asked, { manager }: HttpOptions): Response {
  return manager.accepts ? new Response("ok\n") : new Response("stopping, full or overloaded\n", { status: 503 });
}

/** A page, apart from windows of other sites. */
function page(name: string): Respond {
  return async (asked, { assets }) => {
    const response = await assets.respond(name, asked, asked.url.pathname.split("/").length - 2);
    // Over plain http browsers ignore it, and complain of it in the console. A client that forges the proxy's header changes only
    // its own page.
    if (asked.url.protocol === "https:" || asked.headers.get("x-forwarded-proto") === "https") {
      response.headers.set("cross-origin-opener-policy", "same-origin");
    }
    return response;
  };
}

function file(name: string): Respond {
  return (asked, { assets }) => assets.respond(name, asked);
}

/** What programs and other sites' pages import from here. */
function openFile(name: string): Respond {
  return async (asked, { assets }) => {
    const response = await assets.respond(name, asked);
    response.headers.set("access-control-allow-origin", "*");
    return response;
  };
}

/** The client for programs, and other sites' pages. */
async function clientModule(asked: Asked, options: HttpOptions): Promise<Response> {
  const response = await openFile("client/connect.js")(asked, options);
  // Deno and editors follow it.
  response.headers.set("x-typescript-types", "./client.d.ts");
  return response;
}

/** Whether the page that asks may open sockets: a browser does not tell it why it got none. */
function admission(asked: Asked, options: HttpOptions): Response {
  const headers = { "access-control-allow-origin": "*", "cache-control": "no-store" };
  return Response.json({ admitted: isFromAdmittedPage(asked, options) }, { headers });
}

async function staticFile(asked: Asked, { assets }: HttpOptions): Promise<Response> {
  const path = asked.url.pathname.slice("/static/".length);
  const isOfNow = path.startsWith(`${assets.version}/`);
  const name = isOfNow ? path.slice(assets.version.length + 1) : path;
  if (!assets.has(name)) throw new HttpRefusal(404, "There is no such file");
  const response = await assets.respond(name, asked);
  // Another content would have another address.
  if (isOfNow) response.headers.set("cache-control", "public, max-age=31536000, immutable");
  return response;
}
