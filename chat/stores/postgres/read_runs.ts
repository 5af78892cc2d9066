/** Reads what follows a number in a room, changes included: in many rooms at one instant, with as many statements as in one. @module */

import type { AnyStoredChange, StoredEvent, StoredMessage } from "../../event/event.ts";
import { forgets, recall } from "../../event/kinds.ts";
import type { Page } from "../../log/message_log.ts";
import { PG_RUNS_EVENTS } from "./bounds.ts";
import type { Life } from "./life.ts";
import type { Sql } from "./link.ts";
import { changeOf, type ChangeRow, messageOf, type MessageRow, numbers, texts } from "./values.ts";

/** What to read: the oldest events of a room behind a number, so many at most. */
export interface Run {
  room: string;
  after: number;
  limit: number;
}

/**
 * Reads the first ones of these runs: as many as have {@linkcode PG_RUNS_EVENTS} together, and one at least.
 *
 * @param sql in a transaction that sees one instant
 */
export async function readRuns(sql: Sql, life: Life, runs: Run[]): Promise<Page[]> {
  const [epoch, rooms] = await Promise.all([life.in(sql), readRooms(sql, runs)]);
  const read = withinBounds(rooms);
  const due = read.filter(({ count }) => count > 0);
  await Promise.all([readMessages(sql, due), readChanges(sql, due.filter(({ changes }) => changes > 0))]);
  await recallAll(sql, due);
  return read.map((room) => pageOf(epoch, room));
}

interface RoomRow {
  id: number;
  first: number;
  head: number;
  floor: number;
  messageCount: number;
  /** Those that are kept. */
  changes: number;
  policy: number;
  /** How many messages it has had up to the asked number; nothing if what follows says it. */
  passed: number | null;
}

/** A room that has none yet. */
const NO_ROW: RoomRow = { id: 0, first: 1, head: 0, floor: 0, messageCount: 0, changes: 0, policy: 0, passed: null };

/** A room, and what is read of it. */
interface ReadRoom extends RoomRow {
  /** Behind which number, and how many events at most. */
  from: number;
  count: number;
  messages: StoredMessage[];
  kept: AnyStoredChange[];
}

async function readRooms(sql: Sql, runs: Run[]): Promise<ReadRoom[]> {
  const found = await sql<RoomRow & { index: number }>`SELECT index, id, first, head, floor,
      message_count AS "messageCount", changes, policy, CASE WHEN after < floor THEN coalesce(
        (SELECT ordinal FROM messages WHERE room = id AND seq <= after ORDER BY seq DESC LIMIT 1), removed) END AS passed
    FROM unnest(${texts(runs.map(({ room }) => room))}::text[], ${numbers(runs.map(({ after }) => after))}::bigint[])
      WITH ORDINALITY AS asked (room, after, index)
    JOIN rooms ON rooms.name = asked.room`;
  const rows = new Map(found.map((row) => [row.index, row]));
  return runs.map(({ after, limit }, index) => {
    const row = rows.get(index + 1) ?? NO_ROW;
    const from = Math.max(after, row.floor);
    return { ...row, from, count: Math.min(limit, row.head - from), messages: [], kept: [] };
  });
}

function withinBounds(rooms: ReadRoom[]): ReadRoom[] {
  let events = 0;
  const end = rooms.findIndex(({ count }, index) => (events += Math.max(count, 0)) > PG_RUNS_EVENTS && index > 0);
  return end === -1 ? rooms : rooms.slice(0, end);
}

// Postgres goes through each room by itself (LATERAL), in the order of its index, and stops where the page ends.

async function readMessages(sql: Sql, rooms: ReadRoom[]): Promise<void> {
  if (rooms.length === 0) return;
  const rows = await sql<MessageRow & { index: number }>`
    SELECT index, m.seq, ts, author, name, nonce, ordinal, reply, state, text, more
    FROM unnest(${numbers(rooms.map(({ id }) => id))}::bigint[], ${numbers(rooms.map(({ from }) => from))}::bigint[],
      ${numbers(rooms.map(({ count }) => count))}::bigint[]) WITH ORDINALITY AS asked (room, after, count, index)
    CROSS JOIN LATERAL (SELECT * FROM messages WHERE messages.room = asked.room AND seq > after ORDER BY seq LIMIT count) AS m`;
  for (const row of rows) rooms[row.index - 1]!.messages.push(messageOf(row));
}

/** Adds the changes to what is read. @param rooms those that have any */
async function readChanges(sql: Sql, rooms: ReadRoom[]): Promise<void> {
  if (rooms.length === 0) return;
  const rows = await sql<ChangeRow & { index: number }>`
    SELECT index, c.seq, ts, author, name, nonce, kind, target, body
    FROM unnest(${numbers(rooms.map(({ id }) => id))}::bigint[], ${numbers(rooms.map(({ from }) => from))}::bigint[],
      ${numbers(rooms.map(({ count }) => count))}::bigint[]) WITH ORDINALITY AS asked (room, after, count, index)
    CROSS JOIN LATERAL (SELECT * FROM changes WHERE changes.room = asked.room AND seq > after ORDER BY seq LIMIT count) AS c`;
  for (const row of rows) rooms[row.index - 1]!.kept.push(changeOf(row));
}

/** Gives changes what their messages have now. */
async function recallAll(sql: Sql, rooms: ReadRoom[]): Promise<void> {
  const asked = rooms.flatMap(({ id, kept }) => kept.filter(forgets).map(({ target }) => ({ id, target })));
  if (asked.length === 0) return;
  const rows = await sql<MessageRow & { room: number }>`
    SELECT asked.room, m.seq, ts, author, name, nonce, ordinal, reply, state, text, more
    FROM unnest(${numbers(asked.map(({ id }) => id))}::bigint[], ${
    numbers(asked.map(({ target }) => target))
  }::bigint[])
      AS asked (room, seq)
    CROSS JOIN LATERAL (SELECT * FROM messages WHERE messages.room = asked.room AND messages.seq = asked.seq OFFSET 0) AS m`;
  const targets = new Map(rows.map((row) => [`${row.room} ${row.seq}`, messageOf(row)]));
  for (const room of rooms) {
    room.kept = room.kept.map((change) =>
      forgets(change) ? recall(change, targets.get(`${room.id} ${change.target}`)) : change
    );
  }
}

function pageOf(epoch: string, room: ReadRoom): Page {
  const { first, head, floor, messageCount, policy, passed, messages } = room;
  const state = { epoch, first, head, floor, messageCount, ...(policy > 0 ? { policy } : {}) };
  // All that follows is kept, so its first message tells how many there were before.
  return { ...state, events: inOrder(room), passed: passed ?? (messages[0]?.ordinal ?? messageCount + 1) - 1 };
}

function inOrder({ messages, kept, count }: ReadRoom): StoredEvent[] {
  if (kept.length === 0) return messages;
  return [...messages, ...kept].sort((one, other) => one.seq - other.seq).slice(0, count);
}
