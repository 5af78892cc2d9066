/**
 * Listens, and goes on listening: when the process runs out of file descriptors the runtime's server ends with an error, which
 * must not end the chats of connected clients.
 *
 * @module
 */

import type { Endpoint } from "../base/addresses.ts";
import { listenOnAll } from "./bind.ts";
import type { Logger } from "../logging/logger.ts";
import type { TlsFiles } from "./tls_files.ts";

export interface ListenOptions {
  /** The address, `localhost`, or undefined for every one. */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  reusePort: boolean;
  tls?: TlsFiles;
  signal: AbortSignal;
}

/** How long to wait before listening again, in milliseconds: until then, some descriptors may be free. */
const AGAIN_MS = 200;

/**
 * Starts to listen, until `signal` ends it.
 *
 * @returns where
 * @throws {StartError} if that cannot be
 */
export async function listenByDeno(
  handler: Deno.ServeHandler<Deno.NetAddr>,
  { host, port, reusePort, tls, signal }: ListenOptions,
  logger: Logger,
): Promise<Endpoint[]> {
  const serve = ({ hostname, port }: Endpoint) =>
    Deno.serve({
      hostname,
      port,
      reusePort,
      ...tls,
      signal,
      onListen: () => {},
      onError: (error) => {
        logger("trouble", { error: String(error) });
        return new Response("Something went wrong here\n", { status: 500 });
      },
    }, handler);
  const servers = await listenOnAll(host, port, (at) => {
    const server = serve(at);
    return { hostname: at.hostname, port: server.addr.port, server, close: () => void server.shutdown() };
  });
  for (const { server, hostname, port } of servers) {
    keepServing(server, () => serve({ hostname, port }), signal, logger);
  }
  return servers.map(({ hostname, port }) => ({ hostname, port }));
}

async function keepServing(
  first: Deno.HttpServer<Deno.NetAddr>,
  again: () => Deno.HttpServer<Deno.NetAddr>,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  let server: Deno.HttpServer<Deno.NetAddr> | undefined = first;
  while (true) {
    try {
      // Restarting fails as well while there is no descriptor for it.
      server ??= again();
      return await server.finished;
    } catch (error) {
      if (signal.aborted) return;
      server = undefined;
      logger("trouble", { message: "The listener broke: listening again", error: String(error) });
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
