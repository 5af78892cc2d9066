/** What one person has left, found and renamed in small parts; and the notes of those who were erased. @module */

import type { People, RoomSummary, Traces } from "../../log/people.ts";
import { TRACED_EVENTS } from "../bounds.ts";
import type { Sql } from "./link.ts";
import { escapeNul } from "./nul_character.ts";
import { lockRoom } from "./rooms.ts";
import type { Runs } from "./runs.ts";
import { messageOf, type MessageRow } from "./values.ts";

/** The tables that have names, or words of people. */
const NAMED = ["messages", "changes", "room_changes", "reports"];

export function peopleOf({ read, write, alone }: Runs): People {
  return {
    allRooms: (after, limit) =>
      read("list its rooms", async (sql) => [
        ...await sql<RoomSummary>`SELECT name AS room, head, ts, message_count AS messages FROM rooms
          WHERE name > ${after} ORDER BY name LIMIT ${limit}`,
      ]),
    tracesIn: (room, id, after) => read("look for somebody", (sql) => tracesIn(sql, room, id, after)),
    rename: (room, id, after, name) => write("replace a name", (sql) => rename(sql, room, id, after, name)),
    isErased: (id, mark) =>
      read("look for somebody", async (sql) => {
        const [row] = await sql<{ mark: string }>`SELECT mark FROM erasures WHERE author = ${escapeNul(id)}`;
        return row?.mark === mark;
      }),
    // What is noted here goes with the database, and no note apart from it is read: see docs/storage.md.
    begin: () => Promise.resolve(),
    end: (id, mark) =>
      write("note an erasure", async (sql) => {
        await sql`INSERT INTO erasures (author, mark) VALUES (${escapeNul(id)}, ${mark})
          ON CONFLICT (author) DO UPDATE SET mark = excluded.mark`;
      }),
    rewrite: () =>
      alone("write it anew", async (sql) => {
        for (const table of NAMED) await sql.script(`VACUUM (FULL) ${table}`);
      }),
  };
}

async function tracesIn(sql: Sql, name: string, id: string, after: number): Promise<Traces> {
  const author = escapeNul(id);
  const to = after + TRACED_EVENTS;
  const [room] = await sql<{ id: number; head: number }>`SELECT id, head FROM rooms WHERE name = ${name}`;
  if (room === undefined) return { messages: [], reactions: [] };
  const messages = await sql<
    MessageRow
  >`SELECT seq, ts, author, name, nonce, ordinal, reply, state, text, more FROM messages
    WHERE room = ${room.id} AND seq > ${after} AND seq <= ${to} AND author = ${author} AND text IS NOT NULL ORDER BY seq`;
  const reactions = await sql<Traces["reactions"][number]>`SELECT target, emoji FROM reactions
    WHERE room = ${room.id} AND target > ${after} AND target <= ${to} AND author = ${author} ORDER BY target, emoji`;
  return { messages: messages.map(messageOf), reactions: [...reactions], ...to < room.head ? { next: to } : {} };
}

async function rename(sql: Sql, name: string, id: string, after: number, to: string): Promise<void> {
  const [author, called, last] = [escapeNul(id), escapeNul(to), after + TRACED_EVENTS];
  const room = await lockRoom(sql, name);
  await sql`UPDATE messages SET name = ${called}
    WHERE room = ${room} AND seq > ${after} AND seq <= ${last} AND author = ${author} AND name <> ${called}`;
  await sql`UPDATE changes SET name = ${called}
    WHERE room = ${room} AND seq > ${after} AND seq <= ${last} AND author = ${author} AND name <> ${called}`;
  await sql`UPDATE room_changes SET event = jsonb_set(event::jsonb, '{name}', to_jsonb(${called}::text))::json
    WHERE room = ${room} AND seq > ${after} AND seq <= ${last} AND event ->> 'id' = ${author} AND event ->> 'name' <> ${called}`;
  if (after > 0) return;
  await sql`DELETE FROM invites WHERE room = ${room} AND by_id = ${author}`;
  await sql`DELETE FROM reports WHERE room = ${room} AND by_id = ${author}`;
}
