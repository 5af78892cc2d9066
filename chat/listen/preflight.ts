/**
 * Checks before anything is opened or created, so that a failed start leaves nothing behind.
 *
 * @module
 */

import { SettingError, StartError } from "../base/errors.ts";
import { isSharedStore, showStore } from "../settings/store_name.ts";
import type { Settings } from "../settings/table.ts";
import { checkAddress } from "./bind.ts";
import type { RuntimeServer } from "./runtime_server.ts";
import { loadGuard } from "./guard/listen_guarded.ts";
import type { TlsFiles } from "./tls_files.ts";

/**
 * Checks that the settings can be used here: files, libraries, the address.
 *
 * @param server the server of `deno serve`; undefined if the program listens itself
 * @returns the certificate and its key, if the settings name them
 * @throws {StartError} if they cannot
 */
export async function preflight(settings: Settings, server: RuntimeServer | undefined): Promise<TlsFiles | undefined> {
  checkRunForm(settings, server);
  const { TLS_CERT: cert, TLS_KEY: key } = settings;
  const tls = cert && key ? (await import("./tls_files.ts")).readTlsFiles({ cert, key }) : undefined;
  if (settings.GUARD) await loadGuard();
  const listens = server === undefined && settings.LISTEN !== false;
  // With REUSE_PORT connections that belong to other processes would come here, and be lost.
  if (listens && !settings.REUSE_PORT) await checkAddress(settings.HOST, settings.PORT);
  return tls;
}

/** `deno run` without a flag, `deno serve` and several workers do not allow everything. */
function checkRunForm(settings: Settings, server: RuntimeServer | undefined): void {
  // Without the flag the runtime ends the process. Another API that it brings shows whether it is there.
  if (settings.REUSE_PORT && !("listenDatagram" in Deno)) {
    throw new SettingError("Cannot use REUSE_PORT: Deno allows it only with --unstable-net: add that to its command");
  }
  if (server !== undefined && settings.GUARD) {
    throw new SettingError("Cannot use GUARD with `deno serve`, which listens by itself: start it with `deno run`");
  }
  if (server?.parallel && !isSharedStore(settings.CHAT_STORE)) {
    const store = showStore(settings.CHAT_STORE);
    throw new StartError(
      `Cannot serve in parallel: each worker would have messages of its own, as ${store} cannot be shared. ` +
        "Leave out --parallel, or set CHAT_STORE to a store that can",
    );
  }
}
