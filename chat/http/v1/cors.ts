/** What pages of other sites may do here: those that may open sockets may read and change by HTTP, and nobody else's may. There are no cookies. @module */

import type { Asked, HttpOptions } from "../options.ts";
import { isFromAdmittedPage } from "../origins.ts";

const EXPOSED = "retry-after, www-authenticate, stream-next-offset, stream-cursor, stream-up-to-date";
const PREFLIGHT_S = 600;

/** The headers that let the page which asks read the answer. None for a page that may not, and for programs. */
export function corsHeaders(asked: Asked, options: HttpOptions): Record<string, string> {
  const origin = asked.headers.get("origin");
  if (origin === null || !isFromAdmittedPage(asked, options)) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED };
}

/** What a browser asks before it sends a page's request. */
export function answerOptions(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "allow": methods,
      "access-control-allow-methods": methods,
      "access-control-allow-headers": "authorization, content-type, idempotency-key, last-event-id",
      "access-control-max-age": `${PREFLIGHT_S}`,
    },
  });
}
