/** The log in Deno KV: the store that comes with Deno Deploy, and one for several processes on one machine. @module */

import { type Cancel, type Clock, every, systemClock } from "../../base/clock.ts";
import { incident } from "../../log/incident.ts";
import type { Appended, Durability, Page, Range, ReactorsRange, Refused, RoomChanges } from "../../log/message_log.ts";
import type { Entry, Hint, Moment, Store, StoreTime } from "../../log/store.ts";
import type { Bots } from "../../log/bots.ts";
import type { Identities } from "../../log/identities.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { cannot, cannotOpen, otherEpoch } from "../errors.ts";
import { HEADS_POLL_MS } from "../bounds.ts";
import type { StoreOptions } from "../options.ts";
import { ServedFiles } from "../files/served_files.ts";
import { isLocked, tryAgain } from "../try_again.ts";
import { KV_INSTANT_TRIES, KV_OPEN_AGAIN_MS, KV_OPEN_MS, KV_TRIES } from "./bounds.ts";
import { botsIn } from "./bots.ts";
import { KvCommits } from "./commit.ts";
import { identitiesIn } from "./identities.ts";
import { KvKey } from "./keys.ts";
import { KvKnown } from "./known.ts";
import { readPage, readReactors, readRoomChanges } from "./read.ts";
import { KvTail } from "./tail.ts";
import { trimRooms } from "./trim.ts";
import { put } from "./try_commit.ts";

/** Another process is writing, or was stopped while it wrote: the error passes. */
const WHILE_LOCKED = { forMs: KV_OPEN_MS, everyMs: KV_OPEN_AGAIN_MS };

export interface KvOptions extends StoreOptions {
  /** Whether other machines share it, so that changes are watched, not polled. Default: none does. */
  isRemote?: boolean;
}

/**
 * Opens the store in a KV database.
 *
 * @param path a file; empty for the database that the platform gives (on Deno Deploy, the app's)
 * @param options `report` is told of another epoch, and while the files that are open are not those at the path
 * @throws {StoreOpenError} if it cannot be opened.
 */
export async function openKvStore(
  path: string,
  { isRemote = false, clock = systemClock, report = () => {} }: KvOptions = {},
): Promise<Store> {
  return await tryAgain(clock, WHILE_LOCKED, isLocked, () => open(path, isRemote, clock, report)).catch((cause) => {
    throw cannotOpen(`kv:${path}`, cause);
  });
}

async function open(path: string, isRemote: boolean, clock: Clock, report: ReportTrouble): Promise<Store> {
  if (Deno.openKv === undefined) throw new Error("Deno KV is not enabled: start with --unstable-kv");
  const kv = await Deno.openKv(path === "" ? undefined : path);
  try {
    const known = new KvKnown(kv, () => report(otherEpoch(`kv:${path}`)));
    await known.load();
    return new KvStore(kv, path, isRemote, known, clock, report);
  } catch (error) {
    kv.close();
    throw error;
  }
}

class KvStore implements Store {
  // Deno Deploy documents its KV as durable. A local file is synced at every commit, as far as can be seen from outside
  // (Deno 2.9), but nothing says that it will stay so.
  readonly durability: Durability;
  readonly identities: Identities;
  readonly bots: Bots;
  readonly #kv: Deno.Kv;
  readonly #shown: string;
  readonly #known: KvKnown;
  readonly #commits: KvCommits;
  readonly #tail: KvTail;
  readonly #clock: Clock;
  readonly #cancelLook: Cancel;
  #trimCursor = "";
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(kv: Deno.Kv, path: string, isRemote: boolean, known: KvKnown, clock: Clock, report: ReportTrouble) {
    // SQLite's, with a write-ahead log.
    const isFile = path !== "" && path !== ":memory:" && !/^https?:/.test(path);
    const files = isFile ? new ServedFiles(path) : undefined;
    this.durability = isRemote ? "fsync" : "os";
    this.#kv = kv;
    this.#clock = clock;
    this.identities = identitiesIn(kv, clock, (what, work) => this.#attempt(what, work));
    this.bots = botsIn(kv, clock, (what, work) => this.#attempt(what, work));
    this.#shown = `kv:${path}`;
    this.#known = known;
    this.#tail = new KvTail(kv, known.epoch.value, isRemote, clock);
    this.#commits = new KvCommits(kv, known, this.#tail, files, clock);
    this.#cancelLook = files === undefined ? () => {} : lookAt(files, clock, report);
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#inTurn("store messages", () => this.#commits.commit(entries, at));
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#attempt(
      "read messages",
      () => this.#untilOfOneInstant((tries) => readPage(this.#kv, room, range, tries >= KV_INSTANT_TRIES)),
    );
  }

  async #untilOfOneInstant<T>(read: (tries: number) => Promise<T | "no epoch" | undefined>): Promise<T> {
    for (let tries = 0; tries < KV_TRIES; tries++) {
      const found = await read(tries);
      if (found === "no epoch") await this.#known.load();
      else if (found !== undefined) return found;
    }
    throw new Error("the room changes faster than it can be read");
  }

  reactors(room: string, range: ReactorsRange): Promise<string[]> {
    return this.#attempt("read reactions", () => readReactors(this.#kv, room, range));
  }

  roomChanges(room: string, after = 0): Promise<RoomChanges> {
    return this.#attempt(
      "read who is in a room",
      () => this.#untilOfOneInstant(() => readRoomChanges(this.#kv, room, after)),
    );
  }

  trim(keep: number, day: number, now: Moment = { ts: 0, day: 0 }): Promise<boolean> {
    return this.#inTurn("remove old messages", async () => {
      if (!await this.#known.claim()) return true;
      const { cursor, more } = await trimRooms(this.#kv, this.#trimCursor, { keep, from: day, today: now.day });
      this.#trimCursor = cursor;
      return more;
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", async () => (await this.#kv.get<StoreTime>(KvKey.time)).value ?? undefined);
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#attempt("write its time", () => put(this.#kv, this.#clock, KvKey.time, time));
  }

  watch(hint: Hint): void {
    this.#tail.watch(hint);
  }

  follow(room: string): Cancel {
    return this.#tail.follow(room);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLook();
    await this.#tail.close();
    this.#kv.close();
  }

  /** As {@linkcode #attempt}, but alone: otherwise a busy room's commits would come between every removal, for ever. */
  #inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#attempt(what, work));
    this.#turn = result.then(() => {}, () => {});
    return result;
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw cannot(what, this.#shown, cause);
    }
  }
}

/**
 * Looks at the files regularly. A process that stores nothing would go on in files that are gone, and never see what the others store in those
 * that came in their place.
 */
function lookAt(files: ServedFiles, clock: Clock, report: ReportTrouble): Cancel {
  const trouble = incident(
    report,
    "The files that are served are not as they were: nothing more is acknowledged, and what other servers store is not seen",
    "The files that are served are as they were again",
  );
  return every(clock, HEADS_POLL_MS, () => {
    try {
      files.checkPlaces();
      trouble.end();
    } catch (cause) {
      trouble.begin(cause);
    }
  });
}
