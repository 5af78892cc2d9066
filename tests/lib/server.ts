/**
 * A server inside the test, as the program makes it, on a free port.
 *
 * @module
 */

import type { AddressInfo } from "node:net";
import { Assets } from "../../chat/http/assets.ts";
import { type Clock, systemClock } from "../../chat/base/clock.ts";
import { createGuardedServer, type GuardedOptions } from "../../chat/listen/guard/server.ts";
import { createHandler } from "../../chat/http/handler.ts";
import type { HttpOptions } from "../../chat/http/options.ts";
import type { Admission } from "../../chat/policy/admission.ts";
import type { AddressBounds } from "../../chat/policy/quota.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import { MemoryStore } from "./memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import type { Logger } from "../../chat/logging/logger.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { type Listener, listener } from "./listener.ts";
import { ConnectionManager } from "../../connection_manager.ts";

/** What a test may choose. */
export interface TestServerOptions {
  /** Default: one in memory. The server closes it. */
  log?: MessageLog;
  logger?: Logger;
  limitRate?: boolean;
  admission?: Admission;
  addressBounds?: AddressBounds;
  identify?: HttpOptions["identify"];
  memory?: () => number;
  origins?: string[];
  proxies?: HttpOptions["proxies"];
  /** Told of each socket that is refused. */
  onRefused?: HttpOptions["onRefused"];
  /** Told of each request that has failed by a bug. */
  onTrouble?: HttpOptions["onTrouble"];
  clock?: Clock;
  /** For the bounds of the guarded listener. Default: the machine's. */
  guardClock?: Clock;
  /** For the guarded listener. */
  tls?: GuardedOptions["tls"];
  /** Default: a free one. */
  port?: number;
  /** The page's files. Default: those of the program. */
  assets?: Assets;
}

/** A running server; `await using` stops it. */
export interface TestServer extends AsyncDisposable {
  readonly manager: ConnectionManager;
  readonly log: MessageLog;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT` */
  readonly wsUrl: string;
  /** Drains and stops. A second call does nothing. */
  stop(): Promise<void>;
}

/** Compressed once for all servers of a test file: that is the dearest part of starting one. */
const ASSETS = new Assets(STATIC_FILES);

interface Listening {
  port: number;
  shutdown(): Promise<void>;
}

const listeners: Record<Listener, (options: GuardedOptions, port: number) => Listening> = {
  plain(options, port) {
    const server = Deno.serve({ port, hostname: "127.0.0.1", onListen: () => {} }, createHandler(options));
    return { port: server.addr.port, shutdown: () => server.shutdown() };
  },
  guarded(options, port) {
    const server = createGuardedServer(options);
    // With no address named it listens at once.
    server.listen(port);
    const closed = new Promise((resolve) => server.on("close", resolve));
    const shutdown = async () => {
      server.close();
      server.closeAllConnections();
      await closed;
    };
    return { port: (server.address() as AddressInfo).port, shutdown };
  },
};

/** Starts a server. */
export function startServer(options: TestServerOptions = {}): TestServer {
  const log = options.log ?? openLog(new MemoryStore());
  const { logger, limitRate, memory, admission, addressBounds, clock = systemClock } = options;
  const manager = new ConnectionManager({ log, logger, limitRate, memory, admission, addressBounds, clock });
  const { origins, proxies, identify, onRefused, onTrouble, tls, assets = ASSETS } = options;
  const told = { onRefused, onTrouble };
  const access = admission?.access;
  const http = {
    manager,
    assets,
    origins,
    proxies,
    access,
    identify,
    ...told,
    tls,
    clock: options.guardClock ?? systemClock,
  };
  const { port, shutdown } = listeners[listener()](http, options.port ?? 0);
  let stopping: Promise<void> | undefined;
  const stop = () => stopping ??= manager.drain().then(shutdown);
  return {
    manager,
    log,
    port,
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
