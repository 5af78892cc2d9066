/**
 * The log in one SQLite file: the store of a machine with a disk. A commit is one transaction and one fsync of the
 * write-ahead log, whatever the number of messages in it.
 *
 * `node:sqlite` works synchronously: the process waits while the disk does. Group commit makes that one wait for many
 * messages.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Clock, systemClock } from "../../base/clock.ts";
import { TRIM_MESSAGES } from "../bounds.ts";
import { LOCKED_AGAIN_MS, LOCKED_MS, SQLITE_OPEN_AGAIN_MS, SQLITE_OPEN_TRIES, TRIM_ROOMS } from "./bounds.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import {
  type Appended,
  type Durability,
  type Entry,
  type Moment,
  type NewMessage,
  type Page,
  type Range,
  type Refused,
  type RoomState,
  type Store,
  type StoredMessage,
  StoreInUseError,
  type StoreTime,
  StoreUnavailableError,
} from "../../log/message_log.ts";
import { Space } from "../space.ts";
import { timeAfter } from "../../log/time_stamp.ts";
import { type Database, type OpenedFile, openFile, type SqliteFile } from "./file.ts";

/**
 * Opens the store in a file, made if it does not exist (its folder must).
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
  return new SqliteStore(await openFreeFile(path, DatabaseSync), space, clock);
}

/** A program that a process starts has its locks for a moment, even where the process has let go of them. */
async function openFreeFile(path: string, Database: Database): Promise<OpenedFile> {
  for (let tries = 1;; tries++) {
    try {
      return openFile(path, Database);
    } catch (error) {
      if (!(error instanceof StoreInUseError) || tries === SQLITE_OPEN_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, SQLITE_OPEN_AGAIN_MS));
    }
  }
}

const READ = `
  SELECT json_group_array(json_array(seq, id, name, text, nonce, ts) ORDER BY seq) AS page
  FROM (SELECT seq, author AS id, name, text, nonce, ts FROM messages`;

/** Every statement that is run while the store is served. */
export const SQL = {
  room: "SELECT id, first, head, ts FROM rooms WHERE name = ?",
  addRoom: "INSERT INTO rooms (name, first, head, ts) VALUES (?, 1, 0, 0)",
  insert: `INSERT INTO messages (room, seq, ts, author, name, text, nonce, fingerprint, day)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (room, author, nonce) WHERE nonce IS NOT NULL DO NOTHING`,
  earlier: `SELECT seq, ts, CASE WHEN fingerprint IS NULL THEN text = ?5 ELSE fingerprint = ?4 END AS same
    FROM messages WHERE room = ?1 AND author = ?2 AND nonce = ?3`,
  isKept: "SELECT 1 FROM messages WHERE room = ? AND author = ? AND nonce = ?",
  usedBytes: `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  advance: "UPDATE rooms SET head = ?, ts = ? WHERE id = ?",
  count: "UPDATE meta SET commits = commits + 1 RETURNING commits",
  // JSON, because `node:sqlite` cuts a text at its first NUL; it is no slower than rows.
  after: `${READ} WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3)`,
  before: `${READ} WHERE room = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3)`,
  lastRoom: "SELECT coalesce(max(id), 0) AS id FROM rooms",
  // LEFT JOIN, so that SQLite goes through the rooms and looks up one message of each. Otherwise it goes through all messages.
  due: `SELECT rooms.id, first, head FROM rooms LEFT JOIN messages ON room = rooms.id AND seq = first
    WHERE rooms.id > ?1 AND rooms.id <= ?2 AND first <= head AND (head - first >= ?3 OR coalesce(day, 0) < ?4)`,
  // Of the oldest ones, those up to the first that stays.
  expired: `SELECT coalesce(min(seq) FILTER (WHERE seq > ?3 AND day >= ?4) - 1, max(seq), 0) AS seq
    FROM (SELECT seq, day FROM messages WHERE room = ?1 ORDER BY seq LIMIT ?2)`,
  remove: "DELETE FROM messages WHERE room = ? AND seq <= ?",
  raiseFirst:
    `UPDATE rooms SET first = coalesce((SELECT min(seq) FROM messages WHERE room = ?1), head + 1) WHERE id = ?1`,
  readTime: "SELECT time FROM meta",
  writeTime: "UPDATE meta SET time = ?",
};

/** A row of `rooms`. */
interface RoomRow {
  id: number;
  first: number;
  head: number;
  ts: number;
}

type MessageRow = [seq: number, id: string, name: string, text: string, nonce: string | null, ts: number];

class SqliteStore implements Store {
  readonly durability: Durability = "fsync";
  readonly #file: SqliteFile;
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #statements = new Map<keyof typeof SQL, StatementSync>();
  #db: DatabaseSync | undefined;
  #trimmedTo = 0;
  #closed = false;

  constructor({ file, db }: OpenedFile, space: Space, clock: Clock) {
    this.#space = space;
    this.#clock = clock;
    this.#file = file;
    this.#db = db;
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#write("store messages", () => {
      const onDisk = this.#file.checkPresent(this.#connection());
      const { results, commits } = this.#transaction(() => {
        this.#file.enter(this.#connection());
        return {
          results: this.#space.hasRoom(onDisk, () => this.#usedBytes())
            ? this.#append(entries, at)
            : entries.map((entry) => this.#refuse(entry)),
          commits: (this.#run("count").get() as { commits: number }).commits,
        };
      });
      this.#file.entered();
      this.#file.marked(commits);
      if (this.#file.isAlone) this.#disconnect();
      return results;
    });
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#attempt("read messages", () => {
      const found = this.#room(room);
      const { first, head } = found ?? { first: 1, head: 0 };
      const state: RoomState = { epoch: this.#file.epoch, first, head };
      return { ...state, messages: found && range.limit > 0 ? this.#messages(found.id, range) : [] };
    });
  }

  trim(keep: number, day: number): Promise<boolean> {
    return this.#write("remove old messages", () => {
      const to = this.#trimmedTo + TRIM_ROOMS;
      const due = this.#run("due").all(this.#trimmedTo, to, keep, day) as unknown as RoomRow[];
      if (due.length > 0 && this.#transaction(() => this.#trimRooms(due, keep, day))) return true;
      const last = this.#run("lastRoom").get() as { id: number };
      this.#trimmedTo = to < last.id ? to : 0;
      return this.#trimmedTo > 0;
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", () => {
      const { time } = this.#run("readTime").get() as { time: string | null };
      return time === null ? undefined : JSON.parse(time) as StoreTime;
    });
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#write("write its time", () => void this.#run("writeTime").run(JSON.stringify(time)));
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#file.prepareClose();
      this.#db?.close();
      this.#file.close();
    }
    return Promise.resolve();
  }

  #append(entries: Entry[], at: Moment): (Appended | Refused)[] {
    const rooms = new Map<string, RoomRow>();
    const results = entries.map(({ room: name, message }) => {
      const { id, name: author, text, nonce } = message;
      let room = rooms.get(name);
      if (room === undefined) rooms.set(name, room = this.#room(name) ?? this.#addRoom(name));
      const before = room.ts;
      const ts = timeAfter(before, at.ts);
      const seq = room.head + 1;
      const fingerprint = nonce === undefined ? null : fingerprintOf(message, this.#file.fingerprintKey);
      const { changes } = this.#run("insert").run(
        room.id,
        seq,
        ts,
        id,
        author,
        text,
        nonce ?? null,
        fingerprint,
        at.day,
      );
      if (changes === 0) return this.#earlier(room.id, message, fingerprint!);
      Object.assign(room, { head: seq, ts });
      const appended: Appended = { epoch: this.#file.epoch, seq, ts, duplicate: false };
      return ts < before ? { ...appended, fellMs: before - ts } : appended;
    });
    for (const { id, head, ts } of rooms.values()) this.#run("advance").run(head, ts, id);
    return results;
  }

  /** Where the message with that nonce is, if it is the same one. */
  #earlier(room: number, { id, nonce, text }: NewMessage, fingerprint: Uint8Array): Appended | Refused {
    const row = this.#run("earlier").get(room, id, nonce!, fingerprint, text) as {
      seq: number;
      ts: number;
      same: number;
    };
    if (row.same === 0) return { refused: "nonce_used" };
    return { epoch: this.#file.epoch, seq: row.seq, ts: row.ts, duplicate: true };
  }

  /** The answer in a store that is full: a message that it has is found all the same. */
  #refuse({ room: name, message }: Entry): Appended | Refused {
    const room = this.#room(name);
    const isKept = room !== undefined && message.nonce !== undefined &&
      this.#run("isKept").get(room.id, message.id, message.nonce) !== undefined;
    if (!isKept) return { refused: "store_full" };
    return this.#earlier(room.id, message, fingerprintOf(message, this.#file.fingerprintKey));
  }

  /** What the file would need if it were compacted: what was removed is used again. */
  #usedBytes(): number {
    const { bytes } = this.#run("usedBytes").get() as { bytes: number };
    return bytes;
  }

  #room(name: string): RoomRow | undefined {
    return this.#run("room").get(name) as RoomRow | undefined;
  }

  #addRoom(name: string): RoomRow {
    const { lastInsertRowid } = this.#run("addRoom").run(name);
    return { id: Number(lastInsertRowid), first: 1, head: 0, ts: 0 };
  }

  #messages(room: number, { after, before = Number.MAX_SAFE_INTEGER, limit }: Range): StoredMessage[] {
    const statement = after === undefined ? this.#run("before") : this.#run("after");
    const { page } = statement.get(room, after ?? before, limit) as { page: string };
    return (JSON.parse(page) as MessageRow[]).map(([seq, id, name, text, nonce, ts]) =>
      nonce === null ? { seq, id, name, text, ts } : { seq, id, name, text, nonce, ts }
    );
  }

  /** @returns whether the step's share of work was used up */
  #trimRooms(rooms: RoomRow[], keep: number, day: number): boolean {
    let budget = TRIM_MESSAGES;
    for (const { id, head } of rooms) {
      const { seq } = this.#run("expired").get(id, budget, head - keep, day) as { seq: number };
      const { changes } = this.#run("remove").run(id, seq);
      this.#run("raiseFirst").run(id);
      budget -= Number(changes);
      if (budget <= 0) return true;
    }
    return false;
  }

  #transaction<T>(work: () => T): T {
    const db = this.#connection();
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#undo(db);
      throw error;
    }
  }

  /** Takes back what a failed transaction did. If even that fails the connection goes: closing it takes back the rest. */
  #undo(db: DatabaseSync): void {
    try {
      if (!db.isTransaction) return;
      db.exec("ROLLBACK");
      if (!db.isTransaction) return;
    } catch {
      // Below.
    }
    this.#disconnect();
  }

  /** Gives the connection up: the next one lets other programs in again, if there is space for that. */
  #disconnect(): void {
    const db = this.#db;
    this.#statements.clear();
    this.#db = undefined;
    db?.close();
  }

  #connection(): DatabaseSync {
    return this.#db ??= this.#file.connect();
  }

  #run(name: keyof typeof SQL): StatementSync {
    const db = this.#connection();
    let statement = this.#statements.get(name);
    if (statement === undefined) this.#statements.set(name, statement = db.prepare(SQL[name]));
    return statement;
  }

  /**
   * As {@linkcode #attempt}, for what writes. While somebody has locked the file with a tool of their own it is tried again and again,
   * and the process goes on with other things in between.
   */
  async #write<T>(what: string, work: () => T): Promise<T> {
    const giveUpAtMs = this.#clock.elapsed() + LOCKED_MS;
    while (true) {
      try {
        return await this.#attempt(what, work);
      } catch (error) {
        if (!/database is locked/.test(String(error)) || this.#clock.elapsed() > giveUpAtMs) throw error;
      }
      await new Promise<void>((again) => void this.#clock.after(LOCKED_AGAIN_MS, again));
    }
  }

  #attempt<T>(what: string, work: () => T): Promise<T> {
    try {
      if (this.#closed) throw new Error("the store is closed");
      this.#file.checkReadable();
      return Promise.resolve(work());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new StoreUnavailableError(`Cannot ${what} in ${this.#file.path}: ${reason}`, { cause });
      return Promise.reject(error);
    }
  }
}
