/** Where a store is tested, and the logs that a test opens there. @module */

import { type Clock, systemClock } from "../../chat/base/clock.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import type { ReportTrouble } from "../../chat/logging/logger.ts";

/** Where the data of one test lie. */
export interface StorePlace extends AsyncDisposable {
  /** Opens a store on them. */
  open(): Promise<Store>;
}

/** A store under test: logs are opened on it, and closed after the test. */
export class Tested implements AsyncDisposable {
  readonly #place: StorePlace;
  readonly #logs: MessageLog[] = [];

  /** Whether data outlive the store that wrote them. */
  readonly persistent: boolean;

  /** Works on a place. */
  constructor(place: StorePlace, persistent: boolean) {
    this.#place = place;
    this.persistent = persistent;
  }

  /** Another log on the same data. */
  async log(clock?: Clock): Promise<MessageLog> {
    return (await this.logAndStore(clock)).log;
  }

  /** The same, and the store under it. */
  async logAndStore(
    clock: Clock = systemClock,
    report: ReportTrouble = () => {},
  ): Promise<{ log: MessageLog; store: Store }> {
    const store = await this.#place.open();
    const log = openLog(store, clock, report);
    this.#logs.push(log);
    return { log, store };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const log of this.#logs) await log.close();
  }
}
