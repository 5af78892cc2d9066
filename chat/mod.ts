/**
 * What a program of your own imports: a chat on any path of its server, with a log that it can write to itself.
 *
 * ```ts
 * import { ConnectionManager, createHandler, openLog } from "@switchboard/chat";
 * import { openStore } from "@switchboard/chat/stores";
 *
 * const log = openLog(await openStore("sqlite:chat.db"));
 * const manager = new ConnectionManager({ log });
 * Deno.serve(createHandler({ manager, origins: ["own"] }));
 * Deno.addSignalListener("SIGTERM", () => manager.drain().then(() => Deno.exit()));
 * ```
 *
 * @module
 */

export { ConnectionManager, type ManagerOptions } from "../connection_manager.ts";
export { createHandler, type HandlerOptions } from "./http/handler.ts";
export { openLog } from "./log/open_log.ts";
export type { MessageLog } from "./log/message_log.ts";
