/** Listens as the settings say, unless `deno serve` does or a host that needs no port; and logs where. @module */

import { type Endpoint, isLocal, localUrl, showAddress } from "../base/addresses.ts";
import { systemClock } from "../base/clock.ts";
import { createHandler } from "../http/handler.ts";
import type { HttpOptions } from "../http/options.ts";
import type { Logger } from "../logging/logger.ts";
import type { Settings } from "../settings/table.ts";
import { listenGuarded } from "./guard/listen_guarded.ts";
import { listenByDeno } from "./listen_by_deno.ts";
import type { RuntimeServer } from "./runtime_server.ts";
import type { TlsFiles } from "./tls_files.ts";

/**
 * Begins to listen.
 *
 * @param server the server of `deno serve`; undefined if the program listens itself
 * @returns what ends it
 * @throws {StartError} if it cannot
 */
export async function listen(
  http: HttpOptions,
  settings: Settings,
  tls: TlsFiles | undefined,
  server: RuntimeServer | undefined,
  logger: Logger,
): Promise<() => void> {
  if (server !== undefined) {
    tellListening([server.address], "http", settings, logger);
    return () => void server.shutdown().catch(() => {});
  }
  const { HOST: host, PORT: port, REUSE_PORT: reusePort, RATE_LIMIT: limitRate } = settings;
  const ending = new AbortController();
  if (settings.LISTEN !== false) {
    const how = { host, port, reusePort, tls, signal: ending.signal };
    const addresses = settings.GUARD
      ? await listenGuarded({ ...http, clock: systemClock, limitRate }, how, logger)
      : await listenByDeno(createHandler(http), how, logger);
    tellListening(addresses, tls === undefined ? "http" : "https", settings, logger);
  }
  return () => ending.abort();
}

/** Those who may read and write, if they can reach the port. */
const WHO: Record<Settings["ACCESS"], string> = {
  open: "Everybody",
  known: "Everybody with an id that can be proven",
  token: "Everybody with a token",
};

function tellListening(addresses: Endpoint[], scheme: "http" | "https", { ACCESS }: Settings, logger: Logger): void {
  const { port } = addresses[0]!;
  const isOpen = !addresses.every(isLocal);
  logger("listening", {
    url: localUrl(scheme, addresses),
    port,
    addresses: addresses.map(showAddress),
    message: isOpen
      ? `${WHO[ACCESS]} who can reach port ${port} of this machine may read and write in every room`
      : undefined,
  });
}
