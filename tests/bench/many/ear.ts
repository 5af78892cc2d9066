/** One more listener on the channels of a database, which counts what the processes tell each other. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import { PostgresConnection } from "../../../chat/stores/postgres/connection.ts";
import { connect } from "../../../chat/stores/postgres/library.ts";

export interface Count {
  notices: number;
  /** What is in them: rooms with their heads, or signals. */
  items: number;
  bytes: number;
}

export class Ear implements AsyncDisposable {
  readonly hints: Count = { notices: 0, items: 0, bytes: 0 };
  readonly signals: Count = { notices: 0, items: 0, bytes: 0 };
  /** Notices of signals by which somebody is said to type. */
  typing = 0;
  readonly #connection: PostgresConnection;

  private constructor(url: string) {
    const address = addressOf(url);
    this.#connection = new PostgresConnection(connect, address, systemClock);
    const { schema } = address;
    this.#connection.listenTo([
      { channel: `switchboard ${schema}`, heard: (notice) => this.#note(this.hints, notice) },
      { channel: `signals ${schema}`, heard: (notice) => this.#note(this.signals, notice) },
    ], () => {});
  }

  static async open(url: string): Promise<Ear> {
    const ear = new Ear(url);
    await ear.#connection.listen();
    return ear;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  #note(count: Count, notice: string): void {
    const [, items] = JSON.parse(notice) as [string, { type?: string }[]];
    count.notices++;
    count.items += items.length;
    count.bytes += new TextEncoder().encode(notice).length;
    if (items.some(({ type }) => type === "typing")) this.typing++;
  }
}
