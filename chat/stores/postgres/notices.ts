/**
 * Notices of one process to all others that share a Postgres database, on one channel. They come at once, and may be lost with a connection.
 *
 * A notice is sent after a commit and not within it, because Postgres lets only one transaction with a notice end at a time.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { PG_NOTICE_BYTES } from "./bounds.ts";
import type { PostgresConnection } from "./connection.ts";
import { texts } from "./values.ts";

export class Notices<Item> {
  /** Where they are sent and heard. */
  readonly channel: string;
  readonly #connection: PostgresConnection;
  /** How each of its notices begins: by that a process knows its own. */
  readonly #beginning = `["${crypto.randomUUID()}",`;
  readonly #waiting: () => Item[];
  readonly #take: (item: Item) => void;
  #telling: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param waiting gives what is to be told, and forgets it
   * @param take is called with what other processes tell
   */
  constructor(connection: PostgresConnection, channel: string, waiting: () => Item[], take: (item: Item) => void) {
    this.#connection = connection;
    this.channel = channel;
    this.#waiting = waiting;
    this.#take = take;
  }

  /** Tells what waits, and what comes meanwhile. */
  tell(): void {
    if (this.#isClosed || this.#telling !== undefined) return;
    const items = this.#waiting();
    if (items.length > 0) this.#telling = this.#tell(items);
  }

  /** Called with each notice. */
  heard(notice: string): void {
    if (notice.startsWith(this.#beginning)) return;
    const [, items] = JSON.parse(notice) as [string, Item[]];
    for (const item of items) this.#take(item);
  }

  /** Resolves once nothing is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#telling;
  }

  async #tell(items: Item[]): Promise<void> {
    for (; items.length > 0; items = this.#waiting()) {
      const notices = texts(noticesOf(this.#beginning, items));
      await this.#connection.onListening((sql) =>
        // Nothing is lost if it never reaches the disk.
        sql`WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
          SELECT pg_notify(${this.channel}, notice) FROM quick, unnest(${notices}::text[]) AS notice`
      ).catch(() => {});
    }
    this.#telling = undefined;
  }
}

/** As many as it takes, since Postgres bounds each. */
function noticesOf(beginning: string, items: readonly unknown[]): string[] {
  const notices: string[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > PG_NOTICE_BYTES) {
      notices.push([]);
      bytes = 0;
    }
    notices.at(-1)!.push(text);
    bytes += size;
  }
  return notices.map((parts) => `${beginning}[${parts.join()}]]`);
}
