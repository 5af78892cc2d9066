/** The table of routes. Sockets are opened at `/ws/:id`, and the page is at every other path. @module */

import { health } from "./health.ts";
import { metrics } from "./metrics.ts";
import type { Asked, HttpOptions, Respond } from "./options.ts";
import { file, page, staticFile } from "./page.ts";
import { Refusal } from "./refusal.ts";
import { type Accepted, asksForSocket, decideUpgrade, isSocketPath } from "./upgrade.ts";

/** By path; a `*` at its end stands for any rest. The first that fits is taken. */
const ROUTES: readonly [path: string, respond: Respond][] = [
  ["/healthz", health],
  ["/metrics", metrics],
  ["/docs", page("docs.html")],
  ["/docs/", page("docs.html")],
  ["/favicon.ico", file("icon.svg")],
  ["/static/*", staticFile],
  ["*", page("index.html")],
];

/** Finds the answer: a response, or the socket that may be opened. */
export function route(asked: Asked, options: HttpOptions): Response | Accepted | Promise<Response> {
  const { method, headers, url: { pathname } } = asked;
  if (isSocketPath(pathname) || asksForSocket(headers)) return decideUpgrade(asked, options);
  if (method !== "GET" && method !== "HEAD") {
    throw new Refusal(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
  }
  const [, respond] = ROUTES.find(([path]) => fits(pathname, path))!;
  return respond(asked, options);
}

function fits(pathname: string, path: string): boolean {
  return path.endsWith("*") ? pathname.startsWith(path.slice(0, -1)) : pathname === path;
}
