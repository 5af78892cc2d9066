/** Opens a store for a tool: a file for the tool alone, a database beside its servers. @module */

import type { MessageLog } from "../log/message_log.ts";
import { openLog } from "../log/open_log.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { isDatabase } from "../settings/store_name.ts";
import { openStore } from "../stores/open_store.ts";
import { say } from "./run_tool.ts";
import { asToolError, parseFileStore, requireFile } from "./snapshot.ts";

/**
 * Opens a store, works on its log, and closes it.
 *
 * @param report gets what the store has to tell; default: the terminal does
 * @throws {ToolError} if there is no such store, or it is served
 */
export async function withLog<T>(
  name: string,
  work: (log: MessageLog) => Promise<T>,
  report: ReportTrouble = say,
): Promise<T> {
  if (!isDatabase(name)) requireStore(name);
  const log = openLog(await openStore(name, report));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** Opened, it would be made. */
function requireStore(name: string): void {
  const { path } = parseFileStore(name);
  try {
    requireFile(path);
  } catch (cause) {
    throw asToolError(`Cannot open ${name}`, cause);
  }
}
