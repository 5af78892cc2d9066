/** Listens as the settings say, unless `deno serve` does or a host that needs no port; and logs where. @module */

import { type Endpoint, isLocal, localUrl, showAddress } from "../base/addresses.ts";
import { systemClock } from "../base/clock.ts";
import { createHandler } from "../http/handler.ts";
import type { HttpOptions } from "../http/options.ts";
import { admitsOrigin } from "../http/origins.ts";
import type { Logger } from "../logging/logger.ts";
import type { Settings } from "../settings/table.ts";
import { listenGuarded } from "./guard/listen_guarded.ts";
import { listenByDeno } from "./listen_by_deno.ts";
import type { RuntimeServer } from "./runtime_server.ts";
import type { TlsFiles } from "./tls_files.ts";

/** What {@linkcode listen} has begun. */
export interface Listening {
  /** Where a browser opens the page, as it was told; undefined if it does not listen at a port. */
  url: string | undefined;
  stop(): void;
}

/**
 * Begins to listen.
 *
 * @param server the server of `deno serve`; undefined if the program listens itself
 * @throws {StartError} if it cannot
 */
export async function listen(
  http: HttpOptions,
  settings: Settings,
  tls: TlsFiles | undefined,
  server: RuntimeServer | undefined,
  logger: Logger,
): Promise<Listening> {
  if (server !== undefined) {
    const url = tellListening([server.address], "http", settings, logger);
    return { url, stop: () => void server.shutdown().catch(() => {}) };
  }
  const { HOST: host, PORT: port, REUSE_PORT: reusePort, RATE_LIMIT: limitRate } = settings;
  const ending = new AbortController();
  let url: string | undefined;
  if (settings.LISTEN !== false) {
    const how = { host, port, reusePort, tls, signal: ending.signal };
    const addresses = settings.GUARD
      ? await listenGuarded({ ...http, clock: systemClock, limitRate }, how, logger)
      : await listenByDeno(createHandler(http), how, logger);
    url = tellListening(addresses, tls === undefined ? "http" : "https", settings, logger);
  }
  return { url, stop: () => ending.abort() };
}

/** Those who may read and write, if they can reach the port. */
const WHO: Record<Settings["ACCESS"], string> = {
  open: "Everybody",
  known: "Everybody with an id that can be proven",
  token: "Everybody with a token",
};

/** Where a browser can open the chat: on this machine, or else at the first of the sites whose pages are let in. */
function urlFor(local: string, origins: readonly string[]): string {
  const { origin, host } = new URL(local);
  if (admitsOrigin(origins, origin, host)) return local;
  const site = origins.find((each) => /^https?:/.test(each));
  return site === undefined ? local : `${site}/`;
}

function tellListening(
  addresses: Endpoint[],
  scheme: "http" | "https",
  { ACCESS, ORIGINS }: Settings,
  logger: Logger,
): string {
  const { port } = addresses[0]!;
  const isOpen = !addresses.every(isLocal);
  const url = urlFor(localUrl(scheme, addresses), ORIGINS);
  logger("listening", {
    url,
    port,
    addresses: addresses.map(showAddress),
    message: isOpen
      ? `${WHO[ACCESS]} who can reach port ${port} of this machine may read and write in every room`
      : undefined,
  });
  return url;
}
