/** Reads pages. @module */

import type { AnyStoredChange, StoredEvent, StoredMessage } from "../../event/event.ts";
import { forgets, recall } from "../../event/kinds.ts";
import type { Page, Range, ReactorsRange, RoomChanges } from "../../log/message_log.ts";
import type { SqliteConnection } from "./connection.ts";
import { findRoom, stateOfRoom } from "./rooms.ts";
import { changesIn, messageIn, messagesIn, type RoomRow } from "./statements.ts";

/** Those of a character, in UTF-8. */
const MOST_BYTES = 4;

export function readPage(db: SqliteConnection, epoch: string, name: string, range: Range): Page {
  const room = findRoom(db, name);
  const state = stateOfRoom(room, epoch);
  if (room.id === 0 || range.limit === 0) return { ...state, events: [], passed: room.messageCount };
  const { after, before = room.head + 1, reader } = range;
  const messages = readMessages(db, room, range);
  if (reader !== undefined) markMine(db, room.id, messages, reader);
  if (after === undefined) {
    const passed = messages.length > 0 ? messages[0]!.ordinal! - 1 : passedUpTo(db, room, before - 1);
    return { ...state, events: messages, passed };
  }
  const changes = range.messagesOnly || room.changes === 0 ? [] : readChanges(db, room, after, range.limit);
  return { ...state, events: merged(messages, changes, range.limit), passed: passedUpTo(db, room, after) };
}

/** The ids whose reaction with an emoji to a message stands, by rising id. */
export function readReactors(db: SqliteConnection, name: string, range: ReactorsRange): string[] {
  const { target, emoji, after = "", limit } = range;
  const { id: room } = findRoom(db, name);
  // The rows of a message that is gone are removed a little later than it.
  const message = messageIn(db.statement("message").get(room, target))?.message;
  if (!message?.reactions) return [];
  const { json } = db.statement("reactors").get(room, target, after, emoji, limit) as { json: string };
  return JSON.parse(json);
}

/** The changes of a room itself behind a number. */
export function readRoomChanges(db: SqliteConnection, epoch: string, name: string, after: number): RoomChanges {
  const room = findRoom(db, name);
  const { json } = db.statement("roomChanges").get(room.id, after) as { json: string };
  return { ...stateOfRoom(room, epoch), changes: sorted(JSON.parse(json)) };
}

/** Messages by rising number. */
function readMessages(db: SqliteConnection, room: RoomRow, range: Range): StoredMessage[] {
  const { after, before = room.head + 1, limit, messagesOnly, thread, only, beginning } = range;
  const { id } = room;
  if (only !== undefined) return readOnly(db, id, only, beginning).slice(-limit);
  if (after !== undefined) {
    const from = messagesOnly ? after : Math.max(after, room.floor);
    return sorted(messagesIn(db.statement("after").get(id, from, limit)));
  }
  if (thread === undefined) return sorted(messagesIn(db.statement("before").get(id, before, limit)));
  // The first message of the thread may be one too many.
  return sorted(messagesIn(db.statement("thread").get(id, before, limit, thread))).slice(-limit);
}

function readOnly(db: SqliteConnection, room: number, only: number[], beginning?: number): StoredMessage[] {
  const seqs = JSON.stringify(only);
  if (beginning === undefined) return sorted(messagesIn(db.statement("only").get(room, seqs)));
  return sorted(messagesIn(db.statement("onlyBeginnings").get(room, seqs, beginning * MOST_BYTES)));
}

/** Changes by rising number, with what their messages have now. */
function readChanges(db: SqliteConnection, room: RoomRow, after: number, limit: number): AnyStoredChange[] {
  const changes = sorted(changesIn(db.statement("changesAfter").get(room.id, Math.max(after, room.floor), limit)));
  const asked = changes.filter(forgets).map(({ target }) => target!);
  if (asked.length === 0) return changes;
  const targets = readOnly(db, room.id, asked);
  const bySeq = new Map(targets.map((target) => [target.seq, target]));
  return changes.map((change) => forgets(change) ? recall(change, bySeq.get(change.target!)) : change);
}

function merged(messages: StoredMessage[], changes: AnyStoredChange[], limit: number): StoredEvent[] {
  return changes.length === 0 ? messages : sorted<StoredEvent>([...messages, ...changes]).slice(0, limit);
}

function sorted<Event extends StoredEvent>(events: Event[]): Event[] {
  return events.sort((one, other) => one.seq - other.seq);
}

/** How many messages the room has had up to a number. */
function passedUpTo(db: SqliteConnection, room: RoomRow, seq: number): number {
  const row = db.statement("passed").get(room.id, seq) as { ordinal: number } | undefined;
  if (row !== undefined) return row.ordinal;
  // None of those before are kept.
  const first = db.statement("firstOrdinal").get(room.id) as { ordinal: number } | undefined;
  return first === undefined ? room.messageCount : first.ordinal - 1;
}

function markMine(db: SqliteConnection, room: number, messages: StoredMessage[], reader: string): void {
  const asked = messages.filter(({ reactions }) => reactions);
  if (asked.length === 0) return;
  const seqs = JSON.stringify(asked.map(({ seq }) => seq));
  const { json } = db.statement("mine").get(room, reader, seqs) as { json: string };
  const mine = new Set((JSON.parse(json) as [number, string][]).map(([target, emoji]) => `${target} ${emoji}`));
  for (const message of asked) {
    message.reactions = message.reactions!.map((one) =>
      mine.has(`${message.seq} ${one.emoji}`) ? { ...one, mine: true } : one
    );
  }
}
