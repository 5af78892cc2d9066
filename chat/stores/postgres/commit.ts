/**
 * Stores events in Postgres: one transaction for all of a commit. It locks their rooms, decides here, and writes what was decided; others who
 * write in these rooms wait as long.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import { append } from "./append.ts";
import type { PostgresConnection } from "./connection.ts";
import { loadFacts } from "./facts.ts";
import { InDoubtError, type Life } from "./life.ts";
import type { Sql } from "./link.ts";
import type { PostgresTail } from "./tail.ts";
import { write } from "./writes.ts";

type Results = (Appended | Refused)[];

export class PostgresCommits {
  readonly #connection: PostgresConnection;
  readonly #life: Life;
  readonly #tail: PostgresTail;
  readonly #clock: Clock;

  constructor(connection: PostgresConnection, life: Life, tail: PostgresTail, clock: Clock) {
    this.#connection = connection;
    this.#life = life;
    this.#tail = tail;
    this.#clock = clock;
  }

  async commit(entries: Entry[], at: Moment): Promise<Results> {
    const { results, heads } = await this.#connection.commit((sql) => this.#decide(sql, entries, at));
    this.#tail.committed(heads);
    return results;
  }

  async #decide(sql: Sql, entries: Entry[], at: Moment): Promise<{ results: Results; heads: Map<string, number> }> {
    const { fingerprintKey } = this.#life;
    const [draft, epoch, fingerprints] = await Promise.all([
      loadFacts(sql, entries),
      this.#life.in(sql),
      this.#fingerprintsOf(entries, fingerprintKey),
    ]);
    // Made with the key of another database they would not be known again.
    if (this.#life.fingerprintKey !== fingerprintKey) throw new InDoubtError();
    for (const { name, head } of draft.rooms.values()) {
      if (head < this.#tail.headOf(name)) throw new InDoubtError(epoch);
    }
    const results = entries.map((entry, index) => append(draft, entry, fingerprints[index], epoch, at));
    const grown = await write(sql, draft);
    return { results, heads: new Map(grown.map(({ name, head }) => [name, head])) };
  }

  /** Of those that have a nonce. They are made while Postgres reads, hence a turn later: by then it has been asked. */
  async #fingerprintsOf(entries: Entry[], key: Uint8Array): Promise<(Uint8Array | undefined)[]> {
    await new Promise<void>((next) => this.#clock.soon(next));
    return entries.map(({ event }) => event.nonce === undefined ? undefined : fingerprintOf(event, key));
  }
}
