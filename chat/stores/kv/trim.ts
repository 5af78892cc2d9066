/** Removes events past retention from Deno KV, and reactions that nobody can see any more. @module */

import type { AnyStoredChange } from "../../event/event.ts";
import { CHANGES_KEPT } from "../../log/bounds.ts";
import { firstDayKept } from "../../log/store_clock.ts";
import { KV_TRIM_CHANGES, KV_TRIM_MESSAGES, KV_TRIM_REACTIONS, KV_TRIM_ROOMS } from "./bounds.ts";
import { KvKey, reactionKeys } from "./keys.ts";
import { listAll } from "./reading.ts";
import { tryCommit } from "./try_commit.ts";
import {
  type AnyMessageValue,
  hasMessages,
  type MessageValue,
  messageValueOf,
  type Room,
  roomOf,
  type RoomValue,
  valueOfRoom,
} from "./values.ts";

/** What is kept: so many messages of a room, of no day before that. A room may say less by its settings, of which the days count from `today`. */
interface Kept {
  keep: number;
  from: number;
  today: number;
}

/**
 * Does one step, which trims at most one room, and not by much.
 *
 * @param cursor where the last step stopped looking; empty at first
 * @returns where to go on, and whether to go on at once
 */
export async function trimRooms(kv: Deno.Kv, cursor: string, kept: Kept): Promise<{ cursor: string; more: boolean }> {
  if (await removeLeftovers(kv) || await trimSurplus(kv, kept)) return { cursor, more: true };
  const isAll = kept.keep === Number.MAX_SAFE_INTEGER && kept.from <= 0;
  const prefix = isAll ? KvKey.ownRetentions : KvKey.rooms;
  const rooms = kv.list<RoomValue>({ prefix }, { cursor, limit: KV_TRIM_ROOMS, batchSize: KV_TRIM_ROOMS });
  for await (const listed of rooms) {
    const entry = isAll ? await kv.get<RoomValue>(KvKey.room(listed.key.at(-1) as string)) : listed;
    if (entry.value !== null && isDue(roomOf(entry.value), kept)) {
      await trimRoom(kv, entry, kept);
      return { cursor, more: true };
    }
  }
  return { cursor: rooms.cursor, more: rooms.cursor !== "" };
}

/** How much this room keeps. */
function keptIn({ keepMessages, keepDays }: Room, { keep, from, today }: Kept): Kept {
  return {
    keep: Math.min(keep, keepMessages || keep),
    from: Math.max(from, keepDays ? firstDayKept(today, keepDays) : from),
    today,
  };
}

function isDue(room: Room, kept: Kept): boolean {
  const { keep, from } = keptIn(room, kept);
  return hasMessages(room) && (room.messages - room.removed > keep || room.day < from);
}

/** Trims a room that has too many changes. @returns whether there was one */
async function trimSurplus(kv: Deno.Kv, kept: Kept): Promise<boolean> {
  const [surplus] = await listAll<true>(kv, { prefix: KvKey.surpluses }, 1);
  if (surplus === undefined) return false;
  const entry = await kv.get<RoomValue>(KvKey.room(surplus.key.at(-1) as string));
  const hasSurplus = entry.value !== null && roomOf(entry.value).changes > CHANGES_KEPT;
  if (hasSurplus) await trimRoom(kv, entry, kept);
  // Another process may make it so again at this instant.
  else await tryCommit(kv.atomic().check(surplus, entry).delete(surplus.key));
  return true;
}

async function trimRoom(kv: Deno.Kv, entry: Deno.KvEntry<RoomValue>, kept: Kept): Promise<void> {
  const name = entry.key.at(-1) as string;
  const room = roomOf(entry.value);
  const oldest = await oldestOf(kv, name, room);
  const gone = goneOf(room, oldest, keptIn(room, kept));
  const write = kv.atomic().check(entry);
  for (const { event: { seq, reply, reactions } } of gone.messages) {
    write.delete(KvKey.message(name, seq));
    if (reply !== undefined) write.delete(KvKey.reply(name, reply, seq));
    if (reactions !== undefined) write.set(KvKey.leftover(name, seq), true);
  }
  for (const { seq } of gone.changes) write.delete(KvKey.change(name, seq));
  for (const { id, nonce } of [...gone.messages.map(({ event }) => event), ...gone.changes]) {
    if (nonce !== undefined) write.delete(KvKey.nonce(name, id, nonce));
  }
  // If another process wrote to the room meanwhile, nothing happens, and the next step does it.
  await tryCommit(write.set(KvKey.room(name), valueOfRoom(roomAfter(room, oldest, gone))));
}

/** Some events of a room by rising `seq`. */
interface Some {
  messages: MessageValue[];
  changes: AnyStoredChange[];
}

async function oldestOf(kv: Deno.Kv, name: string, { first, floor, head }: Room): Promise<Some> {
  const messages = { start: KvKey.message(name, first), end: KvKey.message(name, head + 1) };
  const changes = { start: KvKey.change(name, floor + 1), end: KvKey.change(name, head + 1) };
  const found = await listAll<AnyMessageValue>(kv, messages, KV_TRIM_MESSAGES);
  return {
    messages: found.map(({ key, value }) => messageValueOf(key.at(-1) as number, value)),
    changes: (await listAll<AnyStoredChange>(kv, changes, KV_TRIM_CHANGES)).map(({ value }) => value),
  };
}

/** The messages past retention with all changes before them, and the changes that are too many. */
function goneOf(room: Room, { messages, changes }: Some, { keep, from }: Kept): Some {
  const stays = messages.findIndex(({ event, day }) => event.ordinal! > room.messages - keep && day >= from);
  // The last one of a full list stays in any case: the room's value must say how old its oldest message is.
  const past = stays !== -1 ? stays : Math.min(messages.length, KV_TRIM_MESSAGES - 1);
  const upTo = messages[past - 1]?.event.seq ?? 0;
  // Of messages behind the changes that were listed there may be others before them.
  const listed = changes.length === KV_TRIM_CHANGES ? changes.at(-1)!.seq : Infinity;
  return {
    messages: messages.slice(0, past).filter(({ event }) => event.seq < listed),
    changes: changes.filter(({ seq }, index) => seq < upTo || index < room.changes - CHANGES_KEPT),
  };
}

function roomAfter(room: Room, oldest: Some, gone: Some): Room {
  const next = oldest.messages[gone.messages.length];
  const isAll = oldest.changes.length < KV_TRIM_CHANGES;
  return {
    ...room,
    first: next?.event.seq ?? room.head + 1,
    removed: next === undefined ? room.messages : next.event.ordinal! - 1,
    day: next?.day ?? 0,
    changes: (isAll ? oldest.changes.length : room.changes) - gone.changes.length,
    floor: Math.max(room.floor, gone.messages.at(-1)?.event.seq ?? 0, gone.changes.at(-1)?.seq ?? 0),
  };
}

/** @returns whether there were any */
async function removeLeftovers(kv: Deno.Kv): Promise<boolean> {
  const [leftover] = await listAll<true>(kv, { prefix: KvKey.leftovers }, 1);
  if (leftover === undefined) return false;
  const [name, target] = leftover.key.slice(-2) as [string, number];
  const reactions = await listAll<true>(kv, { prefix: KvKey.reactions(name, target) }, KV_TRIM_REACTIONS);
  const write = kv.atomic();
  for (const { key } of reactions) {
    const [emoji, id] = key.slice(-2) as [string, string];
    for (const one of reactionKeys(name, target, emoji, id)) write.delete(one);
  }
  if (reactions.length < KV_TRIM_REACTIONS) write.delete(leftover.key);
  await tryCommit(write);
  return true;
}
