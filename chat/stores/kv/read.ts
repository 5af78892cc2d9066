/** Reads pages from Deno KV, which has no read that covers a room's state, its messages and its changes at one instant. @module */

import {
  isMessage,
  type Reactions,
  type StoredChange,
  type StoredEvent,
  type StoredMessage,
  type StoredRoomChange,
} from "../../event/event.ts";
import { forgets, recall } from "../../event/kinds.ts";
import { EMOJI_PER_MESSAGE } from "../../limits.ts";
import type { Page, Range, ReactorsRange, RoomChanges, RoomState } from "../../log/message_log.ts";
import { isWhole, isWholeBefore, messagesOf } from "../../log/whole.ts";
import { KvKey } from "./keys.ts";
import { getAll, listAll, RoomReading } from "./reading.ts";
import { type AnyMessageValue, messageValueOf, type Room, roomOf, type RoomValue } from "./values.ts";

/**
 * Reads a page of a room, once.
 *
 * @param mayBeNewer whether messages may be newer than the page says the room is. A reader then leaves out the changes up to their `rev`,
 * as it always does: that is right, but the page is not of one instant
 * @returns nothing if events were removed or changed meanwhile, so that state and events do not fit; `no epoch` in a new database
 */
export async function readPage(
  kv: Deno.Kv,
  name: string,
  range: Range,
  mayBeNewer: boolean,
): Promise<Page | "no epoch" | undefined> {
  const [epoch, { value }] = await kv.getMany<[string, RoomValue]>([KvKey.epoch, KvKey.room(name)]);
  if (epoch.value === null) return "no epoch";
  const room = roomOf(value);
  const state = stateOf(room, epoch.value);
  if (range.limit === 0) return { ...state, events: [], passed: room.messages };
  const reading = new RoomReading(kv, name, room);
  const found = await eventsIn(reading, range);
  const page = { ...state, events: found, passed: await passedBefore(reading, range, found) };
  const reacted = range.reader === undefined
    ? []
    : messagesOf(found).filter(({ reactions }) => reactions !== undefined);
  const events = await markMine(reading, await recallAll(reading, found), reacted, range);
  const moved = await reading.moved(isAsDue(page, range), reacted.map(({ seq }) => seq));
  return moved === undefined || (moved === "changed" && mayBeNewer) ? { ...page, events } : undefined;
}

function stateOf({ first, head, floor, messages: messageCount, policy }: Room, epoch: string): RoomState {
  return { epoch, first, head, floor, messageCount, ...policy === undefined ? {} : { policy } };
}

/**
 * Reads the changes of a room itself, which are never removed.
 *
 * @returns `no epoch` in a new database
 */
export async function readRoomChanges(kv: Deno.Kv, name: string, after: number): Promise<RoomChanges | "no epoch"> {
  const [epoch, { value }] = await kv.getMany<[string, RoomValue]>([KvKey.epoch, KvKey.room(name)]);
  if (epoch.value === null) return "no epoch";
  const room = roomOf(value);
  const state = stateOf(room, epoch.value);
  const { policy = 0 } = room;
  if (policy <= after) return { ...state, changes: [] };
  const range = { start: KvKey.roomChange(name, after + 1), end: KvKey.roomChange(name, policy + 1) };
  return { ...state, changes: (await listAll<StoredRoomChange>(kv, range, policy - after)).map(({ value }) => value) };
}

async function eventsIn(reading: RoomReading, range: Range): Promise<StoredEvent[]> {
  const { after, before = Infinity, limit, messagesOnly, thread, only } = range;
  if (after !== undefined && messagesOnly) return await reading.messages(after + 1, Infinity, limit);
  if (after !== undefined) {
    const from = Math.max(after, reading.room.floor) + 1;
    const [messages, changes] = await Promise.all([
      reading.messages(from, Infinity, limit),
      reading.changes(from, limit),
    ]);
    return [...messages, ...changes].sort((a, b) => a.seq - b.seq).slice(0, limit);
  }
  if (only !== undefined) return (await reading.messagesAt([...new Set(only)].sort((a, b) => a - b))).slice(-limit);
  if (thread === undefined) return await reading.messages(0, before - 1, limit, true);
  const replies = await reading.repliesTo(thread, before, limit);
  return await reading.messagesAt([...thread < before ? [thread] : [], ...replies].slice(-limit));
}

/** See `Page.passed`. */
async function passedBefore(reading: RoomReading, range: Range, events: StoredEvent[]): Promise<number> {
  const { after, messagesOnly } = range;
  const { head, floor, messages, removed } = reading.room;
  // Messages up to the floor may be kept, and are not in the page.
  const begins = after === undefined || messagesOnly || after >= floor;
  const [next] = messagesOf(events);
  if (begins && next !== undefined) return next.ordinal! - 1;
  if (after === undefined) return removed;
  if (after >= head) return messages;
  const [last] = await reading.messages(0, after, 1, true);
  return last?.ordinal ?? removed;
}

/** Whether the page has what it must have if nothing was removed meanwhile or lost; false as well where nobody can tell. */
function isAsDue(page: Page, { after, before = Infinity, limit, messagesOnly, thread, only }: Range): boolean {
  if (messagesOnly || thread !== undefined || only !== undefined) return false;
  return after === undefined ? isWholeBefore(page, before, limit) : isWhole(page, Math.max(after, page.floor), limit);
}

/** Gives changes what they forgot, as it is now. */
async function recallAll(reading: RoomReading, events: StoredEvent[]): Promise<StoredEvent[]> {
  const forgetful = events.filter((event): event is StoredChange => !isMessage(event) && forgets(event));
  if (forgetful.length === 0) return events;
  const messages = new Map(messagesOf(events).map((message) => [message.seq, message]));
  const others = new Set(forgetful.map(({ target }) => target).filter((target) => !messages.has(target)));
  for (const message of await reading.messagesAt([...others])) messages.set(message.seq, message);
  return events.map((event) => isMessage(event) ? event : recall(event, messages.get(event.target!)));
}

/** Says of each reaction whether the reader's is among them. */
async function markMine(
  reading: RoomReading,
  events: StoredEvent[],
  reacted: StoredMessage[],
  range: Range,
): Promise<StoredEvent[]> {
  const { reader } = range;
  if (reader === undefined || reacted.length === 0) return events;
  const isRun = range.thread === undefined && range.only === undefined;
  const keys = isRun ? await ownInRun(reading, reader, reacted) : await ownAt(reading, reader, reacted);
  const own = new Set(keys.map((key) => JSON.stringify(key)));
  const isOwn = (seq: number, emoji: string) => own.has(JSON.stringify(KvKey.own(reading.name, reader, seq, emoji)));
  const mark = ({ seq, reactions = [] }: StoredMessage) =>
    reactions.map((one): Reactions => isOwn(seq, one.emoji) ? { ...one, mine: true } : one);
  return events.map((event) => isMessage(event) && event.reactions ? { ...event, reactions: mark(event) } : event);
}

/** The keys of a reader's reactions to messages between which there are no others. */
async function ownInRun({ kv, name }: RoomReading, reader: string, run: StoredMessage[]): Promise<Deno.KvKey[]> {
  const [first, last] = [run[0]!.seq, run.at(-1)!.seq];
  const range = { start: KvKey.ownFrom(name, reader, first), end: KvKey.ownFrom(name, reader, last + 1) };
  return (await listAll<true>(kv, range, EMOJI_PER_MESSAGE * (last - first + 1))).map(({ key }) => key);
}

/** The same for any messages: between them there may be any number. */
async function ownAt({ kv, name }: RoomReading, reader: string, some: StoredMessage[]): Promise<Deno.KvKey[]> {
  const keys = some.flatMap(({ seq, reactions = [] }) =>
    reactions.map(({ emoji }) => KvKey.own(name, reader, seq, emoji))
  );
  return (await getAll<true>(kv, keys)).filter(({ value }) => value !== null).map(({ key }) => key);
}

/** The message says whether there are any: those of a deleted one may be left over. Deno KV sorts ids by their bytes. */
export async function readReactors(
  kv: Deno.Kv,
  name: string,
  { target, emoji, after, limit }: ReactorsRange,
): Promise<string[]> {
  const { value } = await kv.get<AnyMessageValue>(KvKey.message(name, target));
  const { reactions = [] } = value === null ? {} : messageValueOf(target, value).event;
  if (!reactions.some((one) => one.emoji === emoji)) return [];
  const prefix = KvKey.reactionsWith(name, target, emoji);
  const start = after === undefined ? undefined : KvKey.reaction(name, target, emoji, `${after}\0`);
  const found = await listAll<true>(kv, start === undefined ? { prefix } : { prefix, start }, limit);
  return found.map(({ key }) => key.at(-1) as string);
}
