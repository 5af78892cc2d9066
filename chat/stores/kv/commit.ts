/**
 * Stores events in Deno KV. A commit checks that nobody has changed the rooms since they were read, and that no nonce is
 * taken; if somebody has, it reads again and retries.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { targetOf } from "../../event/kinds.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import type { ServedFiles } from "../files/served_files.ts";
import { append } from "./append.ts";
import { KV_COMMIT_CHECKS, KV_COMMIT_EVENTS } from "./bounds.ts";
import { loadFacts } from "./facts.ts";
import { KvKey } from "./keys.ts";
import type { KvKnown } from "./known.ts";
import type { KvTail } from "./tail.ts";
import { tryCommit, untilCommitted } from "./try_commit.ts";
import { type Room, valueOfRoom } from "./values.ts";
import { KvView } from "./view.ts";

export class KvCommits {
  readonly #kv: Deno.Kv;
  readonly #known: KvKnown;
  readonly #tail: KvTail;
  readonly #files: ServedFiles | undefined;
  readonly #clock: Clock;

  /** @param files if the database is a file */
  constructor(kv: Deno.Kv, known: KvKnown, tail: KvTail, files: ServedFiles | undefined, clock: Clock) {
    this.#kv = kv;
    this.#known = known;
    this.#tail = tail;
    this.#files = files;
    this.#clock = clock;
  }

  async commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    const results: (Appended | Refused)[] = [];
    for (const part of split(entries)) results.push(...await this.#commitPart(part, at));
    return results;
  }

  /** Commits what fits into one transaction, retrying for as long as others come between. */
  async #commitPart(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    const names = [...new Set(entries.map(({ room }) => room))];
    const results = await untilCommitted(this.#clock, async (tries) => {
      if (tries > 0) {
        this.#known.outdate(names);
        await this.#known.load();
      }
      return await this.#tryToCommit(entries, names, at, tries > 0);
    });
    return results === "too large" ? await this.#commitHalves(entries, at) : results;
  }

  async #commitHalves(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    const half = entries.length >> 1;
    const first = await this.#commitPart(entries.slice(0, half), at);
    return [...first, ...await this.#commitPart(entries.slice(half), at)];
  }

  /** @returns nothing if another process came between */
  async #tryToCommit(
    entries: Entry[],
    names: string[],
    at: Moment,
    allNonces: boolean,
  ): Promise<(Appended | Refused)[] | "too large" | undefined> {
    if (!await this.#known.claim()) return undefined;
    const { epoch, fingerprintKey } = this.#known;
    const rooms = await this.#known.rooms(names);
    // Acknowledged messages are gone.
    if (rooms === undefined) {
      await this.#known.renew();
      return undefined;
    }
    const view = new KvView(this.#kv);
    await loadFacts(view, entries, allNonces, fingerprintKey);
    const write = this.#kv.atomic().check(epoch);
    for (const { room, event: { id, nonce } } of entries) {
      const key = nonce === undefined ? undefined : KvKey.nonce(room, id, nonce);
      if (key && !view.knows(key)) write.check({ key, versionstamp: null });
    }
    const ends = new Map(Array.from(rooms, ([name, { value }]): [string, Room] => [name, { ...value }]));
    const setting = { epoch: epoch.value, fingerprintKey, at };
    const results = entries.map((entry) => append(view, ends.get(entry.room)!, entry, setting));
    if (entries.length > 1 && !view.fits) return "too large";
    // Messages in a removed file are lost with this process, earlier ones included.
    this.#files?.checkPlaces();
    for (const [name, { versionstamp }] of rooms) write.check({ key: KvKey.room(name), versionstamp });
    // If there is nothing to write, that is checked all the same: it was decided by what was read.
    if (!view.isChanged) return (await tryCommit(write)).ok ? results : undefined;
    view.writeTo(write);
    const grown = new Map([...ends].filter(([name, { head }]) => head > rooms.get(name)!.value.head));
    for (const [name, room] of grown) write.set(KvKey.room(name), valueOfRoom(room));
    const done = await tryCommit(this.#tail.sign(write));
    if (!done.ok) return undefined;
    this.#tail.committed(grown);
    for (const [name, value] of grown) this.#known.remember(name, value, done.versionstamp);
    return results;
  }
}

/** Splits a commit into parts whose checks Deno KV takes in one transaction. */
function* split(entries: Entry[]): Generator<Entry[]> {
  let part: Entry[] = [];
  let rooms = new Set<string>();
  // Of a message that answers nothing it is checked that its nonce is free: see `loadFacts`.
  let nonces = 0;
  for (const entry of entries) {
    // One for the epoch, one for each room, and those of this entry.
    if (part.length === KV_COMMIT_EVENTS || 1 + rooms.size + nonces + 2 > KV_COMMIT_CHECKS) {
      yield part;
      [part, rooms, nonces] = [[], new Set(), 0];
    }
    part.push(entry);
    rooms.add(entry.room);
    if (entry.event.nonce !== undefined && targetOf(entry.event) === undefined) nonces++;
  }
  if (part.length > 0) yield part;
}
