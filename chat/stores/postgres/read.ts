/**
 * Reads pages: what belongs together in one transaction, whose statements are sent at once. What follows a number, changes included, is read by
 * `read_runs.ts`.
 *
 * @module
 */

import type { StoredMessage, StoredRoomChange } from "../../event/event.ts";
import type { Page, Range, ReactorsRange, RoomChanges, RoomState } from "../../log/message_log.ts";
import { messagesOf } from "../../log/whole.ts";
import type { PostgresConnection } from "./connection.ts";
import type { Life } from "./life.ts";
import type { Sql } from "./link.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";
import { readRuns } from "./read_runs.ts";
import { messageOf, type MessageRow, numbers } from "./values.ts";

/** Behind every number. */
const NO_END = Number.MAX_SAFE_INTEGER;

// The room is looked up within each statement, because Postgres then goes through its events in their order, and stops where the page ends.

export function readPage(connection: PostgresConnection, life: Life, name: string, range: Range): Promise<Page> {
  const { limit, reader } = range;
  return connection.atOneInstant(async (sql) => {
    const page = isRun(range)
      ? (await readRuns(sql, life, [{ room: name, after: range.after, limit }]))[0]!
      : await readMessagePage(sql, life, name, range);
    if (reader !== undefined) await markMine(sql, name, messagesOf(page.events), reader);
    return page;
  });
}

/** Whether what a range asks for is what follows a number, changes included. */
export function isRun(range: Range): range is Range & { after: number } {
  return range.after !== undefined && range.limit > 0 && !range.messagesOnly;
}

async function readMessagePage(sql: Sql, life: Life, name: string, range: Range): Promise<Page> {
  const { after, limit } = range;
  const [epoch, { removed, ...state }, events, passed] = await Promise.all([
    life.in(sql),
    readRoom(sql, name),
    limit === 0 ? [] : readMessages(sql, name, range),
    after === undefined || limit === 0 ? undefined : passedUpTo(sql, name, after),
  ]);
  if (limit === 0) return { epoch, ...state, events, passed: state.messageCount };
  const begins = after === undefined ? events[0] && events[0].ordinal! - 1 : passed;
  return { epoch, ...state, events, passed: begins ?? removed };
}

/** The ids whose reaction with an emoji to a message stands, by rising id. */
export function readReactors(connection: PostgresConnection, name: string, range: ReactorsRange): Promise<string[]> {
  const { target, emoji, after = "", limit } = range;
  return connection.atOneInstant(async (sql) => {
    const rows = await sql<{ author: string }>`SELECT author FROM reactions
      WHERE room = (SELECT id FROM rooms WHERE name = ${name}) AND target = ${target} AND author > ${escapeNul(after)}
        AND emoji = ${escapeNul(emoji)} ORDER BY author LIMIT ${limit}`;
    return rows.map(({ author }) => unescapeNul(author));
  });
}

/** The changes of a room itself behind a number. */
export function readRoomChanges(
  connection: PostgresConnection,
  life: Life,
  name: string,
  after: number,
): Promise<RoomChanges> {
  return connection.atOneInstant(async (sql) => {
    const [epoch, { removed: _, ...state }, rows] = await Promise.all([
      life.in(sql),
      readRoom(sql, name),
      sql<{ event: StoredRoomChange }>`SELECT event FROM room_changes
        WHERE room = (SELECT id FROM rooms WHERE name = ${name}) AND seq > ${after} ORDER BY seq`,
    ]);
    return { epoch, ...state, changes: rows.map(({ event }) => event) };
  });
}

type RoomRow = Omit<RoomState, "epoch"> & { removed: number };

async function readRoom(sql: Sql, name: string): Promise<RoomRow> {
  const [room] = await sql<
    RoomRow & { policy: number }
  >`SELECT first, head, floor, message_count AS "messageCount", removed, policy
    FROM rooms WHERE name = ${name}`;
  if (room === undefined) return { first: 1, head: 0, floor: 0, messageCount: 0, removed: 0 };
  const { policy, ...state } = room;
  return policy > 0 ? { ...state, policy } : state;
}

/** Messages by rising number. */
async function readMessages(sql: Sql, name: string, range: Range): Promise<StoredMessage[]> {
  const { after, before = NO_END, limit, thread, only } = range;
  if (only !== undefined) return (await readOnly(sql, name, only, range.beginning)).slice(-limit);
  if (after !== undefined) {
    const rows = await sql<MessageRow>`SELECT * FROM messages WHERE room = (SELECT id FROM rooms WHERE name = ${name})
      AND seq > ${after} ORDER BY seq LIMIT ${limit}`;
    return rows.map(messageOf);
  }
  if (thread !== undefined) return await readThread(sql, name, thread, before, limit);
  const rows = await sql<MessageRow>`SELECT * FROM messages WHERE room = (SELECT id FROM rooms WHERE name = ${name})
    AND seq < ${before} ORDER BY seq DESC LIMIT ${limit}`;
  return rows.map(messageOf).reverse();
}

async function readThread(
  sql: Sql,
  name: string,
  thread: number,
  before: number,
  limit: number,
): Promise<StoredMessage[]> {
  const [[first], rows] = await Promise.all([
    thread < before ? readOnly(sql, name, [thread]) : [],
    sql<MessageRow>`SELECT * FROM messages WHERE room = (SELECT id FROM rooms WHERE name = ${name})
      AND reply = ${thread} AND seq < ${before} ORDER BY seq DESC LIMIT ${limit}`,
  ]);
  const replies = rows.map(messageOf).reverse();
  return (first === undefined ? replies : [first, ...replies]).slice(-limit);
}

/** Sorted here, since by the order of the index all of the room would be gone through. */
async function readOnly(sql: Sql, name: string, seqs: number[], beginning?: number): Promise<StoredMessage[]> {
  const asked = numbers(seqs);
  const rows = beginning === undefined
    ? await sql<MessageRow>`SELECT * FROM messages WHERE room = (SELECT id FROM rooms WHERE name = ${name})
      AND seq = ANY(${asked}::bigint[])`
    // A character may be kept as two: see nul_character.ts.
    : await sql<MessageRow>`SELECT seq, ts, author, name, nonce, ordinal, reply, state, left(text, ${
      2 * beginning
    }) AS text, NULL AS more
      FROM messages WHERE room = (SELECT id FROM rooms WHERE name = ${name}) AND seq = ANY(${asked}::bigint[])`;
  return rows.map(messageOf).sort((one, other) => one.seq - other.seq);
}

/** How many messages the room has had up to a number; nothing if none of those is kept. */
async function passedUpTo(sql: Sql, name: string, seq: number): Promise<number | undefined> {
  const [row] = await sql<{ ordinal: number }>`SELECT ordinal FROM messages
    WHERE room = (SELECT id FROM rooms WHERE name = ${name}) AND seq <= ${seq} ORDER BY seq DESC LIMIT 1`;
  return row?.ordinal;
}

/** Says of each reaction whether the reader's is among them. */
async function markMine(sql: Sql, name: string, messages: StoredMessage[], reader: string): Promise<void> {
  const asked = messages.filter(({ reactions }) => reactions !== undefined);
  if (asked.length === 0) return;
  const rows = await sql<{ target: number; emoji: string }>`SELECT target, emoji FROM reactions
    WHERE room = (SELECT id FROM rooms WHERE name = ${name}) AND target = ANY(${
    numbers(asked.map(({ seq }) => seq))
  }::bigint[])
      AND author = ${escapeNul(reader)}`;
  const mine = new Set(rows.map(({ target, emoji }) => `${target} ${unescapeNul(emoji)}`));
  for (const message of asked) {
    message.reactions = message.reactions!.map((one) =>
      mine.has(`${message.seq} ${one.emoji}`) ? { ...one, mine: true } : one
    );
  }
}
