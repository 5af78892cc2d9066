/**
 * Puts the service together: settings → store → log → switchboard → server. And takes it apart again, without losing anything,
 * when the system asks for that.
 *
 * @module
 */

import { Assets } from "./chat/assets.ts";
import { systemClock } from "./chat/clock.ts";
import { tellOperator } from "./chat/console.ts";
import { createHandler } from "./chat/http_api.ts";
import { listen } from "./chat/listen.ts";
import { openLog } from "./chat/log/open_log.ts";
import { openStore } from "./chat/log/open_store.ts";
import { catchStrayErrors } from "./chat/last_resort.ts";
import { describeError, ServiceLog } from "./chat/logger.ts";
import { serviceMetrics } from "./chat/service_metrics.ts";
import { readSettings } from "./chat/settings.ts";
import { STATIC_FILES } from "./chat/static_files.ts";
import { VERSION } from "./chat/version.ts";
import { ConnectionManager } from "./connection_manager.ts";

const config = readSettings();
const serviceLog = new ServiceLog(Deno.stdout);
const logger = serviceLog.write;
catchStrayErrors(logger);
const report = (message: string, cause?: unknown) =>
  logger("trouble", { message, error: cause && describeError(cause) });

const store = await openStore(config.store, report).catch((error) => end(1, error.message));
const log = openLog(store, systemClock, report);
const manager = new ConnectionManager({ log, logger, limitRate: config.limitRate });
const { metrics, stop: stopMetrics } = serviceMetrics(manager, serviceLog, systemClock);
const handler = createHandler({
  manager,
  assets: new Assets(STATIC_FILES),
  origins: config.origins,
  metrics: config.metrics ? metrics : undefined,
});
logger("started", {
  version: VERSION,
  store: config.store.replace(/\/\/[^@/]*@/, "//…@"),
  durability: log.durability,
});

const stopListening = new AbortController();
let servedByDeno = false;

/** What `deno serve` and hosts like it take. */
const served: { fetch: Deno.ServeHandler<Deno.NetAddr>; onListen(): void } | undefined = config.listen ? undefined : {
  fetch: handler,
  onListen() {
    servedByDeno = true;
  },
};
export default served;

// `deno serve` has said `onListen` by then. If it has not, nobody listens for us.
setTimeout(() => (config.listen ?? !servedByDeno) && listenHere(), 0);

function listenHere(): void {
  try {
    const tls = config.tls &&
      { cert: Deno.readTextFileSync(config.tls.cert), key: Deno.readTextFileSync(config.tls.key) };
    listen(handler, { ...config, tls, signal: stopListening.signal }, logger);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    end(1, `Cannot listen on ${config.host}:${config.port}: ${reason}`);
  }
}

/** Signals this close to the first, in milliseconds, are the same one: a terminal sends Ctrl-C, and `deno task` passes it on. */
const SAME_SIGNAL_MS = 500;
let stoppingSince: number | undefined;

async function stop(signal: Deno.Signal): Promise<void> {
  if (stoppingSince !== undefined) {
    // Whoever asks twice does not want to wait.
    if (performance.now() - stoppingSince > SAME_SIGNAL_MS) Deno.exit(1);
    return;
  }
  stoppingSince = performance.now();
  logger("stopping", { signal });
  await manager.drain();
  stopListening.abort();
  stopMetrics();
  logger("stopped");
  await end(0);
}

// Ctrl-C and a process manager's stop. On Windows there is no SIGTERM.
const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
for (const signal of signals) Deno.addSignalListener(signal, () => stop(signal));

/** Ends the process, its log written. @param sentence for whoever started it: why it could not be */
async function end(code: number, sentence?: string): Promise<never> {
  if (sentence !== undefined) tellOperator(sentence);
  await serviceLog.close();
  Deno.exit(code);
}
