/** The rows of rooms, and how rooms are listed. @module */

import { fold } from "../../base/fold.ts";
import type { DirectoryRange, DirectoryRoom } from "../../log/directory.ts";
import { NEWEST, NOBODY, roomOf, type ToldRow } from "../listed_room.ts";
import type { Sql } from "./link.ts";
import { LISTING } from "./listing.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";

/** Keeps others from writing to a room until the transaction ends. @returns its row's number; 0 if it has none */
export async function lockRoom(sql: Sql, room: string): Promise<number> {
  const [row] = await sql<{ id: number }>`SELECT id FROM rooms WHERE name = ${room} FOR UPDATE`;
  return row?.id ?? 0;
}

export async function listRooms(sql: Sql, range: DirectoryRange): Promise<DirectoryRoom[]> {
  return (await findRows(sql, range)).map((row) => roomOf(unescaped(row)));
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

function unescaped({ title, topic, otherId, otherName, ...row }: ToldRow): ToldRow {
  const plain = (text: string | null) => text === null ? null : unescapeNul(text);
  return { ...row, title: plain(title), topic: plain(topic), otherId: plain(otherId), otherName: plain(otherName) };
}
