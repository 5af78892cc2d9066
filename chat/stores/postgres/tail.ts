/**
 * Learns that other processes have stored events in Postgres, and tells them of what this one stores. Notices come at once, and may be lost with
 * a connection; so the heads of followed rooms are read regularly as well. Either is a hint: the log itself is what counts.
 *
 * A notice is sent after the commit and not within it, because Postgres lets only one transaction with a notice end at a time.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import { type Incident, incident } from "../../log/incident.ts";
import type { Hint } from "../../log/store.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { PG_LOOK_MS, PG_NOTICE_BYTES, PG_ROOMS_AT_ONCE } from "./bounds.ts";
import type { PostgresConnection } from "./connection.ts";
import { type Life, OtherServerError } from "./life.ts";
import { numbers, texts } from "./values.ts";

/** Notices of another kind. */
interface Channel {
  readonly channel: string;
  heard(text: string): void;
}

export class PostgresTail {
  readonly #connection: PostgresConnection;
  readonly #life: Life;
  readonly #channel: string;
  readonly #trouble: Incident;
  /** By which a process knows its own notices. */
  readonly #own = crypto.randomUUID();
  /** The followed rooms, and how far each is known. */
  readonly #heads = new Map<string, number>();
  /** The rooms of which the others are not told yet. */
  #untold = new Map<string, number>();
  #hint: Hint = () => {};
  #telling: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = 0;
  readonly #cancelLook: Cancel;
  #isClosed = false;

  /**
   * @param channel on which the processes that share the store tell each other
   * @param also what else is heard on the same connection
   */
  constructor(
    connection: PostgresConnection,
    life: Life,
    channel: string,
    also: Channel,
    clock: Clock,
    report: ReportTrouble,
  ) {
    this.#connection = connection;
    this.#life = life;
    this.#channel = channel;
    this.#trouble = incident(
      report,
      "What other servers store cannot be seen: members here hear of it once the database answers",
      "What other servers store is seen again",
    );
    connection.listenTo([channel, also.channel], (on, text) => on === channel ? this.#heard(text) : also.heard(text));
    this.#cancelLook = every(clock, PG_LOOK_MS, () => this.#look());
  }

  watch(hint: Hint): void {
    this.#hint = hint;
  }

  follow(room: string): Cancel {
    this.#heads.set(room, 0);
    return () => void this.#heads.delete(room);
  }

  /** How far a room is known to go: 0 if it is not followed. */
  headOf(room: string): number {
    return this.#heads.get(room) ?? 0;
  }

  /** Listens, if this process does not, so that nothing that is stored from now on comes late. */
  listen(): Promise<void> {
    return this.#connection.onListening((sql) => sql.script("SELECT"));
  }

  /** Records that a commit was made, how far its rooms are now, and tells the others. */
  committed(heads: Map<string, number>): void {
    for (const [room, head] of heads) {
      this.#advance(room, head);
      this.#untold.set(room, head);
    }
    if (this.#untold.size > 0 && !this.#isClosed) this.#telling ??= this.#tell();
  }

  /** There is another epoch: numbers of the one before mean nothing. */
  forget(): void {
    for (const room of this.#heads.keys()) this.#heads.set(room, 0);
    this.#hint();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    await Promise.all([this.#telling, this.#looking]);
  }

  /** Tells what has gathered, and what gathers meanwhile. If it fails, the others find it by looking. */
  async #tell(): Promise<void> {
    while (this.#untold.size > 0) {
      const notices = texts(noticesOf(this.#own, this.#untold));
      this.#untold = new Map();
      await this.#connection.onListening((sql) =>
        // Nothing is lost if it never reaches the disk.
        sql`WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
          SELECT pg_notify(${this.#channel}, notice) FROM quick, unnest(${notices}::text[]) AS notice`
      ).catch(() => {});
    }
    this.#telling = undefined;
  }

  #heard(text: string): void {
    const [own, heads] = JSON.parse(text) as [string, Record<string, number>];
    if (own === this.#own) return;
    for (const [room, head] of Object.entries(heads)) if (this.#advance(room, head)) this.#hint(room);
  }

  /** What is missed while the database is out of reach is found by the next look. */
  #look(): Promise<void> {
    return this.#looking = this.#readHeads().then(
      () => this.#trouble.end(),
      (error) => {
        if (!this.#isClosed) this.#trouble.begin(error);
      },
    );
  }

  async #readHeads(): Promise<void> {
    if (this.#heads.size === 0) return await this.listen();
    if (this.#lookedAt >= this.#heads.size) this.#lookedAt = 0;
    const { epoch: before } = this.#life;
    const asked = [...this.#heads].slice(this.#lookedAt, this.#lookedAt += PG_ROOMS_AT_ONCE);
    try {
      const { epoch, rooms } = await this.#connection.onListening(async (sql) => {
        const [epoch, rooms] = await Promise.all([
          this.#life.in(sql),
          sql<{ name: string; head: number; known: number }>`SELECT asked.name, coalesce(rooms.head, 0) AS head, known
            FROM unnest(${texts(asked.map(([room]) => room))}::text[], ${
            numbers(asked.map(([, head]) => head))
          }::bigint[])
              AS asked (name, known)
            LEFT JOIN rooms ON rooms.name = asked.name WHERE coalesce(rooms.head, 0) <> known`,
        ]);
        return { epoch, rooms };
      });
      // What was known is of another life, and forgotten by now.
      if (epoch !== before) return;
      // Acknowledged messages are gone.
      if (rooms.some(({ head, known }) => head < known)) return await this.#life.renew(epoch);
      for (const { name, head } of rooms) if (this.#advance(name, head)) this.#hint(name);
    } catch (error) {
      if (!(error instanceof OtherServerError)) throw error;
      await this.#life.check();
    }
  }

  /** Records how far a room is known, if it is followed. @returns whether that is news */
  #advance(room: string, head: number): boolean {
    const isNews = head > (this.#heads.get(room) ?? Infinity);
    if (isNews) this.#heads.set(room, head);
    return isNews;
  }
}

/** As many as it takes, since Postgres bounds each. */
function noticesOf(own: string, heads: Map<string, number>): string[] {
  const notices: string[] = [];
  let part: Record<string, number> = {};
  let bytes = 0;
  for (const [room, head] of heads) {
    if (bytes > PG_NOTICE_BYTES) {
      notices.push(JSON.stringify([own, part]));
      [part, bytes] = [{}, 0];
    }
    part[room] = head;
    // A name has at most 64 bytes.
    bytes += room.length + 20;
  }
  return [...notices, JSON.stringify([own, part])];
}
