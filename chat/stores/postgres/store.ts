/** The log in Postgres: the store of several processes and machines. @module */

import { type Cancel, type Clock, systemClock } from "../../base/clock.ts";
import type { Bots } from "../../log/bots.ts";
import type { DirectoryRange, DirectoryRoom } from "../../log/directory.ts";
import { type Incident, incident } from "../../log/incident.ts";
import type { Identities } from "../../log/identities.ts";
import type { Invites } from "../../log/invites.ts";
import type { People } from "../../log/people.ts";
import type { Reports } from "../../log/reports.ts";
import { secretFor } from "../../log/fingerprint.ts";
import type { Appended, Durability, Page, Range, ReactorsRange, Refused, RoomChanges } from "../../log/message_log.ts";
import type { Entry, Hint, Moment, Store, StoreTime } from "../../log/store.ts";
import type { ReportTrouble, Tell } from "../../logging/logger.ts";
import { cannot, cannotOpen, otherEpoch } from "../errors.ts";
import type { StoreOptions } from "../options.ts";
import { tryAgain } from "../try_again.ts";
import { addressOf, type PostgresAddress } from "./address.ts";
import { botsIn } from "./bots.ts";
import { PG_OPEN_AGAIN_MS, PG_OPEN_MS, PG_TRIES } from "./bounds.ts";
import { PostgresCommits } from "./commit.ts";
import { PostgresConnection } from "./connection.ts";
import { identitiesIn } from "./identities.ts";
import { invitesIn } from "./invites.ts";
import { Life } from "./life.ts";
import { isCrowded, isDown, isNoAnswer } from "./link.ts";
import { peopleOf } from "./people.ts";
import { PostgresLeases } from "./leases.ts";
import { isRun, readPage, readReactors, readRoomChanges } from "./read.ts";
import { readRuns } from "./read_runs.ts";
import { forgetReports, reportsIn } from "./reports.ts";
import { listRooms } from "./rooms.ts";
import { runsOn } from "./runs.ts";
import { migrate } from "./schema.ts";
import { SharedReads } from "./shared_reads.ts";
import { PostgresSignals } from "./signals.ts";
import { PostgresTail } from "./tail.ts";
import { forgetLast, trimRooms } from "./trim.ts";

/** It is being started, perhaps beside this process, or has still those that a process before this one had. */
const WHILE_DOWN = { forMs: PG_OPEN_MS, everyMs: PG_OPEN_AGAIN_MS };

/**
 * Opens the store in a Postgres database. One that cannot be reached is waited for a while.
 *
 * @param url as in `CHAT_STORE`
 * @param options `report` is told while what others store cannot be seen, and of another epoch
 * @throws {StoreOpenError} if it cannot be opened.
 */
export async function openPostgresStore(
  url: string,
  { clock = systemClock, report = () => {}, tell = report }: StoreOptions = {},
): Promise<Store> {
  const address = addressOf(url);
  // Imported here, so that a process with another store does not load it.
  const { connect } = await import("./library.ts");
  const openOnce = () => open(new PostgresConnection(connect, address, clock), address, clock, report, tell);
  const isPassing = (error: unknown) => isDown(error) || isCrowded(error);
  return await tryAgain(clock, WHILE_DOWN, isPassing, openOnce).catch((cause) => {
    throw cannotOpen(address.shown, cause);
  });
}

async function open(
  connection: PostgresConnection,
  { schema, shown }: PostgresAddress,
  clock: Clock,
  report: ReportTrouble,
  tell: Tell,
): Promise<Store> {
  let tail: PostgresTail | undefined;
  try {
    await migrate(connection, schema, shown, tell);
    const life = new Life(connection, () => tail?.forget(), () => report(otherEpoch(shown)));
    await life.check();
    const signals = new PostgresSignals(connection, `signals ${schema}`);
    tail = new PostgresTail(connection, life, `switchboard ${schema}`, clock, report);
    connection.listenTo([tail.notices, signals.notices], () => tail?.lookAtAll());
    await connection.listen();
    // Now, because reading may take the last one that the server allows: then nothing would ever be stored.
    await connection.commit((sql) => sql.script("SELECT"));
    const durability = await durabilityOf(connection);
    return new PostgresStore({ connection, life, tail, signals, clock, durability, shown, report });
  } catch (cause) {
    await tail?.close();
    await connection.close();
    throw cause;
  }
}

/** What the server's settings promise. Without `synchronous_commit` it answers before it has handed anything to the system. */
async function durabilityOf(connection: PostgresConnection): Promise<Durability> {
  const [row] = await connection.use((sql) =>
    sql<
      { fsync: string; waits: string }
    >`SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS waits`
  );
  const { fsync, waits } = row!;
  if (waits === "off") return "memory";
  return fsync === "on" ? "fsync" : "os";
}

interface Parts {
  connection: PostgresConnection;
  life: Life;
  tail: PostgresTail;
  signals: PostgresSignals;
  clock: Clock;
  report: ReportTrouble;
  durability: Durability;
  /** As it may be printed. */
  shown: string;
}

class PostgresStore implements Store {
  readonly durability: Durability;
  readonly identities: Identities;
  readonly bots: Bots;
  readonly invites: Invites;
  readonly reports: Reports;
  readonly people: People;
  readonly leases: PostgresLeases;
  readonly signals: PostgresSignals;
  readonly #connection: PostgresConnection;
  readonly #life: Life;
  readonly #tail: PostgresTail;
  readonly #commits: PostgresCommits;
  readonly #runs: SharedReads;
  readonly #shown: string;
  readonly #trouble: Incident;
  #trimCursor = 0;
  #closing: Promise<void> | undefined;

  constructor({ connection, life, tail, signals, clock, report, durability, shown }: Parts) {
    this.durability = durability;
    this.leases = new PostgresLeases(connection, clock, (what, work) => this.#attempt(what, work));
    this.signals = signals;
    this.#connection = connection;
    this.#life = life;
    this.#tail = tail;
    this.#commits = new PostgresCommits(connection, life, tail, clock);
    this.#runs = new SharedReads((runs) => connection.atOneInstant((sql) => readRuns(sql, life, runs)), clock);
    this.#shown = shown;
    this.#trouble = incident(
      report,
      "PostgreSQL does not answer: what needs it is refused, and clients are told to try again",
      "PostgreSQL answers again",
      clock,
    );
    const runs = runsOn(connection, (what, work) => this.#attempt(what, work));
    this.identities = identitiesIn(runs);
    this.bots = botsIn(runs);
    this.invites = invitesIn(runs);
    this.reports = reportsIn(runs);
    this.people = peopleOf(runs);
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#attempt("store events", () => this.#commits.commit(entries, at));
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#attempt("read events", () => {
      const { reader, limit } = range;
      if (isRun(range) && reader === undefined) return this.#runs.read({ room, after: range.after, limit });
      return readPage(this.#connection, this.#life, room, range);
    });
  }

  reactors(room: string, range: ReactorsRange): Promise<string[]> {
    return this.#attempt("read reactions", () => readReactors(this.#connection, room, range));
  }

  rooms(range: DirectoryRange): Promise<DirectoryRoom[]> {
    return this.#attempt("list its rooms", () => this.#connection.use((sql) => listRooms(sql, range)));
  }

  secretFor(row: string[]): Uint8Array {
    return secretFor(row, this.#life.fingerprintKey);
  }

  roomChanges(room: string, after = 0): Promise<RoomChanges> {
    return this.#attempt("read who is in a room", () => readRoomChanges(this.#connection, this.#life, room, after));
  }

  trim(keep: number, day: number, now: Moment = { ts: 0, day: 0 }): Promise<boolean> {
    return this.#attempt("remove old messages", async () => {
      const { cursor, more } = await trimRooms(this.#connection, this.#trimCursor, { keep, day, today: now.day });
      this.#trimCursor = cursor;
      if (more || await forgetLast(this.#connection, now)) return true;
      return await this.#connection.use((sql) => forgetReports(sql, now.ts));
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", async () => {
      const [meta] = await this.#connection.use((sql) => sql<{ time: string | null }>`SELECT time FROM meta`);
      return meta!.time === null ? undefined : JSON.parse(meta!.time) as StoreTime;
    });
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#attempt("write its time", async () => {
      await this.#connection.use((sql) => sql`UPDATE meta SET time = ${JSON.stringify(time)}`);
    });
  }

  watch(hint: Hint): void {
    this.#tail.watch(hint);
  }

  follow(room: string): Cancel {
    return this.#tail.follow(room);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.leases.stop();
    await Promise.all([this.#tail.close(), this.signals.notices.close()]);
    await this.#connection.close();
  }

  /** Every call passes through here, so that an operator is told of trouble whichever fails first. */
  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      for (let tries = 1;; tries++) {
        if (this.#closing !== undefined) throw new Error("the store is closed");
        try {
          const result = await work();
          this.#trouble.end();
          return result;
        } catch (error) {
          if (tries === PG_TRIES) throw error;
          await this.#life.settle(error);
        }
      }
    } catch (cause) {
      if (this.#closing === undefined && isNoAnswer(cause)) this.#trouble.begin(cause);
      throw cannot(what, this.#shown, cause);
    }
  }
}
