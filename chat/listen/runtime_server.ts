/**
 * `deno serve`, which listens for the program. Since 2.9 it also stops by itself: at a signal it closes every socket, before
 * goodbyes and the last messages can be sent. So its stop is made to wait for ours.
 *
 * @module
 */

import type { Endpoint } from "../base/addresses.ts";
import { explainListenError } from "./bind.ts";
import { tellOperator } from "../logging/console.ts";

/** The server that the runtime has started. */
export interface RuntimeServer {
  address: Endpoint;
  /** Whether other workers of this process serve as well, each with an instance of the program. */
  parallel: boolean;
  shutdown(): Promise<void>;
}

/**
 * Finds out whether the program is run by `deno serve`. Called while its main module is evaluated.
 *
 * @param beforeShutdown what the runtime's own stop waits for
 * @returns the server, undefined if the program listens itself; and what the main module's default export must have as `onListen`
 */
export function findRuntimeServer(
  beforeShutdown: () => Promise<void>,
): { found: Promise<RuntimeServer | undefined>; onListen(address: Endpoint): void } {
  const serve = Deno.serve;
  const { promise: found, resolve } = Promise.withResolvers<RuntimeServer | undefined>();
  replaceServe((...args: Parameters<typeof serve>) => {
    replaceServe(serve);
    const server = serveOrEnd(() => serve(...args) as Deno.HttpServer<Deno.NetAddr>, args[0] as Partial<Endpoint>);
    const shutdown = server.shutdown.bind(server);
    server.shutdown = () => beforeShutdown().then(shutdown);
    resolve({ address: server.addr, parallel: isLoadBalanced(args[0]), shutdown });
    return server;
  });
  // As soon as the main module is evaluated the runtime calls `Deno.serve`. If it has not by then, it does not.
  setTimeout(() => {
    replaceServe(serve);
    resolve(undefined);
  });
  // A host that lets nobody stand between says at least this.
  const onListen = (address: Endpoint) =>
    queueMicrotask(() => resolve({ address, parallel: false, shutdown: () => Promise.resolve() }));
  return { found, onListen };
}

/** Nobody catches an error thrown here, and the program would conclude that it must listen itself. */
function serveOrEnd<Server>(serve: () => Server, { hostname, port = 0 }: Partial<Endpoint>): Server {
  try {
    return serve();
  } catch (error) {
    tellOperator(explainListenError(error, hostname, port).message);
    Deno.exit(1);
  }
}

function replaceServe(value: unknown): void {
  // Where that cannot be done nothing is thrown, and `onListen` has to do.
  Reflect.defineProperty(Deno, "serve", { value, configurable: true, enumerable: true, writable: true });
}

/** The number of workers of `--parallel`, its only sign that all of them see. */
function isLoadBalanced(options: unknown): boolean {
  const sign = Object.getOwnPropertySymbols(options).find(({ description }) => description === "kLoadBalanced");
  return sign !== undefined && (options as Record<symbol, unknown>)[sign] === true;
}
