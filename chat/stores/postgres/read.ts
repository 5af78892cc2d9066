/** Reads pages: what belongs together in one transaction, whose statements are sent at once. @module */

import type { AnyStoredChange, StoredEvent, StoredMessage, StoredRoomChange } from "../../event/event.ts";
import { forgets, recall } from "../../event/kinds.ts";
import type { Page, Range, ReactorsRange, RoomChanges, RoomState } from "../../log/message_log.ts";
import type { PostgresConnection } from "./connection.ts";
import type { Life } from "./life.ts";
import type { Sql } from "./link.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";
import { changeOf, type ChangeRow, messageOf, type MessageRow, numbers } from "./values.ts";

/** Behind every number. */
const NO_END = Number.MAX_SAFE_INTEGER;

// The room is looked up within each statement, because Postgres then goes through its events in their order, and stops where the page ends.

export function readPage(connection: PostgresConnection, life: Life, name: string, range: Range): Promise<Page> {
  const { after, limit, reader } = range;
  return connection.atOneInstant(async (sql) => {
    if (limit === 0) {
      const [epoch, { removed: _, ...state }] = await Promise.all([life.in(sql), readRoom(sql, name)]);
      return { epoch, ...state, events: [], passed: state.messageCount };
    }
    const [epoch, { removed, ...state }, messages, changes, passed] = await Promise.all([
      life.in(sql),
      readRoom(sql, name),
      readMessages(sql, name, range),
      after === undefined || range.messagesOnly ? [] : readChanges(sql, name, after, limit),
      after === undefined ? undefined : passedUpTo(sql, name, after),
    ]);
    if (reader !== undefined) await markMine(sql, name, messages, reader);
    const begins = after === undefined ? messages[0] && messages[0].ordinal! - 1 : passed;
    const events = merged(messages, await recallAll(sql, name, changes), limit);
    return { epoch, ...state, events, passed: begins ?? removed };
  });
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
      AND seq > ${after} AND (${range.messagesOnly ?? false} OR seq > (SELECT floor FROM rooms WHERE name = ${name}))
      ORDER BY seq LIMIT ${limit}`;
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

async function readChanges(sql: Sql, name: string, after: number, limit: number): Promise<AnyStoredChange[]> {
  const rows = await sql<ChangeRow>`SELECT * FROM changes WHERE room = (SELECT id FROM rooms WHERE name = ${name})
    AND seq > ${after} AND seq > (SELECT floor FROM rooms WHERE name = ${name}) ORDER BY seq LIMIT ${limit}`;
  return rows.map(changeOf);
}

/** Gives changes what their messages have now. */
async function recallAll(sql: Sql, name: string, changes: AnyStoredChange[]): Promise<AnyStoredChange[]> {
  const asked = changes.filter(forgets).map(({ target }) => target!);
  if (asked.length === 0) return changes;
  const targets = new Map((await readOnly(sql, name, asked)).map((target) => [target.seq, target]));
  return changes.map((change) => forgets(change) ? recall(change, targets.get(change.target!)) : change);
}

function merged(messages: StoredMessage[], changes: AnyStoredChange[], limit: number): StoredEvent[] {
  if (changes.length === 0) return messages;
  return [...messages, ...changes].sort((one, other) => one.seq - other.seq).slice(0, limit);
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
