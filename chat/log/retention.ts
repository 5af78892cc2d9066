/** Removes what is past retention, once a minute: messages if the operator or a room's owner wants that, and always changes that are too many. @module */

import { type Cancel, type Clock, every } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { RETENTION_SWEEP_MS } from "./bounds.ts";
import type { Store } from "./store.ts";
import type { StoreClock } from "./store_clock.ts";

/** How much every room keeps at most; 0 is no bound. A room may keep less, by its settings: the store knows which. */
export interface Retention {
  /** How many of its newest messages. */
  messages: number;
  /** For how many days its messages. They may stay two days longer. */
  days: number;
}

/**
 * Begins to sweep, until it is cancelled.
 *
 * @param storeClock counts on every sweep
 */
export function sweepRetention(
  store: Store,
  storeClock: StoreClock,
  { messages, days }: Retention,
  clock: Clock,
  report: ReportTrouble,
): Cancel {
  let stopped = false;
  const keep = messages === 0 ? Number.MAX_SAFE_INTEGER : messages;
  const cancel = every(clock, RETENTION_SWEEP_MS, async () => {
    try {
      await storeClock.count();
      const from = days === 0 ? 0 : storeClock.keepFrom(days);
      const now = { ts: clock.now(), day: storeClock.day! };
      while (!stopped && await store.trim(keep, from, now)) {
        await new Promise<void>((turn) => clock.soon(turn));
      }
    } catch (error) {
      report("Old messages could not be removed: it is tried again in a minute", error);
    }
  });
  return () => {
    stopped = true;
    cancel();
  };
}
