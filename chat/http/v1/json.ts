/** Answers in JSON. @module */

/** @param headers beside the usual ones */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  const body = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  return new Response(body, {
    status,
    headers: {
      "content-type": "application/json",
      // `HEAD` says it, too.
      "content-length": String(body.length),
      // What was written may be changed, deleted or hidden at any time.
      "cache-control": "no-store",
      ...headers,
    },
  });
}
