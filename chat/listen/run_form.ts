/**
 * Checks that the settings fit the way in which the program is run: `deno run` without a flag, `deno serve`, several workers.
 *
 * @module
 */

import type { Settings } from "../settings/table.ts";
import type { RuntimeServer } from "./deno_serve.ts";
import { SettingError, StartError } from "../base/start_error.ts";
import { isSharedStore, showStore } from "../settings/store_name.ts";

/**
 * Checks it, before anything is opened.
 *
 * @param server the server of `deno serve`; undefined if the program listens itself
 * @throws {StartError} if it cannot be run so
 */
export function checkRunForm(settings: Settings, server: RuntimeServer | undefined): void {
  // Without the flag the runtime ends the process. Another API that it brings shows whether it is there.
  if (settings.REUSE_PORT && !("listenDatagram" in Deno)) {
    throw new SettingError("Cannot use REUSE_PORT: Deno allows it only with --unstable-net: add that to its command");
  }
  if (server !== undefined && settings.GUARD) {
    throw new SettingError("Cannot use GUARD with `deno serve`, which listens by itself: start it with `deno run`");
  }
  if (server?.parallel && !isSharedStore(settings.CHAT_STORE)) {
    throw new StartError(
      `Cannot serve in parallel: each worker would have messages of its own, as ${
        showStore(settings.CHAT_STORE)
      } cannot be ` +
        "shared. Leave out --parallel, or set CHAT_STORE to a store that can",
    );
  }
}
