/**
 * Stores events in Postgres: one transaction for all of a commit. It locks their rooms, decides here, and writes what was decided; others who
 * write in these rooms wait as long.
 *
 * @module
 */

import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import { append } from "./append.ts";
import { PG_TRIES } from "./bounds.ts";
import type { PostgresConnection } from "./connection.ts";
import { loadFacts } from "./facts.ts";
import { type Life, OtherServerError } from "./life.ts";
import { codeOf, type Sql } from "./link.ts";
import type { PostgresTail } from "./tail.ts";
import { write } from "./writes.ts";

/** `unique_violation`: another process has made one of the rooms meanwhile. */
const IS_THERE = "23505";

type Results = (Appended | Refused)[];

export class PostgresCommits {
  readonly #connection: PostgresConnection;
  readonly #life: Life;
  readonly #tail: PostgresTail;

  constructor(connection: PostgresConnection, life: Life, tail: PostgresTail) {
    this.#connection = connection;
    this.#life = life;
    this.#tail = tail;
  }

  async commit(entries: Entry[], at: Moment): Promise<Results> {
    for (let tries = 1;; tries++) {
      try {
        const { results, heads } = await this.#connection.commit((sql) => this.#decide(sql, entries, at));
        this.#tail.committed(heads);
        return results;
      } catch (error) {
        if (tries === PG_TRIES) throw error;
        if (error instanceof OtherServerError) await this.#life.check();
        else if (error instanceof LostError) await this.#life.renew(error.epoch);
        else if (codeOf(error) !== IS_THERE) throw error;
      }
    }
  }

  async #decide(sql: Sql, entries: Entry[], at: Moment): Promise<{ results: Results; heads: Map<string, number> }> {
    const [draft, epoch] = await Promise.all([loadFacts(sql, entries), this.#life.in(sql)]);
    for (const { name, head } of draft.rooms.values()) {
      if (head < this.#tail.headOf(name)) throw new LostError(epoch);
    }
    const setting = { epoch, fingerprintKey: this.#life.fingerprintKey, at };
    const results = entries.map((entry) => append(draft, entry, setting));
    const grown = await write(sql, draft);
    return { results, heads: new Map(grown.map(({ name, head }) => [name, head])) };
  }
}

/** A room ends before an event that was shown. */
class LostError extends Error {
  readonly epoch: string;

  constructor(epoch: string) {
    super("acknowledged messages are gone");
    this.epoch = epoch;
  }
}
