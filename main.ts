/**
 * Puts the service together: settings → store → log → manager → http; and stops it without losing anything
 * when the system asks for that.
 *
 * @module
 */

import { type Endpoint, isLocal, localUrl, showAddress } from "./chat/base/addresses.ts";
import { Assets } from "./chat/http/assets.ts";
import { systemClock } from "./chat/base/clock.ts";
import { tellOperator } from "./chat/logging/console.ts";
import { makeDataFolder } from "./chat/settings/data_folder.ts";
import { findRuntimeServer, type RuntimeServer } from "./chat/listen/deno_serve.ts";
import { createHandler } from "./chat/http/handler.ts";
import type { HttpOptions } from "./chat/http/options.ts";
import { catchStrayErrors } from "./chat/logging/last_resort.ts";
import { LimitedLines } from "./chat/logging/limited_lines.ts";
import * as limits from "./chat/limits.ts";
import { listen } from "./chat/listen/listen.ts";
import { listenGuarded } from "./chat/listen/guard/listen_guarded.ts";
import { StoreOpenError } from "./chat/log/message_log.ts";
import { openLog } from "./chat/log/open_log.ts";
import { openStore } from "./chat/stores/open_store.ts";
import { jsonLine, terminalLine } from "./chat/logging/log_format.ts";
import { describeError, ServiceLog } from "./chat/logging/logger.ts";
import { memoryUse } from "./chat/overload/memory_use.ts";
import { preflight } from "./chat/listen/preflight.ts";
import { serviceMetrics } from "./chat/http/metrics.ts";
import { flagsOnly, readSettings } from "./chat/settings/settings.ts";
import { reasonOf, SettingError, StartError } from "./chat/base/start_error.ts";
import * as STATIC_FILES from "./chat/http/static_files.ts";
import { showStore } from "./chat/settings/store_name.ts";
import { VERSION } from "./chat/settings/version.ts";
import { ConnectionManager } from "./connection_manager.ts";

const settings = readSettings();
const serviceLog = new ServiceLog(Deno.stdout, Deno.stdout.isTerminal() ? terminalLine : jsonLine);
const logger = serviceLog.write;
catchStrayErrors(logger, systemClock);

// Ctrl-C, a process manager's stop, and the end of the terminal.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  try {
    Deno.addSignalListener(signal, () => stop(signal));
  } catch {
    // Windows has no SIGTERM, and a host may have none at all.
  }
}

/** A service that runs. */
interface Service {
  handler: Deno.ServeHandler<Deno.NetAddr>;
  /** Finishes the work under way, and says goodbye. */
  drain(): Promise<void>;
  /** Where `deno serve` listens for it. */
  runtimeServer?: RuntimeServer;
}

const runtime = settings.LISTEN ? undefined : findRuntimeServer(() => stop());
const starting = start();
let service: Service | undefined;
starting.then((started) => service = started, (error) => end(error instanceof SettingError ? 2 : 1, error));

/** The export that `deno serve` and similar hosts take. */
const served: { fetch: Deno.ServeHandler<Deno.NetAddr>; onListen(address: Endpoint): void } | undefined = runtime && {
  fetch: async (request, info) => (service ?? await starting).handler(request, info),
  onListen: runtime.onListen,
};
export default served;

async function start(): Promise<Service> {
  const runtimeServer = await runtime?.found;
  const tls = await preflight(settings, runtimeServer);
  const report = (message: string, cause?: unknown) =>
    logger("trouble", { message, error: cause && describeError(cause) });
  makeDataFolder(settings.CHAT_STORE);
  const store = await openStore(settings.CHAT_STORE, report, settings.STORE_BYTES).catch((error) => {
    throw error instanceof StoreOpenError ? error : new StartError(`Cannot open the store: ${reasonOf(error)}`);
  });
  const log = openLog(store, systemClock, report, {
    messages: settings.KEEP_MESSAGES,
    days: settings.KEEP_DAYS,
  });
  const memory = memoryUse(settings.MEMORY_LIMIT);
  const manager = new ConnectionManager({ log, logger, limitRate: settings.RATE_LIMIT, memory: memory.share });
  const refused = new LimitedLines("refused", logger, systemClock);
  const failed = new LimitedLines("trouble", logger, systemClock);
  const { render: metrics, stop: stopMetrics } = serviceMetrics(manager, serviceLog, refused, systemClock);
  const http: HttpOptions = {
    manager,
    assets: new Assets(STATIC_FILES),
    origins: settings.ORIGINS,
    metrics: settings.METRICS ? metrics : undefined,
    addressOf: settings.TRUST_PROXY &&
      (await import("./chat/http/client_address.ts")).behindProxies(settings.TRUST_PROXY),
    onRefused: (request) => refused.tell({ ...request }),
    onTrouble: (error) => failed.tell({ message: "A request failed", error: describeError(error) }),
  };
  const handler = createHandler(http);
  logger("started", {
    version: VERSION,
    store: showStore(settings.CHAT_STORE),
    durability: log.durability,
    memoryLimit: memory.limitMib,
    flagsOnly: flagsOnly(),
  });
  const stopListening = new AbortController();
  if (runtimeServer !== undefined) tellListening([runtimeServer.address], "http");
  else if (settings.LISTEN !== false) {
    const { HOST: host, PORT: port, REUSE_PORT: reusePort } = settings;
    const how = { host, port, reusePort, tls, signal: stopListening.signal };
    const addresses = settings.GUARD
      ? await listenGuarded({ ...http, clock: systemClock, limitRate: settings.RATE_LIMIT }, how, logger)
      : await listen(handler, how, logger);
    tellListening(addresses, tls === undefined ? "http" : "https");
  }
  const drain = async () => {
    await manager.drain();
    stopListening.abort();
    runtimeServer?.shutdown().catch(() => {});
    stopMetrics();
    refused.stop();
    failed.stop();
  };
  return { handler, drain, runtimeServer };
}

function tellListening(addresses: Endpoint[], scheme: "http" | "https"): void {
  const { port } = addresses[0]!;
  const isOpen = !addresses.every(isLocal);
  logger("listening", {
    url: localUrl(scheme, addresses),
    port,
    addresses: addresses.map(showAddress),
    message: isOpen
      ? `Everybody who can reach port ${port} of this machine may read and write in every room`
      : undefined,
  });
}

/** Signals this close to the first, in milliseconds, are the same one: a terminal sends Ctrl-C, and `deno task` passes it on. */
const SAME_SIGNAL_MS = 500;
let stoppingSince: number | undefined;
let stopped: Promise<void> | undefined;

/** Stops, because of a signal or because the runtime wants to. Resolves when the process may end. */
function stop(signal?: Deno.Signal): Promise<void> {
  // A second signal means that nobody wants to wait.
  if (signal !== undefined && performance.now() - (stoppingSince ?? Infinity) > SAME_SIGNAL_MS) Deno.exit(1);
  stoppingSince ??= performance.now();
  return stopped ??= drainAndEnd(signal);
}

async function drainAndEnd(signal?: Deno.Signal): Promise<void> {
  logger("stopping", { signal });
  let code = 0;
  try {
    await service?.drain();
  } catch (error) {
    logger("trouble", { message: "A bug: the service could not stop in good order", error: describeError(error) });
    code = 1;
  }
  logger("stopped");
  if (!service?.runtimeServer?.parallel) return await end(code);
  // Other workers of this process may have more to do: it ends by itself when all are done, and nobody waits for ever.
  Deno.unrefTimer(setTimeout(() => Deno.exit(0), limits.DRAIN_MS));
  await serviceLog.close();
}

/** Ends the process after its log is written. @param error why it could not be started */
async function end(code: number, error?: unknown): Promise<never> {
  if (error instanceof Error) tellOperator(error.message);
  await serviceLog.close();
  Deno.exit(code);
}
