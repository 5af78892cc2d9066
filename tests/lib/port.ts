/** Ports, and what answers on them: for programs that cannot be asked which port they took. @module */

/** A port on which nothing listens. Another program may take it meanwhile, so use it at once. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether a server at `url` (without a slash at its end) takes connections. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}
