/**
 * The sites whose pages may open sockets, and change something by HTTP. A browser says in `Origin` which site a page is of, and no page can change that; programs send none. Without this check a
 * page of any site could act here in the name of whoever visits it, and reach a server that only its visitor's network can.
 *
 * @module
 */

import type { Asked, HttpOptions } from "./options.ts";

/** In the list it stands for the host at which the client has reached this server. */
export const OWN = "own";

/** Whether a request comes from no page, or from one that may open sockets here. */
export function isFromAdmittedPage(
  { headers, viaProxy }: Pick<Asked, "headers" | "viaProxy">,
  { origins = [OWN] }: Pick<HttpOptions, "origins">,
): boolean {
  // Of several, the last one is that of the trusted proxy.
  const forwarded = viaProxy ? headers.get("x-forwarded-host")?.split(",").at(-1)?.trim() : undefined;
  return admitsOrigin(origins, headers.get("origin"), forwarded ?? headers.get("host"));
}

/**
 * Whether a page may open sockets here.
 *
 * @param allowed origins, `null` among them for pages without one, {@linkcode OWN}, or `*` for all
 * @param origin the page's; null: it is no page that asks
 * @param host the host asked for, as the client has named it
 */
export function admitsOrigin(allowed: readonly string[], origin: string | null, host: string | null): boolean {
  if (origin === null || allowed.includes("*") || allowed.includes(origin)) return true;
  return allowed.includes(OWN) && host !== null && isAt(host, origin);
}

/** An origin leaves out the port that is usual for its scheme, and a Host may have it. What has more in it than an origin is none. */
function isAt(host: string, origin: string): boolean {
  const page = URL.parse(origin);
  return page !== null && page.origin === origin && /^https?:$/.test(page.protocol) &&
    URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}
