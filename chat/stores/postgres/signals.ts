/** What processes that share a Postgres database tell each other by notices, beside those of stored events. @module */

import { SIGNALS_WAITING } from "../../log/bounds.ts";
import type { Signal, Signals } from "../../log/signals.ts";
import type { PostgresConnection } from "./connection.ts";
import { Notices } from "./notices.ts";

export class PostgresSignals implements Signals {
  readonly notices: Notices<Signal>;
  readonly #waiting: Signal[] = [];
  #take: (signal: Signal) => void = () => {};

  /** @param channel on which they are sent and heard */
  constructor(connection: PostgresConnection, channel: string) {
    const take = (signal: Signal) => this.#take(signal);
    this.notices = new Notices(connection, channel, () => this.#waiting.splice(0), take);
  }

  send(signals: readonly Signal[]): void {
    this.#waiting.push(...signals.slice(0, SIGNALS_WAITING - this.#waiting.length));
    this.notices.tell();
  }

  hear(take: (signal: Signal) => void): void {
    this.#take = take;
  }
}
