/**
 * Stores messages in Deno KV. A commit checks that nobody has changed the rooms since they were read, and that no nonce is
 * taken; if somebody has, it reads again and retries.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Clock } from "../../base/clock.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Appended, Entry, Moment, Refused } from "../../log/message_log.ts";
import { onlyMessage, placeAfter, repeated } from "../answers.ts";
import type { ServedFiles } from "../files/served_files.ts";
import { isLocked } from "../try_again.ts";
import { KV_COMMIT_BYTES, KV_COMMIT_CHECKS, KV_TRIES } from "./bounds.ts";
import { KvKey, type NonceValue, type RoomValue, valueOf } from "./keys.ts";
import type { KvKnown } from "./known.ts";
import { type Earlier, findEarlier, identify } from "./nonces.ts";
import type { KvTail } from "./tail.ts";

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
    let earlier = new Map<string, Earlier>();
    for (let tries = 0; tries < KV_TRIES; tries++) {
      const results = await this.#tryToCommit(entries, names, at, earlier);
      if (results !== undefined) return results;
      this.#known.outdate(names);
      await this.#known.load();
      earlier = await findEarlier(this.#kv, entries, this.#known.fingerprintKey);
      if (tries > 0) await new Promise<void>((resolve) => void this.#clock.after(Math.random() * 4 * tries, resolve));
    }
    throw new Error("others write to the same rooms faster than this process can");
  }

  /** @returns nothing if another process came between */
  async #tryToCommit(
    entries: Entry[],
    names: string[],
    at: Moment,
    earlier: Map<string, Earlier>,
  ): Promise<(Appended | Refused)[] | undefined> {
    const { epoch, fingerprintKey } = this.#known;
    const rooms = await this.#known.rooms(names);
    // Acknowledged messages are gone.
    if (rooms === undefined) {
      await this.#known.renew();
      return undefined;
    }
    const write = this.#kv.atomic().check(epoch);
    const ends = new Map(Array.from(rooms, ([name, { value }]): [string, RoomValue] => [name, { ...value }]));
    const known = new Map(earlier);
    const results = entries.map((entry) => {
      const { room: name } = entry;
      const message = onlyMessage(entry.event);
      const identifier = identify(entry);
      const fingerprint = identifier === undefined ? undefined : fingerprintOf(message, fingerprintKey);
      const before = identifier === undefined ? undefined : known.get(identifier);
      if (before) return repeated(before, Buffer.compare(fingerprint!, before.fingerprint) === 0, epoch.value);
      const room = ends.get(name)!;
      const place = placeAfter(room, entry, at, epoch.value);
      const { seq, ts } = place;
      if (room.first > room.head) room.day = at.day;
      Object.assign(room, { head: seq, ts });
      write.set(KvKey.message(name, seq), valueOf(message, ts, at.day));
      if (identifier !== undefined) {
        const key = KvKey.nonce(name, message.id, message.nonce!);
        write.check({ key, versionstamp: null }).set(key, [seq, ts, fingerprint] satisfies NonceValue);
        known.set(identifier, { seq, ts, fingerprint: fingerprint! });
      }
      return { ...place, event: { seq: place.seq, ...message, ts: place.ts } };
    });
    // Messages in a removed file are lost with this process, earlier ones included.
    this.#files?.checkPlaces();
    if (results.every((result) => "refused" in result || result.duplicate)) return results;
    for (const [name, { versionstamp }] of rooms) {
      const key = KvKey.room(name);
      write.check({ key, versionstamp }).set(key, ends.get(name));
    }
    const done = await this.#tail.sign(write).commit().catch(lockedIsLost);
    if (!done.ok) return undefined;
    this.#tail.committed(ends);
    for (const [name, value] of ends) this.#known.remember(name, value, done.versionstamp);
    return results;
  }
}

/** A file that another process is writing to at this instant gives an error; nothing was stored, as with a failed check. */
function lockedIsLost(error: unknown): { ok: false } {
  if (isLocked(error)) return { ok: false };
  throw error;
}

/** Splits a commit into parts that Deno KV takes whole: so many checks, and so many bytes. */
function* split(entries: Entry[]): Generator<Entry[]> {
  let part: Entry[] = [];
  let [bytes, rooms] = [0, new Set<string>()];
  for (const entry of entries) {
    const { text, name, id, nonce = "" } = onlyMessage(entry.event);
    // At most two bytes a stored character, and some for keys and the like.
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
