/**
 * Every statement that runs while a SQLite file is served, and how a message becomes a row and a row a message.
 *
 * @module
 */

import type { NewMessage, StoredMessage } from "../../event/event.ts";

// The form of a message: its columns, and the two functions from a message to a row and back. The tables are in `schema.ts`.

const COLUMNS = "seq, ts, author, name, text, nonce";
const PLACES = COLUMNS.replaceAll(/\w+/g, "?");
type Row = [seq: number, ts: number, author: string, name: string, text: string, nonce: string | null];

export function rowOf(seq: number, ts: number, { id, name, text, nonce }: NewMessage): Row {
  return [seq, ts, id, name, text, nonce ?? null];
}

function messageOf([seq, ts, id, name, text, nonce]: Row): StoredMessage {
  const message = { seq, id, name, text, ts, ordinal: seq };
  return nonce === null ? message : { ...message, nonce };
}

// JSON, because `node:sqlite` cuts a text at its first NUL; it is no slower than rows.
const PAGE =
  `SELECT json_group_array(json_array(${COLUMNS}) ORDER BY seq) AS page FROM (SELECT ${COLUMNS} FROM messages`;

export function messagesOf({ page }: { page?: unknown }): StoredMessage[] {
  return (JSON.parse(page as string) as Row[]).map(messageOf);
}

export interface RoomRow {
  id: number;
  first: number;
  head: number;
  ts: number;
}

export const SQL = {
  room: "SELECT id, first, head, ts FROM rooms WHERE name = ?",
  addRoom: "INSERT INTO rooms (name, first, head, ts) VALUES (?, 1, 0, 0)",
  insert: `INSERT INTO messages (room, ${COLUMNS}, fingerprint, day) VALUES (?, ${PLACES}, ?, ?)
    ON CONFLICT (room, author, nonce) WHERE nonce IS NOT NULL DO NOTHING`,
  earlier: `SELECT seq, ts, CASE WHEN fingerprint IS NULL THEN text = ?5 ELSE fingerprint = ?4 END AS same
    FROM messages WHERE room = ?1 AND author = ?2 AND nonce = ?3`,
  usedBytes: `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  advance: "UPDATE rooms SET head = ?, ts = ? WHERE id = ?",
  count: "UPDATE meta SET commits = commits + 1 RETURNING commits",
  after: `${PAGE} WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3)`,
  before: `${PAGE} WHERE room = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3)`,
  lastRoom: "SELECT coalesce(max(id), 0) AS id FROM rooms",
  // LEFT JOIN, so that SQLite goes through the rooms and looks up one message of each. Otherwise it goes through all messages.
  due: `SELECT rooms.id, first, head FROM rooms LEFT JOIN messages ON room = rooms.id AND seq = first
    WHERE rooms.id > ?1 AND rooms.id <= ?2 AND first <= head AND (head - first >= ?3 OR coalesce(day, 0) < ?4)`,
  // The oldest ones, up to the first that stays.
  expired: `SELECT coalesce(min(seq) FILTER (WHERE seq > ?3 AND day >= ?4) - 1, max(seq), 0) AS seq
    FROM (SELECT seq, day FROM messages WHERE room = ?1 ORDER BY seq LIMIT ?2)`,
  remove: "DELETE FROM messages WHERE room = ? AND seq <= ?",
  raiseFirst:
    `UPDATE rooms SET first = coalesce((SELECT min(seq) FROM messages WHERE room = ?1), head + 1) WHERE id = ?1`,
  readTime: "SELECT time FROM meta",
  writeTime: "UPDATE meta SET time = ?",
};
