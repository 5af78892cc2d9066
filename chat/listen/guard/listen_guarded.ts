/**
 * Listens for the open internet, and goes on listening when the process runs out of file descriptors.
 *
 * @module
 */

import { tooOldFor } from "../../base/runtime.ts";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Endpoint } from "../../base/addresses.ts";
import { listenOnAll } from "../bind.ts";
import type { GuardedOptions } from "./server.ts";
import type { ListenOptions } from "../listen_by_deno.ts";
import type { Logger } from "../../logging/logger.ts";
import { reasonOf, SettingError } from "../../base/errors.ts";

/** Since Deno 2.9 Node's server has its time limits; before, it was `Deno.serve` behind Node's interface. */
const OLDEST_MINOR = 9;
/** How often the listener is checked to still take connections, in milliseconds. */
const KICK_MS = 1_000;
/** Connections that the system takes for us meanwhile: Node's default. */
const BACKLOG = 511;

/**
 * Loads the server, with the library that it rests on, only if it is wanted.
 *
 * @throws {SettingError} if that cannot be had
 */
export async function loadGuard(): Promise<typeof import("./server.ts")> {
  const tooOld = tooOldFor(OLDEST_MINOR);
  if (tooOld !== undefined) throw new SettingError(`Cannot use GUARD: ${tooOld}`);
  try {
    return await import("./server.ts");
  } catch (error) {
    throw new SettingError(`Cannot use GUARD: its library cannot be loaded: ${whyNotLoaded(error)}`);
  }
}

function whyNotLoaded(error: unknown): string {
  const reason = reasonOf(error, "--allow-env=WS_NO_BUFFER_UTIL").split("\n")[0]!;
  // In a checkout Deno writes down what it has downloaded.
  if (!reason.includes("lockfile")) return reason;
  return "this user may not write deno.lock. Start it once as a user who may, or use the one file that `deno task bundle` makes";
}

/**
 * Starts to listen, until `signal` ends it.
 *
 * @returns where
 * @throws {StartError} if that cannot be
 */
export async function listenGuarded(
  options: Omit<GuardedOptions, "tls">,
  { host, port, tls, signal }: Omit<ListenOptions, "reusePort">,
  logger: Logger,
): Promise<Endpoint[]> {
  const { createGuardedServer } = await loadGuard();
  const servers = await listenOnAll(host, port, async ({ hostname, port }) => {
    const server = createGuardedServer({ ...options, tls });
    await listening(server, hostname, port);
    return { hostname, port: (server.address() as AddressInfo).port, server, close: () => void server.close() };
  });
  for (const { server } of servers) {
    keepListening(server, signal, logger);
    signal.addEventListener("abort", () => {
      server.close();
      server.closeAllConnections();
    });
  }
  return servers.map(({ hostname, port }) => ({ hostname, port }));
}

function listening(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: Error & { code?: string }) => {
      if (error.code === "EADDRINUSE") reject(new Deno.errors.AddrInUse(error.message));
      else if (error.code === "EACCES") reject(new Deno.errors.PermissionDenied(error.message));
      else reject(error);
    });
    server.listen(port, hostname);
  });
}

/** Once it lacks a descriptor for a connection, the runtime silently never takes one again. */
function keepListening(server: Server, signal: AbortSignal, logger: Logger): void {
  const { _handle: handle } = server as unknown as { _handle?: { listen(backlog: number): void } };
  let taken = 0;
  let before = 0;
  let told = false;
  server.on("connection", () => taken++);
  const timer = setInterval(() => {
    const full = taken === before && isFull();
    if (full && !told) logger("trouble", { message: "No connection can be taken: too many open files" });
    told = full;
    // Harmless where nothing is amiss.
    if (taken === before) handle?.listen(BACKLOG);
    before = taken;
  }, KICK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** Whether the process has no file descriptor left. */
function isFull(): boolean {
  // Asking for permission would stop the program at a terminal: without permission, assume that there are some.
  const { state } = Deno.permissions.querySync({ name: "net", host: "127.0.0.1:0" });
  if (state !== "granted") return false;
  try {
    Deno.listen({ hostname: "127.0.0.1", port: 0 }).close();
    return false;
  } catch (error) {
    return error instanceof Error && error.message.includes("Too many open files");
  }
}
