/** Reads from Deno KV, which has no read that covers both a room's state and its messages at one instant. @module */

import { KV_KEYS_AT_ONCE } from "./bounds.ts";
import { EMPTY_ROOM, KvKey, messageOf, type MessageValue, type RoomValue } from "./keys.ts";
import type { Page, Range } from "../../log/message_log.ts";

/**
 * Reads a page of a room, once.
 *
 * @returns nothing if messages were removed meanwhile, so that state and messages do not fit; `no epoch` in a new database
 */
export async function readPage(
  kv: Deno.Kv,
  name: string,
  { after, before, limit }: Range,
): Promise<Page | "no epoch" | undefined> {
  const [epoch, room] = await kv.getMany<[string, RoomValue]>([KvKey.epoch, KvKey.room(name)]);
  if (epoch.value === null) return "no epoch";
  const { first, head } = room.value ?? EMPTY_ROOM;
  const state = { epoch: epoch.value, first, head, floor: first - 1, messageCount: head };
  // The asked-for messages that are kept. Later messages than the room's newest one are not of this instant.
  const from = Math.max((after ?? 0) + 1, first);
  const to = Math.min((before ?? Infinity) - 1, head);
  const due = Math.min(to - from + 1, limit);
  if (due <= 0) return { ...state, events: [], passed: after ?? to };
  const reverse = after === undefined;
  const range = { start: KvKey.message(name, from), end: KvKey.message(name, to + 1) };
  const list = kv.list<MessageValue>(range, { limit: due, reverse, batchSize: Math.min(due, 500) });
  const messages = await Array.fromAsync(list, ({ key, value }) => messageOf(key.at(-1) as number, value));
  if (reverse) messages.reverse();
  const isRun = messages.length === due && messages.at(-1)!.seq - messages[0]!.seq === due - 1 &&
    (reverse ? messages.at(-1)!.seq === to : messages[0]!.seq === from);
  const page = { ...state, events: messages, passed: (messages[0]?.seq ?? to + 1) - 1 };
  if (isRun) return page;
  // Removed by now, or lost: then the room says that they are kept, and it says so again.
  const { value } = await kv.get<RoomValue>(KvKey.room(name));
  return value?.first === first ? page : undefined;
}

export async function getAll<T>(kv: Deno.Kv, keys: Deno.KvKey[]): Promise<Deno.KvEntryMaybe<T>[]> {
  const reads: Promise<Deno.KvEntryMaybe<T>[]>[] = [];
  for (let from = 0; from < keys.length; from += KV_KEYS_AT_ONCE) {
    reads.push(kv.getMany<T[]>(keys.slice(from, from + KV_KEYS_AT_ONCE)));
  }
  return (await Promise.all(reads)).flat();
}
