/** Ports, and what answers on them: for programs that cannot be asked which port they took. @module */

/** Below those that the system gives for port 0, and to clients: one of them may be gone before it is used. */
const LASTING = { from: 15_000, to: 32_000 };

const given = new Set<number>();

/** A port that nobody else is given, not even by another call, while what listens on it is down. */
export function lastingPort(): number {
  while (true) {
    const port = LASTING.from + Math.floor(Math.random() * (LASTING.to - LASTING.from));
    if (given.has(port)) continue;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      given.add(port);
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Whether a server at `url` (without a slash at its end) takes connections. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}
