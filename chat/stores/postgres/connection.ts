/** The connections of a process to a Postgres database: few, made when they are needed, and made again when they are lost. @module */

import type { Cancel, Clock } from "../../base/clock.ts";
import type { PostgresAddress } from "./address.ts";
import { PG_ANSWER_MS, PG_CROWDED_MS, PG_TRIES, READING_CONNECTIONS } from "./bounds.ts";
import type { Client, Options } from "./library.d.ts";
import { Line, type Waiting } from "./line.ts";
import { codeOf, isCrowded, Link, type Sql } from "./link.ts";

/** Does something for a door of the store, and says what if it cannot. */
export type Attempt = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** Where notices are heard. */
interface Channel {
  readonly channel: string;
  heard(notice: string): void;
}

/** Another transaction came between: `serialization_failure`, `deadlock_detected`. Nothing is stored. */
const CAME_BETWEEN = ["40001", "40P01"];

/** The same in a commit, whose rooms another process may make meanwhile: `unique_violation`. */
const CAME_BETWEEN_COMMITS = [...CAME_BETWEEN, "23505"];

/**
 * Has Postgres go through events in the order of their index, and stop where a page ends. By its estimate a room has few, so that it would read all of
 * them and sort: that takes long in a large room.
 */
export const IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off";

/** A statement before this one has failed: `in_failed_sql_transaction`. Which one that was says why. */
const BEHIND_A_FAILURE = "25P02";

/** Several statements that see the database at one instant, and change nothing. */
const ONE_INSTANT = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${IN_ORDER}`;

/**
 * A plan that is kept is made for lists of ten entries in tables as they are then, whatever comes. The statements of commits keep theirs, and
 * have each entry looked up by an index, which is right for any; others are planned by what they are given.
 */
export const KEEPS_PLANS = {
  plan_cache_mode: "auto",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
};

export class PostgresConnection {
  /** Makes a connection that is its caller's, who ends it. */
  readonly makeLink: (heard?: (channel: string, text: string) => void) => Link;
  readonly #reading: Links;
  /** Apart, so that neither commits nor notices wait for those who read. */
  readonly #committing: Links;
  readonly #listening: Links;
  #channels = "";
  #heard: (channel: string, text: string) => void = () => {};
  #begun: () => void = () => {};

  constructor(connect: (options: Options) => Client, address: PostgresAddress, clock: Clock) {
    this.makeLink = (heard) => new Link(connect, address, heard);
    this.#reading = new Links(this.makeLink, READING_CONNECTIONS, clock);
    this.#committing = new Links(() => new Link(connect, address, undefined, KEEPS_PLANS), 1, clock);
    this.#listening = new Links(() => this.#listen(), 1, clock);
  }

  /** Does something on a connection of its own. It must leave no transaction open. */
  use<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#reading.use(({ sql }) => work(sql));
  }

  /** Reads what fits together. */
  atOneInstant<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#reading.use(({ sql }) => inTransaction(sql, ONE_INSTANT, work));
  }

  /** Does all of it or nothing. It is done again if others came between. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return untilDone(CAME_BETWEEN, () => this.#reading.use(({ sql }) => inTransaction(sql, "BEGIN", work)));
  }

  /** The same, for a commit. */
  commit<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return untilDone(CAME_BETWEEN_COMMITS, () => this.#committing.use(({ sql }) => inTransaction(sql, "BEGIN", work)));
  }

  /**
   * Says what {@linkcode onListening} hears.
   *
   * @param begun is called whenever a connection has begun to listen: what was told before did not reach it
   */
  listenTo(channels: Channel[], begun: () => void): void {
    this.#begun = begun;
    this.#channels = channels.map(({ channel }) => `LISTEN "${channel}"`).join(";");
    this.#heard = (on, text) => channels.find(({ channel }) => channel === on)?.heard(text);
  }

  /** Does something on the one connection that hears notices, and makes it if it is not there. */
  onListening<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#listening.use(({ sql }) => work(sql));
  }

  /** Listens, if this process does not, so that nothing that is told from now on is missed. */
  listen(): Promise<void> {
    return this.onListening((sql) => sql.script("SELECT"));
  }

  async close(): Promise<void> {
    await Promise.all([this.#reading.close(), this.#committing.close(), this.#listening.close()]);
  }

  #listen(): Link {
    const link = this.makeLink((channel, text) => this.#heard(channel, text));
    // What comes next is answered behind it, or fails as it does.
    link.sql.script(this.#channels).then(() => this.#keepListening(link), () => link.destroy());
    return link;
  }

  /**
   * Has another one listen as soon as this one is lost. A connection that never came to listen is not replaced before somebody needs it: a database
   * that is out of reach would be asked for one all the time.
   */
  async #keepListening(link: Link): Promise<void> {
    this.#begun();
    await link.closed;
    // It is out of reach, or this process is done with it.
    await this.listen().catch(() => {});
  }
}

/** @param work may leave statements unanswered: it is done only if they all succeed */
async function inTransaction<T>(sql: Sql, begin: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sent: Promise<unknown>[] = [];
  const note = <P extends Promise<unknown>>(query: P): P => {
    query.catch(() => {});
    sent.push(query);
    return query;
  };
  const noted: Sql = Object.assign(
    <Row>(...statement: Parameters<Sql>) => note(sql<Row>(...statement)),
    { script: (text: string) => note(sql.script(text)) },
  );
  note(sql.script(begin));
  try {
    const result = await work(noted);
    // If one of them fails, Postgres makes a ROLLBACK of it.
    note(sql.script("COMMIT"));
    await Promise.all(sent);
    return result;
  } catch (error) {
    // On a connection that is lost the server does it by itself.
    await sql.script("ROLLBACK").catch(() => {});
    if (codeOf(error) !== BEHIND_A_FAILURE) throw error;
    const failed = (await Promise.allSettled(sent)).find(({ status }) => status === "rejected");
    throw (failed as PromiseRejectedResult).reason;
  }
}

/** @param cameBetween the errors that say that it is to be done again */
async function untilDone<T>(cameBetween: string[], work: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === PG_TRIES || !cameBetween.includes(codeOf(error)!)) throw error;
    }
  }
}

const CLOSED = "the store is closed";

/** Somebody who waits for a connection. */
interface Turn extends Waiting {
  resolve(link: Link): void;
}

/** Connections of which each does one thing at a time. */
class Links {
  readonly #make: () => Link;
  readonly #most: number;
  readonly #clock: Clock;
  readonly #idle: Link[] = [];
  readonly #busy = new Set<Link>();
  readonly #line: Line<Turn>;
  /** Until when no more are made than there are, because the server has refused one. */
  #crowdedUntilMs = -Infinity;
  #isClosed = false;

  constructor(make: () => Link, most: number, clock: Clock) {
    this.#make = make;
    this.#most = most;
    this.#clock = clock;
    this.#line = new Line(clock);
  }

  /**
   * Nothing was sent on a connection that was refused: so the work is done on another one that the server has let in. Of those that are still being
   * made each may be refused, too: they are waited for once.
   */
  async use<T>(work: (link: Link) => Promise<T>): Promise<T> {
    for (let refusals = 1;; refusals++) {
      try {
        return await this.#useOne(work);
      } catch (error) {
        const mayHaveAnother = this.#hasLetIn || (refusals === 1 && this.#count > 0);
        if (!isCrowded(error) || !mayHaveAnother) throw error;
      }
    }
  }

  async #useOne<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const link = await this.#take();
    let cancel: Cancel | undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(PG_ANSWER_MS, () => {
        link.destroy();
        // Where the network has lost one without a word, it has lost those that nobody uses, and each would cost as long.
        for (const idle of this.#idle.splice(0)) idle.destroy();
        reject(Object.assign(new Error(`no answer in ${PG_ANSWER_MS} ms`), { code: "ETIMEDOUT" }));
      });
    });
    try {
      return await Promise.race([work(link), late]);
    } catch (error) {
      if (isCrowded(error)) this.#crowdedUntilMs = this.#clock.elapsed() + PG_CROWDED_MS;
      throw error;
    } finally {
      cancel!();
      this.#give(link);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#line.take(Infinity)) reject(new Error(CLOSED));
    await Promise.all([...this.#idle.splice(0), ...this.#busy].map((link) => link.end()));
  }

  async #take(): Promise<Link> {
    if (this.#isClosed) throw new Error(CLOSED);
    let link = this.#usableIdle();
    if (link === undefined && !this.#mayMake) {
      const askedAt = this.#clock.elapsed();
      link = await new Promise<Link>((resolve, reject) => this.#line.add({ askedAt, resolve, reject }));
    }
    link ??= this.#make();
    this.#busy.add(link);
    return link;
  }

  get #count(): number {
    return this.#busy.size + this.#idle.length;
  }

  get #hasLetIn(): boolean {
    return [...this.#busy, ...this.#idle].some((link) => link.isUsable && link.hasAnswered);
  }

  get #mayMake(): boolean {
    return this.#count === 0 || (this.#count < this.#most && this.#clock.elapsed() >= this.#crowdedUntilMs);
  }

  #usableIdle(): Link | undefined {
    while (this.#idle.length > 0) {
      const link = this.#idle.pop()!;
      if (link.isUsable) return link;
      link.destroy();
    }
    return undefined;
  }

  /** Takes a connection back. The next who waits has it, or makes another one. */
  #give(link: Link): void {
    if (this.#isClosed) return;
    if (!link.isUsable) {
      this.#busy.delete(link);
      link.destroy();
    }
    // One of the others goes to the next who waits, once it is given back.
    if (!link.isUsable && !this.#mayMake) return;
    const [next] = this.#line.take(1);
    if (next !== undefined) {
      this.#busy.delete(link);
      // Held for whoever takes it, so that nobody else makes one more meanwhile.
      const held = link.isUsable ? link : this.#make();
      this.#busy.add(held);
      return next.resolve(held);
    }
    if (this.#busy.delete(link)) this.#idle.push(link);
  }
}
