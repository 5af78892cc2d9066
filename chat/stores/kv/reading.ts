/** Reading keys of Deno KV: many, and those of a room. @module */

import { type AnyStoredChange, revOf, type StoredMessage } from "../../event/event.ts";
import { KV_KEYS_AT_ONCE, KV_LIST_ENTRIES } from "./bounds.ts";
import { KvKey } from "./keys.ts";
import { type AnyMessageValue, messageValueOf, type Room, roomOf, type RoomValue } from "./values.ts";

export async function getAll<T>(kv: Deno.Kv, keys: Deno.KvKey[]): Promise<Deno.KvEntryMaybe<T>[]> {
  const reads: Promise<Deno.KvEntryMaybe<T>[]>[] = [];
  for (let from = 0; from < keys.length; from += KV_KEYS_AT_ONCE) {
    reads.push(kv.getMany<T[]>(keys.slice(from, from + KV_KEYS_AT_ONCE)));
  }
  return (await Promise.all(reads)).flat();
}

export function listAll<T>(
  kv: Deno.Kv,
  selector: Deno.KvListSelector,
  limit: number,
  reverse = false,
): Promise<Deno.KvEntry<T>[]> {
  return Array.fromAsync(kv.list<T>(selector, { limit, reverse, batchSize: Math.min(limit, KV_LIST_ENTRIES) }));
}

/** A room as it was when a page of it was begun to be read. What is newer does not belong to the page. */
export class RoomReading {
  readonly kv: Deno.Kv;
  readonly name: string;
  readonly room: Room;
  /** The last change in any message that was read. What happens after the room was read has a higher number than its head. */
  #newest = 0;

  constructor(kv: Deno.Kv, name: string, room: Room) {
    this.kv = kv;
    this.name = name;
    this.room = room;
  }

  /** The messages from one number to another by rising `seq`: the oldest of them, or the newest. */
  async messages(from: number, to: number, limit: number, newest = false): Promise<StoredMessage[]> {
    const { kv, name, room: { first, head } } = this;
    const [start, end] = [Math.max(from, first), Math.min(to, head)];
    const due = Math.min(end - start + 1, limit);
    if (due <= 0) return [];
    const range = { start: KvKey.message(name, start), end: KvKey.message(name, end + 1) };
    const found = await listAll<AnyMessageValue>(kv, range, due, newest);
    const messages = found.map(({ key, value }) => this.#note(messageValueOf(key.at(-1) as number, value).event));
    return newest ? messages.reverse() : messages;
  }

  /** The oldest changes from a number on. */
  async changes(from: number, limit: number): Promise<AnyStoredChange[]> {
    const { kv, name, room: { head, changes } } = this;
    const due = Math.min(head - from + 1, limit, changes);
    if (due <= 0) return [];
    const range = { start: KvKey.change(name, from), end: KvKey.change(name, head + 1) };
    return (await listAll<AnyStoredChange>(kv, range, due)).map(({ value }) => value);
  }

  /** The messages with these numbers that are kept. */
  async messagesAt(seqs: number[]): Promise<StoredMessage[]> {
    const found = await getAll<AnyMessageValue>(this.kv, seqs.map((seq) => KvKey.message(this.name, seq)));
    return found.flatMap(({ value }, index) =>
      value === null ? [] : [this.#note(messageValueOf(seqs[index]!, value).event)]
    );
  }

  /** The newest messages before one number that answer another one. */
  async repliesTo(target: number, before: number, limit: number): Promise<number[]> {
    const { kv, name, room: { head } } = this;
    const end = KvKey.reply(name, target, Math.min(before, head + 1));
    const found = await listAll<true>(kv, { start: KvKey.reply(name, target, 0), end }, limit, true);
    return found.map(({ key }) => key.at(-1) as number).reverse();
  }

  /**
   * Whether what was read is not of one instant: that is so if messages that it lacks were removed meanwhile, or one that it has was changed.
   *
   * @param isAsDue false if there may be such that it lacks
   * @param seqs messages that what was read after them must fit to
   */
  async moved(isAsDue: boolean, seqs: number[]): Promise<"removed" | "changed" | undefined> {
    const { first, floor, head } = this.room;
    if (!isAsDue || seqs.length > 0) {
      const now = roomOf((await this.kv.get<RoomValue>(KvKey.room(this.name))).value);
      if (!isAsDue && (now.first !== first || now.floor !== floor)) return "removed";
      // They tell by their `rev`.
      if (now.head !== head) await this.messagesAt(seqs);
    }
    return this.#newest > head ? "changed" : undefined;
  }

  #note(message: StoredMessage): StoredMessage {
    this.#newest = Math.max(this.#newest, revOf(message));
    return message;
  }
}
