/**
 * Checks before anything is opened or created, so that a failed start leaves nothing behind.
 *
 * @module
 */

import { checkAddress } from "../base/addresses.ts";
import type { Settings } from "../settings/table.ts";
import type { RuntimeServer } from "./deno_serve.ts";
import { loadGuard } from "./guard/listen_guarded.ts";
import { checkRunForm } from "./run_form.ts";
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
