/** What a commit decides by. All rooms of it are locked until it is done, so that the facts stay true. @module */

import { targetOf } from "../../event/kinds.ts";
import type { Entry } from "../../log/store.ts";
import { isSlowed } from "../slow_mode.ts";
import { Draft, type Room } from "./draft.ts";
import type { Sql } from "./link.ts";
import { unescapeNul } from "./nul_character.ts";
import { escaped, messageOf, type MessageRow, numbers, texts } from "./values.ts";

// Entries are looked up one by one (LATERAL, which OFFSET 0 keeps so), by all that their index has: else a plan that is kept may go through a whole
// room for each of a thousand.

/** Locks the rooms of a commit, and reads what it needs of them. */
export async function loadFacts(sql: Sql, entries: Entry[]): Promise<Draft> {
  const draft = new Draft();
  const byNumber = entries.filter(({ event }) => typeof targetOf(event) === "number");
  const byNonce = entries.filter(({ event }) => typeof targetOf(event) === "string");
  // Sent together. Each sees what was committed before it begins: the first one waits for the locks.
  await Promise.all([
    lockRooms(sql, draft, entries),
    loadNonces(sql, draft, entries),
    loadTargets(sql, draft, byNumber),
    loadReactions(sql, draft, byNumber),
    loadLast(sql, draft, entries.filter(isSlowed)),
    loadInvites(sql, draft, entries),
  ]);
  await Promise.all([loadTargets(sql, draft, byNonce), loadReactions(sql, draft, byNonce)]);
  return draft;
}

/** In one order, so that no two commits wait for each other. */
async function lockRooms(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  const names = [...new Set(entries.map(({ room }) => room))];
  const rooms = await sql<Room>`SELECT id, name, first, head, floor, ts, message_count AS "messageCount", removed,
    oldest_day AS "oldestDay", changes, policy FROM rooms WHERE name = ANY(${
    texts(names)
  }::text[]) ORDER BY name FOR UPDATE`;
  for (const room of rooms) draft.rooms.set(room.name, room);
}

interface NonceRow {
  room: string;
  author: string;
  nonce: string;
  seq: number;
  ts: number;
  fingerprint: Uint8Array;
}

async function loadNonces(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  const asked = entries.flatMap(({ room, event }) =>
    [event.nonce, targetOf(event)].filter((nonce) => typeof nonce === "string").map((nonce) => [room, event.id, nonce])
  );
  if (asked.length === 0) return;
  const found = await sql<NonceRow>`SELECT asked.room, asked.author, asked.nonce, n.*
    FROM unnest(${column(asked, 0)}::text[], ${column(asked, 1)}::text[], ${
    column(asked, 2)
  }::text[]) AS asked (room, author, nonce)
    JOIN rooms ON rooms.name = asked.room CROSS JOIN LATERAL (SELECT seq, ts, fingerprint FROM nonces
      WHERE room = rooms.id AND author = asked.author AND nonce = asked.nonce OFFSET 0) AS n`;
  for (const { room, author, nonce, seq, ts, fingerprint } of found) {
    draft.nonces.set(draft.key(room, unescapeNul(author), unescapeNul(nonce)), {
      seq,
      ts,
      fingerprint: () => fingerprint,
    });
  }
}

/** @param entries those with a target */
async function loadTargets(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  const asked = targetsOf(draft, entries);
  if (asked.length === 0) return;
  const found = await sql<MessageRow & { room: string }>`
    SELECT asked.room, m.seq, m.ts, author, m.name, nonce, ordinal, reply, state, text, more
    FROM unnest(${texts(asked.map(({ room }) => room))}::text[], ${numbers(asked.map(({ seq }) => seq))}::bigint[])
      AS asked (room, seq)
    JOIN rooms ON rooms.name = asked.room CROSS JOIN LATERAL (SELECT * FROM messages
      WHERE room = rooms.id AND seq = asked.seq OFFSET 0) AS m`;
  for (const row of found) draft.messages.set(draft.at(row.room, row.seq), messageOf(row));
}

async function loadReactions(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  const asked = targetsOf(draft, entries).flatMap(({ room, seq, event }) =>
    event.kind === "react" ? [{ room, seq, author: event.id, emoji: event.emoji }] : []
  );
  if (asked.length === 0) return;
  const found = await sql<{ room: string; target: number; author: string; emoji: string }>`
    SELECT asked.room, asked.target, asked.author, asked.emoji
    FROM unnest(${texts(asked.map(({ room }) => room))}::text[], ${numbers(asked.map(({ seq }) => seq))}::bigint[],
      ${escaped(asked.map(({ author }) => author))}::text[], ${escaped(asked.map(({ emoji }) => emoji))}::text[])
      AS asked (room, target, author, emoji)
    JOIN rooms ON rooms.name = asked.room CROSS JOIN LATERAL (SELECT FROM reactions
      WHERE room = rooms.id AND target = asked.target AND author = asked.author AND emoji = asked.emoji OFFSET 0) AS r`;
  for (const { room, target, author, emoji } of found) {
    draft.reacted.add(draft.reaction(room, target, unescapeNul(author), unescapeNul(emoji)));
  }
}

/** When those wrote last who may have to wait. */
async function loadLast(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const asked = entries.map(({ room, event }) => [room, event.id]);
  const found = await sql<{ room: string; author: string; ts: number }>`SELECT asked.room, asked.author, l.ts
    FROM unnest(${column(asked, 0)}::text[], ${column(asked, 1)}::text[]) AS asked (room, author)
    JOIN rooms ON rooms.name = asked.room CROSS JOIN LATERAL (SELECT ts FROM last_messages
      WHERE room = rooms.id AND author = asked.author OFFSET 0) AS l`;
  for (const { room, author, ts } of found) draft.lastMs.set(draft.key(room, unescapeNul(author)), ts);
}

async function loadInvites(sql: Sql, draft: Draft, entries: Entry[]): Promise<void> {
  const asked = entries.flatMap(({ room, condition }) =>
    condition?.invite === undefined ? [] : [[room, condition.invite]]
  );
  if (asked.length === 0) return;
  const found = await sql<{ name: string; invite: string; uses: number; untilMs: number }>`
    SELECT rooms.name, i.invite, uses, until_ms AS "untilMs"
    FROM rooms JOIN invites AS i ON i.room = rooms.id
    WHERE (rooms.name, i.invite) IN (SELECT * FROM unnest(${column(asked, 0)}::text[], ${column(asked, 1)}::text[]))
    FOR UPDATE OF i`;
  for (const { name, invite, uses, untilMs } of found) draft.invites.set(draft.key(name, invite), { uses, untilMs });
}

function targetsOf(draft: Draft, entries: Entry[]) {
  return entries.flatMap(({ room, event }) => {
    const seq = draft.targetSeq(room, event);
    return seq === undefined ? [] : [{ room, seq, event }];
  });
}

function column(rows: string[][], index: number): string {
  return escaped(rows.map((row) => row[index]!));
}
