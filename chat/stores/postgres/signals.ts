/** What processes that share a Postgres database tell each other by notices, beside those of stored events. @module */

import { SIGNALS_WAITING } from "../../log/bounds.ts";
import type { Signal, Signals } from "../../log/signals.ts";
import { PG_NOTICE_BYTES } from "./bounds.ts";
import type { PostgresConnection } from "./connection.ts";
import { texts } from "./values.ts";

const utf8 = new TextEncoder();

export class PostgresSignals implements Signals {
  /** Where they are sent and heard. */
  readonly channel: string;
  readonly #connection: PostgresConnection;
  /** By which a process knows its own. */
  readonly #own = crypto.randomUUID();
  #take: (signal: Signal) => void = () => {};
  #waiting: Signal[] = [];
  #sending: Promise<void> | undefined;

  constructor(connection: PostgresConnection, channel: string) {
    this.#connection = connection;
    this.channel = channel;
  }

  send(signals: readonly Signal[]): void {
    this.#waiting.push(...signals.slice(0, SIGNALS_WAITING - this.#waiting.length));
    this.#sending ??= this.#send();
  }

  hear(take: (signal: Signal) => void): void {
    this.#take = take;
  }

  /** Called with each notice. */
  heard(notice: string): void {
    const [own, signals] = JSON.parse(notice) as [string, Signal[]];
    if (own !== this.#own) { for (const signal of signals) this.#take(signal); }
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.#sending;
  }

  /** Sends what waits, and what comes meanwhile. */
  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const notices = texts(noticesOf(this.#own, this.#waiting));
      this.#waiting = [];
      await this.#connection.onListening((sql) =>
        // Nothing is lost if it never reaches the disk.
        sql`WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
          SELECT pg_notify(${this.channel}, notice) FROM quick, unnest(${notices}::text[]) AS notice`
      ).catch(() => {});
    }
    this.#sending = undefined;
  }
}

/** As many as it takes, since Postgres bounds each. */
function noticesOf(own: string, signals: readonly Signal[]): string[] {
  const notices: string[][] = [];
  let bytes = Infinity;
  for (const signal of signals) {
    const text = JSON.stringify(signal);
    const size = utf8.encode(text).length + 1;
    if (bytes + size > PG_NOTICE_BYTES) {
      notices.push([]);
      bytes = 0;
    }
    notices.at(-1)!.push(text);
    bytes += size;
  }
  return notices.map((parts) => `["${own}",[${parts.join()}]]`);
}
