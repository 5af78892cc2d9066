/** Opens a store that is a file for a tool alone. @module */

import type { MessageLog } from "../log/message_log.ts";
import { openLog } from "../log/open_log.ts";
import { openStore } from "../stores/open_store.ts";
import { say } from "./run_tool.ts";
import { asToolError, parseFileStore, requireFile } from "./snapshot.ts";

/** Opens a store, works on its log, and closes it. @throws {ToolError} if there is no such store, or it is served */
export async function withLog<T>(name: string, work: (log: MessageLog) => Promise<T>): Promise<T> {
  const { path } = parseFileStore(name);
  try {
    // Opened, it would be made.
    requireFile(path);
  } catch (cause) {
    throw asToolError(`Cannot open ${name}`, cause);
  }
  const log = openLog(await openStore(name, say));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}
