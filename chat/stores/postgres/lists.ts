/** Keeps what the changes of rooms say by now, for listing them: in the same transaction as each change. @module */

import { fold } from "../../base/fold.ts";
import type { StoredRoomChange } from "../../event/event.ts";
import { hiding, placesIn } from "../places.ts";
import type { ListStep, Room } from "./draft.ts";
import type { Sql } from "./link.ts";
import { escapeNul } from "./nul_character.ts";
import { escaped, numbers } from "./values.ts";

/** Sends the statements in their order, and waits for none. */
export function writeLists(sql: Sql, steps: ListStep[]): void {
  for (const step of steps) {
    if ("takes" in step) takePlaces(sql, step.takes);
    else if ("begins" in step) endWaiting(sql, step.room);
    else noteChange(sql, step.room, step.change, step.isUnused);
  }
}

/** Those have written there, so that the place is their own by now. */
function takePlaces(sql: Sql, takes: { room: Room; member: string }[]): void {
  sql`UPDATE places AS p SET given = false
    FROM unnest(${escaped(takes.map(({ member }) => member))}::text[], ${
    numbers(takes.map(({ room }) => room.id))
  }::bigint[])
      AS wrote (member, room)
    WHERE p.member = wrote.member AND p.room = wrote.room AND p.given`;
}

/** The two of a room are told of it once it has a message. */
function endWaiting(sql: Sql, { id }: Room): void {
  sql`UPDATE places SET role = 'member' WHERE room = ${id} AND role = 'waiting'`;
}

function noteChange(sql: Sql, { id: room }: Room, change: StoredRoomChange, isUnused: boolean): void {
  const set = change.kind === "settings" ? change.set : {};
  const title = set.title === undefined ? null : escapeNul(set.title);
  const folded = set.title === undefined ? null : escapeNul(fold(set.title));
  const topic = set.topic === undefined ? null : escapeNul(set.topic);
  const [one, other] = change.kind === "settings" && change.between?.map(escapeNul) || [];
  const { kept, bits } = hiding(set);
  sql`INSERT INTO about_rooms AS a (room, title, folded_title, topic, hidden, members, one, other)
    VALUES (${room}, coalesce(${title}, ''), coalesce(${folded}, ''), coalesce(${topic}, ''), ${bits}, 0, ${
    one ?? null
  }, ${other ?? null})
    ON CONFLICT (room) DO UPDATE SET title = coalesce(${title}, a.title), folded_title = coalesce(${folded}, a.folded_title),
      topic = coalesce(${topic}, a.topic), hidden = a.hidden & ${kept} | ${bits}`;
  if (change.kind === "settings") {
    sql`UPDATE rooms SET hidden = a.hidden, keep_messages = coalesce(${set.keepMessages ?? null}, keep_messages),
      keep_days = coalesce(${
      set.keepDays ?? null
    }, keep_days) FROM about_rooms AS a WHERE id = ${room} AND a.room = ${room}`;
  }
  setPlaces(sql, room, change);
  if (isUnused) {
    sql`UPDATE places SET role = 'waiting' WHERE room = ${room} AND role <> 'banned' AND
      (SELECT one FROM about_rooms WHERE room = ${room}) IS NOT NULL`;
  }
  if (set.erased) forgetRoom(sql, room);
  sql`UPDATE about_rooms SET members = (SELECT count(*) FROM places WHERE room = ${room} AND role <> 'banned') WHERE room = ${room}`;
}

function setPlaces(sql: Sql, room: number, change: StoredRoomChange): void {
  for (const { member, role, untilMs } of placesIn(change)) {
    const who = escapeNul(member);
    const endsMs = role === "banned" ? untilMs ?? null : null;
    if (role === "guest") sql`DELETE FROM places WHERE member = ${who} AND room = ${room}`;
    else {
      // What somebody has taken for its own is not given to it by the next change of its role.
      sql`INSERT INTO places AS p (member, room, role, until_ms, given)
        VALUES (${who}, ${room}, ${role}, ${endsMs}, ${member !== change.id})
        ON CONFLICT (member, room) DO UPDATE SET role = excluded.role, until_ms = excluded.until_ms, given = p.given AND excluded.given`;
    }
  }
}

/** What goes with a room that is erased, besides its messages. */
function forgetRoom(sql: Sql, room: number): void {
  sql`DELETE FROM places WHERE room = ${room} AND role <> 'banned'`;
  sql`DELETE FROM invites WHERE room = ${room}`;
  sql`DELETE FROM reports WHERE room = ${room}`;
}
