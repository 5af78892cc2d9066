/** Binds the port on every address that a host stands for: of IPv6 and of IPv4, as far as the machine has them. @module */

import type { Endpoint } from "../base/addresses.ts";
import { reasonOf, SettingError, StartError } from "../base/errors.ts";

/** It listens there. */
type Bound = Endpoint & { close(): void };

/** How often a port that is free on all addresses is tried. */
const TRIES = 20;

/**
 * Listens on every address that a host stands for.
 *
 * @param host an address, a name, `localhost` for both of its addresses; undefined: every address of the machine
 * @param port 0 takes one that is free on all of them
 * @param bind listens on one address
 * @throws {StartError} if it cannot listen there
 */
export async function listenOnAll<Server extends Bound>(
  host: string | undefined,
  port: number,
  bind: (at: Endpoint) => Server | Promise<Server>,
): Promise<Server[]> {
  for (let tries = TRIES;; tries--) {
    try {
      return await bindAll(host, port, bind);
    } catch (error) {
      if (port !== 0 || tries === 0 || !(error instanceof Deno.errors.AddrInUse)) {
        throw explainListenError(error, host, port);
      }
    }
  }
}

/**
 * Checks that {@linkcode listenOnAll} will succeed, without listening.
 *
 * @throws {StartError} if it would not
 */
export async function checkAddress(host: string | undefined, port: number): Promise<void> {
  const tried = await listenOnAll(host, port, (at) => {
    const listener = Deno.listen(at);
    return { hostname: at.hostname, port: listener.addr.port, close: () => listener.close() };
  });
  for (const listener of tried) listener.close();
}

async function bindAll<Server extends Bound>(
  host: string | undefined,
  port: number,
  bind: (at: Endpoint) => Server | Promise<Server>,
): Promise<Server[]> {
  const servers: Server[] = [];
  const missing: unknown[] = [];
  for (const hostname of hostnames(host)) {
    try {
      servers.push(await bind({ hostname, port: servers[0]?.port ?? port }));
    } catch (error) {
      const inUse = error instanceof Deno.errors.AddrInUse;
      // On Linux `::` takes IPv4 as well.
      if (inUse && hostname === "0.0.0.0" && servers.length > 0) continue;
      if (inUse) {
        for (const server of servers) server.close();
        throw error;
      }
      missing.push(error);
    }
  }
  if (servers.length === 0) throw missing[0];
  return servers;
}

function hostnames(host: string | undefined): string[] {
  if (host === undefined) return ["::", "0.0.0.0"];
  return host === "localhost" ? ["127.0.0.1", "::1"] : [host];
}

/** Why nobody can listen there, for the operator. */
export function explainListenError(error: unknown, host: string | undefined, port: number): StartError {
  if (error instanceof Deno.errors.AddrInUse) {
    const other = port < 65535 ? port + 1 : port - 1;
    // The watcher of `deno task dev`, which gives this host, stays. Nothing tells a program that it is watched.
    const watcher = host === "localhost" ? ". If `deno task dev` waits for a file to change, end it with Ctrl-C" : "";
    return new StartError(
      `Cannot listen on port ${port}: another program does. Choose another port, with PORT=${other} or --port ${other}${watcher}`,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new StartError(`Cannot listen on port ${port}: this user may not. Choose one above 1023, with PORT=8000`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new StartError(`Cannot listen: Deno was not given leave to. Start it with --allow-net`);
  }
  if (host === undefined) return new StartError(`Cannot listen on port ${port}: ${reasonOf(error)}`);
  const reason = reasonOf(error);
  return new SettingError(
    `Cannot use HOST: ${host} is no address of this machine (${reason}). Without it every address is listened on`,
  );
}
