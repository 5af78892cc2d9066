/**
 * The log in Deno KV: the store that comes with Deno Deploy, and one for several processes on one machine.
 *
 * A commit checks that nobody has changed the room since it was looked at, and that no nonce is taken; if somebody has, it
 * looks again.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type Cancel, type Clock, systemClock } from "../../base/clock.ts";
import { STORE_OPEN_MS } from "../bounds.ts";
import { KV_COMMIT_BYTES, KV_COMMIT_CHECKS, KV_KEYS_AT_ONCE, KV_OPEN_AGAIN_MS, KV_ROOMS, KV_TRIES } from "./bounds.ts";
import { fingerprintOf, makeFingerprintKey } from "../../log/fingerprint.ts";
import { EMPTY_ROOM, KvKey, type MessageValue, type NonceValue, type RoomValue } from "./keys.ts";
import { readPage } from "./read.ts";
import { KvTail } from "./tail.ts";
import { trimRooms } from "./trim.ts";
import {
  type Appended,
  type Durability,
  type Entry,
  type Hint,
  type Moment,
  type Page,
  type Range,
  type Refused,
  type Store,
  StoreOpenError,
  type StoreTime,
  StoreUnavailableError,
} from "../../log/message_log.ts";
import { ServedFiles } from "../files/served_files.ts";
import { timeAfter } from "../../log/time_stamp.ts";

/** A room as it was seen last. */
interface SeenRoom {
  value: RoomValue;
  versionstamp: string | null;
  /** Whether a commit may build on it without looking again. */
  isFresh: boolean;
}

/**
 * Opens the store in a KV database.
 *
 * @param path a file; empty for the database that the platform gives (on Deno Deploy, the app's)
 * @param isRemote whether other machines share it, so that changes are watched rather than looked for
 * @throws {StoreOpenError} if it cannot be opened.
 */
export async function openKvStore(path: string, isRemote: boolean, clock: Clock = systemClock): Promise<Store> {
  const shown = path === "" ? "kv:" : `kv:${path}`;
  const giveUpAt = clock.elapsed() + STORE_OPEN_MS;
  while (true) {
    try {
      return await tryToOpen(path, shown, isRemote, clock);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      // Another process is writing, or was stopped while it wrote: that passes.
      if (!/locked/.test(reason) || clock.elapsed() > giveUpAt) {
        throw new StoreOpenError(`Cannot open the store ${shown}: ${reason}`, { cause });
      }
      await new Promise<void>((again) => clock.after(KV_OPEN_AGAIN_MS, again));
    }
  }
}

async function tryToOpen(path: string, shown: string, isRemote: boolean, clock: Clock): Promise<Store> {
  if (Deno.openKv === undefined) throw new Error("Deno KV is not enabled: start with --unstable-kv");
  const kv = await Deno.openKv(path === "" ? undefined : path);
  try {
    const store = new KvStore(kv, shown, isRemote, clock);
    await store.open(isFile(path) ? path : undefined);
    return store;
  } catch (error) {
    kv.close();
    throw error;
  }
}

/** Whether it is a file, whose path is known. */
function isFile(path: string): boolean {
  return path !== "" && path !== ":memory:" && !/^https?:/.test(path);
}

class KvStore implements Store {
  // Deno Deploy documents its KV as durable. A local file is synced at every commit, as far as can be seen from outside
  // (Deno 2.9), but nothing says that it will stay so.
  readonly durability: Durability;
  readonly #kv: Deno.Kv;
  readonly #shown: string;
  readonly #tail: KvTail;
  readonly #clock: Clock;
  /** The rooms seen last, the longest unused first, at most {@linkcode KV_ROOMS}. */
  readonly #rooms = new Map<string, SeenRoom>();
  #epoch: Deno.KvEntry<string> | undefined;
  #fingerprintKey: Uint8Array = new Uint8Array();
  #trimCursor = "";
  /** Where it is a file: SQLite's, with a write-ahead log. */
  #files: ServedFiles | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(kv: Deno.Kv, shown: string, isRemote: boolean, clock: Clock) {
    this.durability = isRemote ? "fsync" : "os";
    this.#kv = kv;
    this.#shown = shown;
    this.#clock = clock;
    this.#tail = new KvTail(kv, isRemote, clock);
  }

  /** Looks whether it answers, and which epoch it is in. @param path where it is, if it is a file */
  async open(path: string | undefined): Promise<void> {
    await this.#loadEpoch();
    if (path !== undefined) this.#files = new ServedFiles(path);
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#inTurn("store messages", async () => {
      const results: (Appended | Refused)[] = [];
      for (const part of split(entries)) results.push(...await this.#commitPart(part, at));
      return results;
    });
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#attempt("read messages", async () => {
      for (let tries = 0; tries < KV_TRIES; tries++) {
        const page = await readPage(this.#kv, room, range);
        if (page === "no epoch") await this.#loadEpoch();
        else if (page !== undefined) return page;
      }
      throw new Error("the room changes faster than it can be read");
    });
  }

  trim(keep: number, day: number): Promise<boolean> {
    return this.#inTurn("remove old messages", async () => {
      const { cursor, more } = await trimRooms(this.#kv, this.#trimCursor, keep, day);
      this.#trimCursor = cursor;
      return more;
    });
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#attempt("read its time", async () => (await this.#kv.get<StoreTime>(KvKey.time)).value ?? undefined);
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#attempt("write its time", async () => void await this.#kv.set(KvKey.time, time));
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
    await this.#tail.close();
    this.#kv.close();
  }

  /** Commits what fits into one transaction, looking again for as long as others come between. */
  async #commitPart(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    let earlier = new Map<string, Stored>();
    for (let tries = 0; tries < KV_TRIES; tries++) {
      const results = await this.#tryCommit(entries, at, earlier);
      if (results !== undefined) return results;
      for (const { room } of entries) this.#outdate(room);
      await this.#loadEpoch();
      earlier = await this.#findEarlier(entries);
      if (tries > 0) await new Promise<void>((resolve) => void this.#clock.after(Math.random() * 4 * tries, resolve));
    }
    throw new Error("others write to the same rooms faster than this process can");
  }

  /** @returns nothing where somebody else came between */
  async #tryCommit(
    entries: Entry[],
    at: Moment,
    earlier: Map<string, Stored>,
  ): Promise<(Appended | Refused)[] | undefined> {
    const epoch = this.#epoch!;
    const rooms = await this.#loadRooms(entries);
    const write = this.#kv.atomic().check(epoch);
    const stored = new Map(earlier);
    const results = entries.map(({ room: name, message }) => {
      const { id, name: author, text, nonce } = message;
      const fingerprint = nonce === undefined ? undefined : fingerprintOf(message, this.#fingerprintKey);
      const mark = nonce === undefined ? undefined : markOf(name, id, nonce);
      const before = mark === undefined ? undefined : stored.get(mark);
      if (before) return answerTo(fingerprint!, before, epoch.value);
      const room = rooms.get(name)!;
      const newest = room.ts;
      const ts = timeAfter(newest, at.ts);
      if (room.first > room.head) room.day = at.day;
      const seq = ++room.head;
      room.ts = ts;
      write.set(KvKey.message(name, seq), [id, author, text, nonce ?? null, ts, at.day] satisfies MessageValue);
      if (nonce !== undefined) {
        const key = KvKey.nonce(name, id, nonce);
        write.check({ key, versionstamp: null }).set(key, [seq, ts, fingerprint] satisfies NonceValue);
        stored.set(mark!, { seq, ts, fingerprint: fingerprint! });
      }
      const appended: Appended = { epoch: epoch.value, seq, ts, duplicate: false };
      return ts < newest ? { ...appended, fellMs: newest - ts } : appended;
    });
    // What is stored in a file that was removed is gone with this process, and so is what was stored there before.
    this.#files?.checkPlaces();
    if (results.every((result) => "refused" in result || result.duplicate)) return results;
    for (const [name, value] of rooms) {
      write.check({ key: KvKey.room(name), versionstamp: this.#rooms.get(name)!.versionstamp });
      write.set(KvKey.room(name), value);
    }
    const done = await this.#tail.sign(write).commit().catch(lockedIsLost);
    if (!done.ok) return undefined;
    this.#tail.committed(rooms);
    for (const [name, value] of rooms) this.#remember(name, value, done.versionstamp);
    return results;
  }

  /** Gives the rooms of the entries, to be changed freely, as they are now or were when seen last. */
  async #loadRooms(entries: Entry[]): Promise<Map<string, RoomValue>> {
    const names = [...new Set(entries.map(({ room }) => room))];
    const stale = names.filter((name) => !this.#rooms.get(name)?.isFresh);
    const found = await this.#getAll<RoomValue>(stale.map(KvKey.room));
    for (const [index, { value, versionstamp }] of found.entries()) {
      const name = stale[index]!;
      const head = value?.head ?? 0;
      // Acknowledged messages are gone: the database was put back to an earlier state under this process.
      if (head < (this.#rooms.get(name)?.value.head ?? 0)) return await this.#beginEpoch(entries);
      this.#remember(name, value ?? EMPTY_ROOM, versionstamp);
    }
    return new Map(names.map((name) => [name, { ...this.#rooms.get(name)!.value }]));
  }

  async #beginEpoch(entries: Entry[]): Promise<Map<string, RoomValue>> {
    await this.#kv.atomic().check(this.#epoch!).set(KvKey.epoch, crypto.randomUUID()).commit();
    this.#rooms.clear();
    // The commit at hand fails by its check of the epoch, and is tried again under the new one.
    return await this.#loadRooms(entries);
  }

  async #loadEpoch(): Promise<void> {
    let found = await this.#kv.get<string>(KvKey.epoch);
    if (found.versionstamp === null) {
      await this.#kv.atomic().check(found).set(KvKey.epoch, crypto.randomUUID()).commit();
      found = await this.#kv.get<string>(KvKey.epoch);
    }
    if (found.versionstamp === null) throw new Error("it does not keep what is written");
    if (this.#epoch !== undefined && this.#epoch.value !== found.value) this.#rooms.clear();
    if (this.#epoch?.value !== found.value) this.#fingerprintKey = await this.#loadFingerprintKey();
    this.#epoch = found;
  }

  async #loadFingerprintKey(): Promise<Uint8Array> {
    const found = await this.#kv.get<Uint8Array>(KvKey.fingerprintKey);
    if (found.value !== null) return found.value;
    await this.#kv.atomic().check(found).set(KvKey.fingerprintKey, makeFingerprintKey()).commit();
    const { value } = await this.#kv.get<Uint8Array>(KvKey.fingerprintKey);
    if (value === null) throw new Error("it does not keep what is written");
    return value;
  }

  async #findEarlier(entries: Entry[]): Promise<Map<string, Stored>> {
    const marked = entries.filter(({ message }) => message.nonce !== undefined);
    const keys = marked.map(({ room, message: { id, nonce } }) => KvKey.nonce(room, id, nonce!));
    const found = await this.#getAll<NonceValue>(keys);
    const earlier = new Map<string, Stored>();
    for (const [index, entry] of found.entries()) {
      const { room, message: { id, nonce } } = marked[index]!;
      if (entry.value === null) continue;
      const [seq, ts, fingerprint = await this.#fingerprintOfStored(room, seq)] = entry.value;
      if (fingerprint !== undefined) earlier.set(markOf(room, id, nonce!), { seq, ts, fingerprint });
      // It stands for nothing any more: left there, it would fail every commit that has it.
      else await this.#kv.atomic().check(entry).delete(entry.key).commit();
    }
    return earlier;
  }

  /** Of a message from before there were fingerprints; nothing where the store has lost it. */
  async #fingerprintOfStored(room: string, seq: number): Promise<Uint8Array | undefined> {
    const { value } = await this.#kv.get<MessageValue>(KvKey.message(room, seq));
    if (value === null) return undefined;
    const [id, name, text] = value;
    return fingerprintOf({ id, name, text }, this.#fingerprintKey);
  }

  async #getAll<T>(keys: Deno.KvKey[]): Promise<Deno.KvEntryMaybe<T>[]> {
    const reads: Promise<Deno.KvEntryMaybe<T>[]>[] = [];
    for (let from = 0; from < keys.length; from += KV_KEYS_AT_ONCE) {
      reads.push(this.#kv.getMany<T[]>(keys.slice(from, from + KV_KEYS_AT_ONCE)));
    }
    return (await Promise.all(reads)).flat();
  }

  #remember(name: string, value: RoomValue, versionstamp: string | null): void {
    this.#rooms.delete(name);
    this.#rooms.set(name, { value, versionstamp, isFresh: true });
    if (this.#rooms.size > KV_ROOMS) this.#rooms.delete(this.#rooms.keys().next().value!);
  }

  #outdate(name: string): void {
    const room = this.#rooms.get(name);
    if (room !== undefined) room.isFresh = false;
  }

  /** As {@linkcode #attempt}, but alone: a busy room's commits would otherwise come between whatever removing does, for ever. */
  #inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#attempt(what, work));
    this.#turn = result.then(() => {}, () => {});
    return result;
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoreUnavailableError(`Cannot ${what} in ${this.#shown}: ${reason}`, { cause });
    }
  }
}

/** Where a message went, and what it said. */
interface Stored {
  seq: number;
  ts: number;
  fingerprint: Uint8Array;
}

/** The answer to a message whose nonce is taken. */
function answerTo(fingerprint: Uint8Array, { seq, ts, ...stored }: Stored, epoch: string): Appended | Refused {
  if (Buffer.compare(fingerprint, stored.fingerprint) !== 0) return { refused: "nonce_used" };
  return { epoch, seq, ts, duplicate: true };
}

function markOf(room: string, id: string, nonce: string): string {
  return JSON.stringify([room, id, nonce]);
}

/** A file that another process is writing to at this instant gives an error; nothing was stored, as with a failed check. */
function lockedIsLost(error: unknown): { ok: false } {
  if (error instanceof Error && error.message.includes("database is locked")) return { ok: false };
  throw error;
}

/** Splits a commit into parts that Deno KV takes whole: so many checks, and so many bytes. */
function* split(entries: Entry[]): Generator<Entry[]> {
  let part: Entry[] = [];
  let [bytes, rooms] = [0, new Set<string>()];
  for (const entry of entries) {
    const { text, name, id, nonce = "" } = entry.message;
    // At most two bytes a character where they are kept, and some for keys and the like.
    const size = 2 * (text.length + name.length + 2 * (id.length + nonce.length) + 2 * entry.room.length) + 200;
    // One for the epoch, one for each room, one for each nonce, and those of this entry.
    const checks = 1 + rooms.size + part.length + 2;
    if (part.length > 0 && (checks > KV_COMMIT_CHECKS || bytes + size > KV_COMMIT_BYTES)) {
      yield part;
      [part, bytes, rooms] = [[], 0, new Set()];
    }
    part.push(entry);
    rooms.add(entry.room);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
