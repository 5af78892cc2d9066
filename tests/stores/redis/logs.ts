/** Logs on a test's Redis server, and clients of theirs that do not give up. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { HEADS_POLL_MS } from "../../../chat/stores/bounds.ts";
import { type MessageLog, StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { openRedisStore } from "../../../chat/stores/redis/store.ts";
import { by } from "../../lib/messages.ts";
import { appendTo } from "../../lib/append_to.ts";

/** Under it a log looks at the store only when it is asked something: what it has seen is up to the test alone. */
export const unpolled: Clock = {
  ...systemClock,
  after: (ms, run) => ms === HEADS_POLL_MS ? () => {} : systemClock.after(ms, run),
};

/** A log on the server, and what it reported. */
export async function open(
  server: { url: string },
  clock: Clock = systemClock,
): Promise<AsyncDisposable & { log: MessageLog; reports: string[] }> {
  const reports: string[] = [];
  const log = openLog(await openRedisStore(server.url, (message) => reports.push(message), clock));
  return { log, reports, [Symbol.asyncDispose]: () => log.close() };
}

/** Asks again until the store answers. */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 20_000;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Appends to the lobby as a client does: again, with the same nonce, until it is acknowledged. @returns its `seq` */
export async function persist(log: MessageLog, text: string): Promise<number> {
  return (await answered(() => appendTo(log, "lobby", by(text, text)))).seq;
}
