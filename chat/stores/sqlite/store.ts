/**
 * The log in a SQLite database: in one file, the store of a machine with a disk, or in memory. A commit is one transaction and one fsync of the
 * write-ahead log, for any number of events in it.
 *
 * `node:sqlite` works synchronously: the process waits while the disk does. Group commit makes that one wait for many
 * events.
 *
 * @module
 */

import { type Cancel, type Clock, systemClock } from "../../base/clock.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import type { Appended, Durability, Page, Range, ReactorsRange, Refused, RoomChanges } from "../../log/message_log.ts";
import { type Entry, type Moment, type Store, StoreInUseError, type StoreTime } from "../../log/store.ts";
import type { DirectoryRange, DirectoryRoom } from "../../log/directory.ts";
import type { Bots } from "../../log/bots.ts";
import type { Identities } from "../../log/identities.ts";
import type { Invites } from "../../log/invites.ts";
import type { People } from "../../log/people.ts";
import type { Reports } from "../../log/reports.ts";
import { CHANGES_KEPT } from "../../log/bounds.ts";
import { secretFor } from "../../log/fingerprint.ts";
import { cannot } from "../errors.ts";
import { Ledger } from "../files/ledger.ts";
import type { StoreOptions } from "../options.ts";
import { Space } from "../space.ts";
import { isLocked, tryAgain } from "../try_again.ts";
import { append } from "./append.ts";
import { LOCKED_AGAIN_MS, LOCKED_MS, MAKE_SPACE_STEPS, SQLITE_OPEN_AGAIN_MS, SQLITE_OPEN_MS } from "./bounds.ts";
import type { Database, SqliteConnection } from "./connection.ts";
import { botsIn } from "./bots.ts";
import { identitiesIn } from "./identities.ts";
import { invitesIn } from "./invites.ts";
import { peopleOf, type Runs } from "./people.ts";
import { readPage, readReactors, readRoomChanges } from "./read.ts";
import { reportsIn } from "./reports.ts";
import { type Opened, openFile, openMemory, type ServerRun } from "./run.ts";
import { SilentRooms } from "./silent_rooms.ts";
import { forgetOld, tidy, trimRooms } from "./trim.ts";
import { listRooms } from "./rooms.ts";
import { Upkeep } from "./upkeep.ts";

/** A program that a process starts has its locks for a moment, even if the process has released them. */
const WHILE_IN_USE = { forMs: SQLITE_OPEN_MS, everyMs: SQLITE_OPEN_AGAIN_MS };
const WHILE_LOCKED = { forMs: LOCKED_MS, everyMs: LOCKED_AGAIN_MS };

export interface SqliteOptions extends StoreOptions {
  /** How much it may hold. Default: there is no bound. */
  space?: Space;
}

/**
 * Opens the store in a file, created if it does not exist (its folder must).
 *
 * @param path the file; `-wal`, `-shm` and `-mark` files appear beside it
 * @param options `report` is told of texts that cannot be erased, too, and `tell` also while the file is upgraded
 * @throws {StoreOpenError} if it cannot be served: it says which file and why.
 */
export async function openSqliteStore(
  path: string,
  { space = new Space(0, () => {}), clock = systemClock, report = () => {}, tell = report }: SqliteOptions = {},
): Promise<Store> {
  // Imported here, so that a process with another store does not load it.
  const { DatabaseSync } = await import("node:sqlite");
  const isInUse = (error: unknown) => error instanceof StoreInUseError;
  const open = () => openFile(path, DatabaseSync, report, tell);
  return new SqliteStore(path, await tryAgain(systemClock, WHILE_IN_USE, isInUse, open), space, clock, report);
}

/**
 * Makes a store in memory. At its bound it empties the rooms that were longest without an event and that nobody follows: see `silent_rooms.ts`.
 *
 * @param Database the class of `node:sqlite`
 */
export function makeMemoryStore(Database: Database, space: Space, epoch?: string): Store {
  return new SqliteStore("memory", openMemory(Database, epoch), space, systemClock, () => {});
}

class SqliteStore implements Store {
  readonly durability: Durability;
  readonly people: People;
  readonly follow?: (room: string) => Cancel;
  readonly identities: Identities;
  readonly bots: Bots;
  readonly invites: Invites;
  readonly reports: Reports;
  readonly #name: string;
  readonly #db: SqliteConnection;
  readonly #serverRun: ServerRun;
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #upkeep: Upkeep;
  readonly #silentRooms: SilentRooms | undefined;
  #trimCursor = 0;
  /** All rooms were trimmed, and what is left of that is being removed. */
  #isTidying = false;
  #closed = false;

  constructor(name: string, { run, connection }: Opened, space: Space, clock: Clock, report: ReportTrouble) {
    this.#name = name;
    this.#db = connection;
    this.#serverRun = run;
    this.#space = space;
    this.#clock = clock;
    this.#upkeep = new Upkeep(connection, clock, report);
    this.durability = connection.isFile ? "fsync" : "memory";
    const runs: Runs = {
      read: (what, work) => this.#attempt(what, work),
      write: (what, work) => this.#write(what, work),
    };
    const ledger = connection.isFile ? new Ledger(name, report) : undefined;
    this.identities = identitiesIn(connection, ledger, runs);
    this.bots = botsIn(connection, ledger, runs);
    this.invites = invitesIn(connection, runs);
    this.reports = reportsIn(connection, runs);
    this.people = peopleOf(connection, ledger, runs);
    if (connection.isFile) return;
    const silentRooms = this.#silentRooms = new SilentRooms(connection);
    this.follow = (room) => silentRooms.follow(room);
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#write("store events", () => {
      // A commit into a file that was deleted or replaced would be acknowledged and lost.
      const diskBytes = this.#db.checkPresent();
      const isFull = !this.#hasSpace(diskBytes) && !this.#makeSpace(entries);
      const { results, commits } = this.#db.transaction(() => {
        // Recorded before this run's first event, so that a copy from before it cannot pass for this file.
        this.#serverRun.enter(this.#db.db);
        return {
          results: append(this.#db, this.#serverRun, entries, at, isFull),
          commits: (this.#db.statement("countCommit").get() as { commits: number }).commits,
        };
      });
      // The mark beside the file must know of it: a start finds by that an older copy in the file's place.
      this.#serverRun.committed(commits);
      this.#silentRooms?.noteEvents(entries, results);
      // For lack of space the connection may have kept every other program out, a backup too.
      this.#db.letOthersIn();
      return results;
    });
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#attempt("read events", () => readPage(this.#db, this.#serverRun.epoch, room, range));
  }

  reactors(room: string, range: ReactorsRange): Promise<string[]> {
    return this.#attempt("read reactions", () => readReactors(this.#db, room, range));
  }

  rooms(range: DirectoryRange): Promise<DirectoryRoom[]> {
    return this.#attempt("list its rooms", () => listRooms(this.#db, range));
  }

  secretFor(row: string[]): Uint8Array {
    return secretFor(row, this.#serverRun.fingerprintKey);
  }

  roomChanges(room: string, after = 0): Promise<RoomChanges> {
    return this.#attempt("read who is in a room", () => readRoomChanges(this.#db, this.#serverRun.epoch, room, after));
  }

  trim(keep: number, day: number, now: Moment = { ts: 0, day: 0 }): Promise<boolean> {
    return this.#write("remove old messages", () => {
      if (!this.#isTidying) {
        const { cursor, more } = trimRooms(this.#db, this.#trimCursor, { keep, day, changes: CHANGES_KEPT }, now.day);
        this.#trimCursor = cursor;
        if (more) return true;
      }
      return this.#isTidying = tidy(this.#db) || forgetOld(this.#db, now);
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", () => {
      const { time } = this.#db.statement("readTime").get() as { time: string | null };
      return time === null ? undefined : JSON.parse(time) as StoreTime;
    });
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#write("write its time", () => void this.#db.statement("writeTime").run(JSON.stringify(time)));
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#upkeep.stop();
      this.#db.close();
      this.#serverRun.close();
    }
    return Promise.resolve();
  }

  /** @param atMost no less than what is used, in bytes: freed space is used again */
  #hasSpace(atMost: number): boolean {
    return this.#space.isLeft(atMost, () => (this.#db.statement("usedBytes").get() as { bytes: number }).bytes);
  }

  /** Empties rooms, if this store may. @returns whether there is space now */
  #makeSpace(entries: Entry[]): boolean {
    for (let step = 0; step < MAKE_SPACE_STEPS && this.#silentRooms?.emptySome(entries); step++) {
      if (this.#hasSpace(this.#db.checkPresent())) return true;
    }
    return false;
  }

  async #write<T>(what: string, work: () => T): Promise<T> {
    const result = await tryAgain(this.#clock, WHILE_LOCKED, isLocked, () => this.#attempt(what, work));
    this.#upkeep.plan();
    return result;
  }

  #attempt<T>(what: string, work: () => T): Promise<T> {
    try {
      if (this.#closed) throw new Error("the store is closed");
      this.#db.checkReadable();
      return Promise.resolve(work());
    } catch (cause) {
      return Promise.reject(cannot(what, this.#name, cause));
    }
  }
}
