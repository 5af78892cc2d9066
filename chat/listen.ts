/**
 * Listens, and goes on listening: when the process runs out of file descriptors the runtime's server ends with an error, which
 * must not end the chats of those who are connected.
 *
 * @module
 */

import type { Logger } from "./logger.ts";

/** How to listen. */
export interface ListenOptions {
  /** The address. */
  host: string;
  /** The port; 0 takes a free one. */
  port: number;
  /** Whether other processes may listen on it, too. */
  reusePort: boolean;
  /** Contents of a certificate and its key, in PEM. */
  tls?: { cert: string; key: string };
  /** Ends the listening. */
  signal: AbortSignal;
}

/** How long to wait before listening again, in milliseconds: until then, some descriptors may be free. */
const AGAIN_MS = 200;

/**
 * Starts to listen.
 *
 * @returns the port, and a promise that resolves when `signal` has ended it
 * @throws {Deno.errors.AddrInUse} and other errors of the first attempt
 */
export function listen(
  handler: Deno.ServeHandler<Deno.NetAddr>,
  { host, port, reusePort, tls, signal }: ListenOptions,
  logger: Logger,
): { port: number; finished: Promise<void> } {
  const scheme = tls ? "https" : "http";
  const start = (at: number) =>
    Deno.serve({
      hostname: host,
      port: at,
      reusePort,
      ...tls,
      signal,
      onListen: (address) =>
        logger("listening", { url: `${scheme}://localhost:${address.port}/`, port: address.port, host }),
      onError: (error) => {
        logger("trouble", { error: String(error) });
        return new Response("Something went wrong here\n", { status: 500 });
      },
    }, handler);
  const first = start(port);
  const address = first.addr;
  const keepServing = async () => {
    let server: Deno.HttpServer<Deno.NetAddr> | undefined = first;
    while (true) {
      try {
        // Starting again can fail as well, as long as there is no descriptor for it.
        server ??= start(address.port);
        return await server.finished;
      } catch (error) {
        if (signal.aborted) return;
        server = undefined;
        logger("trouble", { message: "The listener broke: listening again", error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  };
  return { port: address.port, finished: keepServing() };
}
