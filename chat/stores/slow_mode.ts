/** What a store keeps for slow mode: when each author wrote last in such a room. One rule for all stores. @module */

import type { Entry } from "../log/store.ts";

/** Whether its author has to wait from one message to the next. */
export function isSlowed({ event, condition }: Entry): boolean {
  return event.kind === undefined && condition?.terms?.slowMs !== undefined;
}

/** For how many days it is of use when somebody wrote last. The longest wait, SLOW_MS, is shorter, and may begin at the end of a day. */
export const SLOW_DAYS = 1;
