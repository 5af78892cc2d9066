/**
 * The log in one SQLite file: the store of a machine with a disk. A commit is one transaction and one fsync of the
 * write-ahead log, for any number of messages in it.
 *
 * `node:sqlite` works synchronously: the process waits while the disk does. Group commit makes that one wait for many
 * messages.
 *
 * @module
 */

import { type Clock, systemClock } from "../../base/clock.ts";
import {
  type Appended,
  type Durability,
  type Entry,
  type Moment,
  type Page,
  type Range,
  type Refused,
  type Store,
  StoreInUseError,
  type StoreTime,
} from "../../log/message_log.ts";
import { cannot } from "../errors.ts";
import { Space } from "../space.ts";
import { isLocked, tryAgain } from "../try_again.ts";
import { append, findRoom, refuse } from "./append.ts";
import { LOCKED_AGAIN_MS, LOCKED_MS, SQLITE_OPEN_AGAIN_MS, SQLITE_OPEN_MS } from "./bounds.ts";
import type { Connection } from "./connection.ts";
import { openFile, type Run } from "./run.ts";
import { messagesOf } from "./statements.ts";
import { trimRooms } from "./trim.ts";

/** A program that a process starts has its locks for a moment, even if the process has released them. */
const WHILE_IN_USE = { forMs: SQLITE_OPEN_MS, everyMs: SQLITE_OPEN_AGAIN_MS };
const WHILE_LOCKED = { forMs: LOCKED_MS, everyMs: LOCKED_AGAIN_MS };

/**
 * Opens the store in a file, created if it does not exist (its folder must).
 *
 * @param path the file; `-wal`, `-shm` and `-mark` files appear beside it
 * @throws {StoreOpenError} if it cannot be served: it says which file and why.
 */
export async function openSqliteStore(
  path: string,
  space: Space = new Space(0, () => {}),
  clock: Clock = systemClock,
): Promise<Store> {
  // Imported here, so that a process with another store does not load it.
  const { DatabaseSync } = await import("node:sqlite");
  const isInUse = (error: unknown) => error instanceof StoreInUseError;
  const { run, connection } = await tryAgain(systemClock, WHILE_IN_USE, isInUse, () => openFile(path, DatabaseSync));
  return new SqliteStore(path, run, connection, space, clock);
}

class SqliteStore implements Store {
  readonly durability: Durability = "fsync";
  readonly #path: string;
  readonly #run: Run;
  readonly #connection: Connection;
  readonly #space: Space;
  readonly #clock: Clock;
  #trimCursor = 0;
  #closed = false;

  constructor(path: string, run: Run, connection: Connection, space: Space, clock: Clock) {
    this.#path = path;
    this.#run = run;
    this.#connection = connection;
    this.#space = space;
    this.#clock = clock;
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#write("store messages", () => {
      // A commit into a file that was deleted or replaced would be acknowledged and lost.
      const onDisk = this.#connection.checkPresent();
      const { results, commits } = this.#connection.transaction(() => {
        // Recorded before this run's first message, so that a copy from before it cannot pass for this file.
        this.#run.enter(this.#connection.db);
        return {
          results: this.#space.hasRoom(onDisk, () => this.#usedBytes())
            ? append(this.#connection, this.#run, entries, at)
            : entries.map((entry) => refuse(this.#connection, this.#run, entry)),
          commits: (this.#connection.statement("count").get() as { commits: number }).commits,
        };
      });
      // The mark beside the file must know of it: a start finds by that an older copy in the file's place.
      this.#run.committed(commits);
      // For lack of space the connection may have kept every other program out, a backup too.
      this.#connection.letOthersIn();
      return results;
    });
  }

  read(room: string, { after, before = Number.MAX_SAFE_INTEGER, limit }: Range): Promise<Page> {
    return this.#attempt("read messages", () => {
      const found = findRoom(this.#connection, room);
      const { first, head } = found ?? { first: 1, head: 0 };
      const state = { epoch: this.#run.epoch, first, head, floor: first - 1, messageCount: head };
      if (found === undefined || limit === 0) return { ...state, events: [], passed: head };
      const statement = this.#connection.statement(after === undefined ? "before" : "after");
      const events = messagesOf(statement.get(found.id, after ?? before, limit)!);
      return { ...state, events, passed: (events[0]?.seq ?? (after ?? Math.min(before, head + 1) - 1) + 1) - 1 };
    });
  }

  /** It has no reactions yet. */
  reactors(): Promise<string[]> {
    return Promise.resolve([]);
  }

  trim(keep: number, day: number): Promise<boolean> {
    return this.#write("remove old messages", () => {
      const { cursor, more } = trimRooms(this.#connection, this.#trimCursor, keep, day);
      this.#trimCursor = cursor;
      return more;
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", () => {
      const { time } = this.#connection.statement("readTime").get() as { time: string | null };
      return time === null ? undefined : JSON.parse(time) as StoreTime;
    });
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#write("write its time", () => void this.#connection.statement("writeTime").run(JSON.stringify(time)));
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#connection.close();
      this.#run.close();
    }
    return Promise.resolve();
  }

  /** The bytes that the file would need if it were compacted: freed space is used again. */
  #usedBytes(): number {
    return (this.#connection.statement("usedBytes").get() as { bytes: number }).bytes;
  }

  #write<T>(what: string, work: () => T): Promise<T> {
    return tryAgain(this.#clock, WHILE_LOCKED, isLocked, () => this.#attempt(what, work));
  }

  #attempt<T>(what: string, work: () => T): Promise<T> {
    try {
      if (this.#closed) throw new Error("the store is closed");
      this.#connection.checkReadable();
      return Promise.resolve(work());
    } catch (cause) {
      return Promise.reject(cannot(what, this.#path, cause));
    }
  }
}
