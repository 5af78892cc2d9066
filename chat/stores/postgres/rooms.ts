/** The rows of rooms, and how rooms are listed. @module */

import { fold } from "../../base/fold.ts";
import type { Role } from "../../event/event.ts";
import type { DirectoryRange, DirectoryRoom, ListedRoom } from "../../log/directory.ts";
import type { Sql } from "./link.ts";
import { LISTING } from "./listing.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";

/** Keeps others from writing to a room until the transaction ends. @returns its row's number; 0 if it has none */
export async function lockRoom(sql: Sql, room: string): Promise<number> {
  const [row] = await sql<{ id: number }>`SELECT id FROM rooms WHERE name = ${room} FOR UPDATE`;
  return row?.id ?? 0;
}

/** Where a list of rooms begins. */
const NEWEST = { room: "", ts: Number.MAX_SAFE_INTEGER };
const NOBODY = { id: "", now: 0 };

interface ToldRow extends ListedRoom {
  title: string | null;
  topic: string | null;
  members: number | null;
  role: Role | null;
  otherId: string | null;
  otherName: string | null;
}

export async function listRooms(sql: Sql, range: DirectoryRange): Promise<DirectoryRoom[]> {
  return (await findRows(sql, range)).map(roomOf);
}

function findRows(sql: Sql, range: DirectoryRange): Promise<ToldRow[]> {
  const { query, after = NEWEST, limit, reader: { id, now } = NOBODY, mine, only } = range;
  const text = escapeNul(fold(query ?? ""));
  const values = [escapeNul(id), after.ts, only ?? after.room, limit, now, text];
  if (only !== undefined) return fill(sql, LISTING.myRoom, values);
  if (mine) return fill(sql, LISTING.myRooms, values);
  return fill(sql, query === undefined ? LISTING.rooms : LISTING.roomsWith, values);
}

/** Sends a statement with values in the places of `$1`, `$2`…, each as often as it stands there. */
function fill(sql: Sql, statement: string, values: (string | number)[]): Promise<ToldRow[]> {
  const parts = statement.split(/\$(\d)/);
  const strings = parts.filter((_, index) => index % 2 === 0);
  const places = parts.filter((_, index) => index % 2 === 1);
  return sql<ToldRow>(Object.assign(strings, { raw: strings }), ...places.map((place) => values[Number(place) - 1]!));
}

function roomOf({ room, head, ts, title, topic, members, role, otherId, otherName }: ToldRow): DirectoryRoom {
  return {
    room,
    head,
    ts,
    ...title && { title: unescapeNul(title) },
    ...topic && { topic: unescapeNul(topic) },
    ...members && { places: members },
    ...role !== null && role !== "banned" && { mine: true },
    ...otherId !== null &&
      { with: { id: unescapeNul(otherId), ...otherName !== null && { name: unescapeNul(otherName) } } },
  };
}
