/**
 * Puts the service together: settings → store → log → manager → http; and stops it without losing anything
 * when the system asks for that.
 *
 * @module
 */

import type { Endpoint } from "./chat/base/addresses.ts";
import { systemClock } from "./chat/base/clock.ts";
import { describeError } from "./chat/base/errors.ts";
import { Assets } from "./chat/http/assets.ts";
import { createHandler } from "./chat/http/handler.ts";
import { serviceMetrics } from "./chat/http/metrics.ts";
import type { HttpOptions } from "./chat/http/options.ts";
import { STATIC_TEXTS } from "./chat/http/static_texts.ts";
import { Lifetime, type Running } from "./chat/listen/lifetime.ts";
import { listen } from "./chat/listen/listen.ts";
import { preflight } from "./chat/listen/preflight.ts";
import { findRuntimeServer } from "./chat/listen/runtime_server.ts";
import { openLog } from "./chat/log/open_log.ts";
import { answerOperator } from "./chat/logging/console.ts";
import { catchStrayErrors } from "./chat/logging/last_resort.ts";
import { LimitedLines } from "./chat/logging/limited_lines.ts";
import { jsonFormat, terminalFormat } from "./chat/logging/log_format.ts";
import { reportTo, type ReportTrouble, ServiceLog } from "./chat/logging/logger.ts";
import { memoryUse } from "./chat/overload/memory_use.ts";
import { Admission, type Tokens } from "./chat/policy/admission.ts";
import { makeClaim } from "./chat/policy/claim.ts";
import { makeDataFolder } from "./chat/settings/data_folder.ts";
import { flagsOnly, readSettings } from "./chat/settings/settings.ts";
import { showStore } from "./chat/settings/store_name.ts";
import type { Settings } from "./chat/settings/table.ts";
import { VERSION } from "./chat/settings/version.ts";
import { openStore } from "./chat/stores/open_store.ts";
import { ConnectionManager } from "./connection_manager.ts";

const settings = readSettings();
const serviceLog = new ServiceLog(Deno.stdout, Deno.stdout.isTerminal() ? terminalFormat : jsonFormat);
const logger = serviceLog.write;
catchStrayErrors(logger, systemClock);
const lifetime = new Lifetime(serviceLog);
const runtime = settings.LISTEN ? undefined : findRuntimeServer(() => lifetime.stop());
const starting = start();
lifetime.begin(starting);

/** The export that `deno serve` and similar hosts take. */
const served: { fetch: Deno.ServeHandler<Deno.NetAddr>; onListen(address: Endpoint): void } | undefined = runtime && {
  fetch: async (request, info) => (await starting).handler(request, info),
  onListen: runtime.onListen,
};
export default served;

async function start(): Promise<Running & { handler: Deno.ServeHandler<Deno.NetAddr> }> {
  const server = await runtime?.found;
  const tls = await preflight(settings, server);

  const report = reportTo(logger);
  makeDataFolder(settings.CHAT_STORE);
  const tell = (message: string) => logger("upgrade", { message });
  const store = await openStore(settings.CHAT_STORE, report, settings.STORE_BYTES, tell);
  const keep = { messages: settings.KEEP_MESSAGES, days: settings.KEEP_DAYS };
  // Only for the person who looks on: somebody who reads a log later must not become an operator by it.
  const isFirst = Deno.stdout.isTerminal() && await store.readTime() === undefined;
  const log = openLog(store, systemClock, report, keep);

  const memory = memoryUse(settings.MEMORY_LIMIT);
  const admission = new Admission(settings.ACCESS, await tokensOf(settings, report), settings.OWNERS);
  const manager = new ConnectionManager({
    log,
    logger,
    limitRate: settings.RATE_LIMIT,
    addressBounds: {
      connections: settings.ADDRESS_CONNECTIONS,
      connectsPerS: settings.ADDRESS_CONNECTS,
      roomsPerMin: settings.ADDRESS_ROOMS,
    },
    memory: memory.share,
    admission,
  });

  const refused = new LimitedLines("refused", logger, systemClock);
  const failed = new LimitedLines("trouble", logger, systemClock);
  const metrics = serviceMetrics(manager, serviceLog, refused, systemClock);
  const http: HttpOptions = {
    manager,
    assets: new Assets(STATIC_TEXTS, {
      tokenUrl: takesTokens(settings) ? settings.TOKEN_URL ?? "" : undefined,
      embed: settings.EMBED,
    }),
    origins: [...settings.ORIGINS, ...settings.EMBED],
    access: settings.ACCESS,
    identify: settings.IDENTITY_HEADER === undefined
      ? undefined
      : (await import("./chat/http/proxy_identity.ts")).namedIn(settings.IDENTITY_HEADER),
    metrics: settings.METRICS ? metrics.render : undefined,
    metricsToken: settings.METRICS_TOKEN,
    proxies: settings.TRUST_PROXY &&
      (await import("./chat/http/client_address.ts")).behindProxies(settings.TRUST_PROXY),
    onRefused: (request) => refused.tell({ ...request }),
    onTrouble: (error) => failed.tell({ message: "A request failed", error: describeError(error) }),
  };
  logger("started", {
    version: VERSION,
    store: showStore(settings.CHAT_STORE),
    durability: log.durability,
    memoryLimit: memory.limitMib,
    flagsOnly: flagsOnly(),
  });
  const listening = await listen(http, settings, tls, server, logger);
  if (isFirst) {
    const link = await makeClaim(store.identities!);
    answerOperator(
      `To moderate the rooms that nobody owns, open once: ${listening.url?.replace(/\/$/, "") ?? ""}${link}`,
    );
  }

  return {
    handler: createHandler(http),
    parallel: server?.parallel ?? false,
    async drain() {
      await manager.drain();
      listening.stop();
      metrics.stop();
      refused.stop();
      failed.stop();
    },
  };
}

function takesTokens({ TOKEN_SECRET, TOKEN_JWKS }: Settings): boolean {
  return TOKEN_SECRET !== undefined || TOKEN_JWKS !== undefined;
}

/** What checks tokens, if the settings ask for it: otherwise its library is not even loaded. */
async function tokensOf(settings: Settings, report: ReportTrouble): Promise<Tokens | undefined> {
  const { TOKEN_SECRET: secret, TOKEN_JWKS: jwks, TOKEN_AUDIENCE: audience, TOKEN_ISSUER: issuer } = settings;
  if (!takesTokens(settings)) return undefined;
  const { tokensBy } = await import("./chat/policy/tokens.ts");
  return tokensBy({ secret, jwks, audience, issuer }, systemClock, report);
}
