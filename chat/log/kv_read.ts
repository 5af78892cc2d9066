/**
 * Reads a page of a room from Deno KV, which has no read that covers both a room's state and its messages.
 *
 * @module
 */

import { EMPTY_ROOM, KvKey, type MessageValue, type RoomValue } from "./kv_keys.ts";
import type { Page, Range, StoredMessage } from "./message_log.ts";

/**
 * Reads once.
 *
 * @returns nothing where messages were removed meanwhile, so that state and messages do not fit; `no epoch` in a new database
 */
export async function readPage(
  kv: Deno.Kv,
  name: string,
  { after, before, limit }: Range,
): Promise<Page | "no epoch" | undefined> {
  const [epoch, room] = await kv.getMany<[string, RoomValue]>([KvKey.epoch, KvKey.room(name)]);
  if (epoch.value === null) return "no epoch";
  const { first, head } = room.value ?? EMPTY_ROOM;
  const state = { epoch: epoch.value, first, head };
  // What is asked for, as far as it is kept: the messages from `from` up to `to`. Later ones are not of this instant.
  const end = Math.min((before ?? Infinity) - 1, head);
  const from = after === undefined ? Math.max(end - limit + 1, first) : Math.max(after + 1, first);
  const to = after === undefined ? end : Math.min(from + limit - 1, head);
  if (to < from) return { ...state, messages: [] };
  const messages = await list(kv, name, from, to);
  if (messages.length === to - from + 1) return { ...state, messages };
  // Removed by now, or lost: then the room says that they are kept, and it says so again.
  const { value } = await kv.get<RoomValue>(KvKey.room(name));
  return value?.first === first ? { ...state, messages } : undefined;
}

async function list(kv: Deno.Kv, name: string, from: number, to: number): Promise<StoredMessage[]> {
  const range = { start: KvKey.message(name, from), end: KvKey.message(name, to + 1) };
  const messages: StoredMessage[] = [];
  for await (const { key, value } of kv.list<MessageValue>(range, { batchSize: Math.min(to - from + 1, 500) })) {
    const [id, author, text, nonce, ts] = value;
    const seq = key.at(-1) as number;
    messages.push(nonce === null ? { seq, id, name: author, text, ts } : { seq, id, name: author, text, nonce, ts });
  }
  return messages;
}
