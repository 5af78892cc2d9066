/**
 * Learns that other processes have stored events in Postgres, and tells them of what this one stores. Notices come at once, and may be lost with
 * a connection; so the heads of followed rooms are read whenever one has begun to listen, and regularly as well. Either is a hint: the log itself is
 * what counts.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import { type Incident, incident } from "../../log/incident.ts";
import type { Hint } from "../../log/store.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { PG_LOOK_MS, PG_ROOMS_AT_ONCE } from "./bounds.ts";
import type { PostgresConnection } from "./connection.ts";
import { InDoubtError, type Life } from "./life.ts";
import { Notices } from "./notices.ts";
import { numbers, texts } from "./values.ts";

export class PostgresTail {
  /** Of rooms, each with how far it goes. */
  readonly notices: Notices<[room: string, head: number]>;
  readonly #connection: PostgresConnection;
  readonly #life: Life;
  readonly #clock: Clock;
  readonly #trouble: Incident;
  /** The followed rooms, and how far each is known. */
  readonly #heads = new Map<string, number>();
  /** The rooms of which the others are not told yet. */
  readonly #untold = new Map<string, number>();
  #hint: Hint = () => {};
  /** One look after the other. */
  #looking = Promise.resolve();
  #lookedAt = 0;
  readonly #cancelLook: Cancel;
  #isClosed = false;

  /** @param channel on which the processes that share the store tell each other */
  constructor(connection: PostgresConnection, life: Life, channel: string, clock: Clock, report: ReportTrouble) {
    this.#connection = connection;
    this.#life = life;
    this.#clock = clock;
    this.notices = new Notices(connection, channel, () => this.#takeUntold(), (told) => this.#know(...told));
    this.#trouble = incident(
      report,
      "What other servers store cannot be seen: members here hear of it once the database answers",
      "What other servers store is seen again",
      clock,
    );
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

  /** Looks at all followed rooms now, since notices may have been missed. */
  lookAtAll(): void {
    for (let rooms = 0; rooms < this.#heads.size; rooms += PG_ROOMS_AT_ONCE) this.#look();
  }

  /** Records that a commit was made, how far its rooms are now, and tells the others. */
  committed(heads: Map<string, number>): void {
    for (const [room, head] of heads) {
      this.#advance(room, head);
      this.#untold.set(room, head);
    }
    // A turn later, so that neither its authors nor the next commit wait for it.
    this.#clock.soon(() => this.notices.tell());
  }

  /** There is another epoch: numbers of the one before mean nothing. */
  forget(): void {
    for (const room of this.#heads.keys()) this.#heads.set(room, 0);
    this.#hint();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    this.notices.tell();
    await Promise.all([this.notices.close(), this.#looking]);
  }

  #takeUntold(): [room: string, head: number][] {
    const untold = [...this.#untold];
    this.#untold.clear();
    return untold;
  }

  /** What is missed while the database is out of reach is found by the next look. */
  #look(): Promise<void> {
    return this.#looking = this.#looking.then(() => this.#readHeads()).then(
      () => this.#trouble.end(),
      (error) => {
        if (!this.#isClosed) this.#trouble.begin(error);
      },
    );
  }

  async #readHeads(): Promise<void> {
    // Also where no room is followed: it finds whether anything is heard, and whether this is still the same database.
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
      if (rooms.some(({ head, known }) => head < known)) throw new InDoubtError(epoch);
      for (const { name, head } of rooms) this.#know(name, head);
    } catch (error) {
      await this.#life.settle(error);
    }
  }

  /** Records how far a room goes, and says so if that is news. */
  #know(room: string, head: number): void {
    if (this.#advance(room, head)) this.#hint(room);
  }

  /** Records how far a room is known, if it is followed. @returns whether that is news */
  #advance(room: string, head: number): boolean {
    const isNews = head > (this.#heads.get(room) ?? Infinity);
    if (isNews) this.#heads.set(room, head);
    return isNews;
  }
}
