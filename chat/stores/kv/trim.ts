/** Removes messages past retention from Deno KV. @module */

import { KV_TRIM_MESSAGES, KV_TRIM_ROOMS } from "./bounds.ts";
import { dayOf, KvKey, messageOf, type MessageValue, type RoomValue } from "./keys.ts";

/**
 * Does one step, which trims at most one room, and not by much.
 *
 * @param cursor where the last step stopped looking; empty at first
 * @returns where to go on, and whether to go on at once
 */
export async function trimRooms(
  kv: Deno.Kv,
  cursor: string,
  keep: number,
  from: number,
): Promise<{ cursor: string; more: boolean }> {
  const rooms = kv.list<RoomValue>({ prefix: KvKey.rooms }, { cursor, limit: KV_TRIM_ROOMS, batchSize: KV_TRIM_ROOMS });
  for await (const entry of rooms) {
    const { first, head, day = 0 } = entry.value;
    if (first <= head && (head - first >= keep || day < from)) {
      await trimRoom(kv, entry, keep, from);
      return { cursor, more: true };
    }
  }
  return { cursor: rooms.cursor, more: rooms.cursor !== "" };
}

async function trimRoom(kv: Deno.Kv, entry: Deno.KvEntry<RoomValue>, keep: number, from: number): Promise<void> {
  const name = entry.key.at(-1) as string;
  const { value: room } = entry;
  const write = kv.atomic().check(entry);
  const range = { start: KvKey.message(name, room.first), end: KvKey.message(name, room.head + 1) };
  let value: RoomValue = { ...room, first: room.head + 1 };
  let removed = 0;
  for await (const message of kv.list<MessageValue>(range, { limit: KV_TRIM_MESSAGES, batchSize: KV_TRIM_MESSAGES })) {
    const seq = message.key.at(-1) as number;
    const { id, nonce } = messageOf(seq, message.value);
    const day = dayOf(message.value);
    // The last one of the list stays in any case: the room's value must say how old its oldest message is.
    const stays = seq > room.head - keep && day >= from;
    if (stays || removed === KV_TRIM_MESSAGES - 1) {
      value = { ...room, first: seq, day };
      break;
    }
    write.delete(message.key);
    if (nonce !== undefined) write.delete(KvKey.nonce(name, id, nonce));
    removed++;
  }
  // If another process wrote to the room meanwhile, nothing happens, and the next step does it.
  await write.set(KvKey.room(name), value).commit();
}
