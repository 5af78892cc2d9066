/**
 * Stores events in Postgres: one transaction for all of a commit. It locks their rooms, decides here, and writes what was decided; others who
 * write in these rooms wait as long.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
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
    const { fingerprintKey, epoch: before } = this.#life;
    // Before Postgres is asked: while its answer is under way others may store more, and be heard of sooner.
    const known = new Map(entries.map(({ room }) => [room, this.#tail.headOf(room)]));
    const [draft, epoch] = await Promise.all([loadFacts(sql, entries), this.#life.in(sql)]);
    // Fingerprints made with the key of another database would not be known again.
    if (this.#life.fingerprintKey !== fingerprintKey) throw new InDoubtError();
    // What was known is of another life, and forgotten by now.
    const hasLost = epoch === before && [...known].some(([room, head]) => draft.room(room).head < head);
    if (hasLost) throw new InDoubtError(epoch);
    const results = entries.map((entry) => append(draft, entry, fingerprintKey, epoch, at));
    const grown = await write(sql, draft, this.#clock);
    return { results, heads: new Map(grown.map(({ name, head }) => [name, head])) };
  }
}
