/** Writes what a commit has decided: one statement for each table, whatever the number of events. @module */

import type { Clock } from "../../base/clock.ts";
import { bodyOf, contentOfMessage, stateOf } from "../fields.ts";
import type { Draft, Room } from "./draft.ts";
import type { Sql } from "./link.ts";
import { writeLists } from "./lists.ts";
import { writeRoomChanges } from "./room_changes.ts";
import { byteses, escaped, numbers, texts } from "./values.ts";

/** @returns the rooms that have grown. The statements may be unanswered by then: see `inTransaction` */
export async function write(sql: Sql, draft: Draft, clock: Clock): Promise<Room[]> {
  // A changed row is a new one to Postgres, so only those are written that have an event more.
  const rooms = [...draft.grown];
  await addRooms(sql, rooms.filter(({ id }) => id === 0));
  saveRooms(sql, rooms);
  // A turn later Postgres has been asked, and works on it while the rest is made here, fingerprints above all.
  await new Promise<void>((next) => clock.soon(next));
  addMessages(sql, draft);
  saveMessages(sql, draft);
  addChanges(sql, draft);
  addNonces(sql, draft);
  writeReactions(sql, draft);
  saveLast(sql, draft);
  saveInvites(sql, draft);
  writeLists(sql, draft.lists);
  await writeRoomChanges(sql, draft.roomChanges);
  return rooms;
}

/** Gives rooms their rows. One with a secret name is hidden until an event says that it is not; `wire/names.ts` has the pattern. */
async function addRooms(sql: Sql, rooms: Room[]): Promise<void> {
  if (rooms.length === 0) return;
  rooms.sort((one, other) => one.name < other.name ? -1 : 1);
  const added = await sql<{ id: number; name: string }>`
    INSERT INTO rooms (name, first, head, floor, ts, message_count, removed, oldest_day, changes, policy, hidden)
    SELECT name, 1, 0, 0, 0, 0, 0, 0, 0, 0, (name ~ '^[pd]-[a-z2-7]{26}$')::integer
      FROM unnest(${texts(rooms.map(({ name }) => name))}::text[]) AS name
    RETURNING id, name`;
  const ids = new Map(added.map(({ id, name }) => [name, id]));
  for (const room of rooms) room.id = ids.get(room.name)!;
}

function saveRooms(sql: Sql, rooms: Room[]): void {
  if (rooms.length === 0) return;
  const column = (field: Exclude<keyof Room, "name">) => numbers(rooms.map((room) => room[field]));
  sql`UPDATE rooms SET first = r.first, head = r.head, ts = r.ts, message_count = r.message_count, removed = r.removed,
      oldest_day = r.oldest_day, changes = r.changes, policy = r.policy
    FROM unnest(${column("id")}::bigint[], ${column("first")}::bigint[], ${column("head")}::bigint[], ${
    column("ts")
  }::bigint[],
      ${column("messageCount")}::bigint[], ${column("removed")}::bigint[], ${column("oldestDay")}::integer[],
      ${column("changes")}::integer[], ${column("policy")}::bigint[])
      AS r (id, first, head, ts, message_count, removed, oldest_day, changes, policy)
    WHERE rooms.id = r.id`;
}

function addMessages(sql: Sql, { addedMessages, messages }: Draft): void {
  if (addedMessages.size === 0) return;
  const rows = Array.from(
    addedMessages,
    ([key, { room, day }]) => ({ room: room.id, day, message: messages.get(key)! }),
  );
  const column = <T>(value: (row: typeof rows[number]) => T) => rows.map(value);
  const contents = column(({ message }) => contentOfMessage(message));
  sql`INSERT INTO messages (room, seq, ts, day, ordinal, reply, author, name, nonce, state, text, more)
    SELECT room, seq, ts, day, ordinal, reply, author, name, nonce, state::json, text, more::json
    FROM unnest(${numbers(column(({ room }) => room))}::bigint[], ${
    numbers(column(({ message }) => message.seq))
  }::bigint[],
      ${numbers(column(({ message }) => message.ts))}::bigint[], ${numbers(column(({ day }) => day))}::integer[],
      ${numbers(column(({ message }) => message.ordinal!))}::bigint[],
      ${numbers(column(({ message }) => message.reply ?? null))}::bigint[],
      ${escaped(column(({ message }) => message.id))}::text[], ${
    escaped(column(({ message }) => message.name))
  }::text[],
      ${escaped(column(({ message }) => message.nonce))}::text[], ${
    texts(column(({ message }) => stateOf(message)))
  }::text[],
      ${escaped(rows.map(({ message }, index) => message.deleted ? null : contents[index]!.text))}::text[],
      ${texts(contents.map(({ more }) => more))}::text[])
      AS m (room, seq, ts, day, ordinal, reply, author, name, nonce, state, text, more)`;
}

/** Of a message that is deleted nothing stays that its author wrote. */
function saveMessages(sql: Sql, { changedMessages, messages }: Draft): void {
  if (changedMessages.size === 0) return;
  const rows = Array.from(changedMessages, ([key, { room }]) => ({ room: room.id, message: messages.get(key)! }));
  const contents = rows.map(({ message }) => contentOfMessage(message));
  sql`UPDATE messages AS m SET state = r.state::json, text = r.text, more = r.more::json
    FROM unnest(${numbers(rows.map(({ room }) => room))}::bigint[], ${
    numbers(rows.map(({ message }) => message.seq))
  }::bigint[],
      ${texts(rows.map(({ message }) => stateOf(message)))}::text[],
      ${escaped(rows.map(({ message }, index) => message.deleted ? null : contents[index]!.text))}::text[],
      ${texts(contents.map(({ more }) => more))}::text[])
      AS r (room, seq, state, text, more)
    WHERE m.room = r.room AND m.seq = r.seq`;
}

function addChanges(sql: Sql, { changes }: Draft): void {
  if (changes.length === 0) return;
  sql`INSERT INTO changes (room, seq, ts, target, author, name, nonce, kind, body)
    SELECT room, seq, ts, target, author, name, nonce, kind, body::json
    FROM unnest(${numbers(changes.map(({ room }) => room.id))}::bigint[],
      ${numbers(changes.map(({ change }) => change.seq))}::bigint[], ${
    numbers(changes.map(({ change }) => change.ts))
  }::bigint[],
      ${numbers(changes.map(({ change }) => change.target ?? null))}::bigint[],
      ${escaped(changes.map(({ change }) => change.id))}::text[], ${
    escaped(changes.map(({ change }) => change.name))
  }::text[],
      ${escaped(changes.map(({ change }) => change.nonce))}::text[], ${
    texts(changes.map(({ change }) => change.kind))
  }::text[],
      ${texts(changes.map(({ change }) => bodyOf(change)))}::text[])
      AS c (room, seq, ts, target, author, name, nonce, kind, body)`;
}

function addNonces(sql: Sql, { addedNonces }: Draft): void {
  if (addedNonces.length === 0) return;
  sql`INSERT INTO nonces (room, author, nonce, seq, ts, fingerprint)
    SELECT * FROM unnest(${numbers(addedNonces.map(({ room }) => room.id))}::bigint[],
      ${escaped(addedNonces.map(({ author }) => author))}::text[], ${
    escaped(addedNonces.map(({ nonce }) => nonce))
  }::text[],
      ${numbers(addedNonces.map(({ seq }) => seq))}::bigint[], ${numbers(addedNonces.map(({ ts }) => ts))}::bigint[],
      ${byteses(addedNonces.map(({ fingerprint }) => fingerprint()))}::bytea[])`;
}

function writeReactions(sql: Sql, { reactions, unreacted }: Draft): void {
  const [on, off] = [true, false].map((wanted) => [...reactions.values()].filter(({ on }) => on === wanted));
  const columns = (some: typeof on & object) =>
    [
      numbers(some.map(({ room }) => room.id)),
      numbers(some.map(({ target }) => target)),
      escaped(some.map(({ author }) => author)),
      escaped(some.map(({ emoji }) => emoji)),
    ] as const;
  if (on!.length > 0) {
    const [rooms, targets, authors, emoji] = columns(on!);
    sql`INSERT INTO reactions (room, target, author, emoji) SELECT * FROM
      unnest(${rooms}::bigint[], ${targets}::bigint[], ${authors}::text[], ${emoji}::text[]) ON CONFLICT DO NOTHING`;
  }
  if (off!.length > 0) {
    const [rooms, targets, authors, emoji] = columns(off!);
    sql`DELETE FROM reactions WHERE ctid = ANY(ARRAY(
      SELECT r.ctid FROM unnest(${rooms}::bigint[], ${targets}::bigint[], ${authors}::text[], ${emoji}::text[])
        AS gone (room, target, author, emoji)
      CROSS JOIN LATERAL (SELECT ctid FROM reactions
        WHERE room = gone.room AND target = gone.target AND author = gone.author AND emoji = gone.emoji OFFSET 0) AS r))`;
  }
  if (unreacted.length === 0) return;
  sql`DELETE FROM reactions AS r USING unnest(${numbers(unreacted.map(({ room }) => room.id))}::bigint[],
      ${numbers(unreacted.map(({ target }) => target))}::bigint[]) AS gone (room, target)
    WHERE r.room = gone.room AND r.target = gone.target`;
}

function saveLast(sql: Sql, { lastMessages }: Draft): void {
  const rows = [...lastMessages.values()];
  if (rows.length === 0) return;
  sql`INSERT INTO last_messages (room, author, ts, day)
    SELECT * FROM unnest(${numbers(rows.map(({ room }) => room.id))}::bigint[], ${
    escaped(rows.map(({ author }) => author))
  }::text[],
      ${numbers(rows.map(({ ts }) => ts))}::bigint[], ${numbers(rows.map(({ day }) => day))}::integer[])
    ON CONFLICT (room, author) DO UPDATE SET ts = excluded.ts, day = excluded.day`;
}

function saveInvites(sql: Sql, { usedInvites }: Draft): void {
  const rows = [...usedInvites.values()];
  if (rows.length === 0) return;
  sql`UPDATE invites AS i SET uses = used.uses
    FROM unnest(${numbers(rows.map(({ room }) => room.id))}::bigint[], ${
    texts(rows.map(({ invite }) => invite))
  }::text[],
      ${numbers(rows.map(({ uses }) => uses))}::integer[]) AS used (room, invite, uses)
    WHERE i.room = used.room AND i.invite = used.invite`;
}
