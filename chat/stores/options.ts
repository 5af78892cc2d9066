/** What a store is opened with, besides its place. @module */

import type { Clock } from "../base/clock.ts";
import type { ReportTrouble, Tell } from "../logging/logger.ts";

export interface StoreOptions {
  /** Default: the system's. */
  clock?: Clock;
  /** Is told of what is wrong with the store while it is used. Default: nobody is. */
  report?: ReportTrouble;
  /** Is told that a store of an earlier version is upgraded. Default: `report`. */
  tell?: Tell;
}
