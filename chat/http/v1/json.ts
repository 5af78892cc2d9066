/** Answers in JSON. @module */

/** @param headers beside the usual ones */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: {
      "content-type": "application/json",
      // What was written may be changed, deleted or hidden at any time.
      "cache-control": "no-store",
      ...headers,
    },
  });
}
