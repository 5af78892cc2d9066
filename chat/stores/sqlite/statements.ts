/**
 * Every statement that runs while a SQLite store is served, and how an event becomes a row and a row an event. The tables are in `schema.ts`.
 *
 * @module
 */

import type { AnyStoredChange, StoredMessage } from "../../event/event.ts";
import { BOTS, CHANGES_KEPT } from "../../log/bounds.ts";
import { INVITES_PER_ROOM, REPORTS_PER_MESSAGE, REPORTS_PER_ROOM } from "../bounds.ts";
import { SECRET_NAME } from "./format_10.ts";
import { LISTING } from "./listing.ts";

/** A room's row. */
export interface RoomRow {
  /** 0 as long as it has none: a room begins with its first event. */
  id: number;
  first: number;
  head: number;
  floor: number;
  ts: number;
  messageCount: number;
  /** The changes that are kept. */
  changes: number;
  /** The last change of the room itself; 0 if there is none. */
  policy: number;
}

/** A message and where its text is. */
export interface MessageRow {
  message: StoredMessage;
  textId: number | null;
}

// Everything is read as JSON, because `node:sqlite` cuts a text at its first NUL; it is no slower than rows.

const MESSAGE =
  "json_array(m.seq, m.ts, m.author, m.name, m.nonce, m.ordinal, m.reply, m.state, m.text, t.text, t.more)";
const WITH_TEXT = "LEFT JOIN texts AS t ON t.id = m.text";
const CHANGE = "json_array(seq, ts, author, name, nonce, kind, target, body)";

const INVITE = "invite, role, uses, until_ms AS untilMs, by_id AS by";

type MessageValues = [
  seq: number,
  ts: number,
  author: string,
  name: string,
  nonce: string | null,
  ordinal: number,
  reply: number | null,
  state: string | null,
  textId: number | null,
  text: string | null,
  more: string | null,
];
type ChangeValues = [
  seq: number,
  ts: number,
  author: string,
  name: string,
  nonce: string | null,
  kind: AnyStoredChange["kind"],
  target: number | null,
  body: string | null,
];

function messageRowOf(values: MessageValues): MessageRow {
  const [seq, ts, id, name, nonce, ordinal, reply, state, textId, text, more] = values;
  const message: StoredMessage = { seq, id, name, text: text ?? "", ts, ordinal };
  if (nonce !== null) message.nonce = nonce;
  if (reply !== null) message.reply = reply;
  if (more !== null) Object.assign(message, JSON.parse(more));
  if (state !== null) Object.assign(message, JSON.parse(state));
  return { message, textId };
}

function changeOf([seq, ts, id, name, nonce, kind, target, body]: ChangeValues): AnyStoredChange {
  const change = { seq, id, name, ts, kind, ...body === null ? {} : JSON.parse(body) };
  if (nonce !== null) change.nonce = nonce;
  // One of a kind that this version does not know may have none.
  if (target !== null) change.target = target;
  return change;
}

interface Json {
  json?: unknown;
}

export function messageIn(row: Json | undefined): MessageRow | undefined {
  return row && messageRowOf(JSON.parse(row.json as string));
}

export function changeIn(row: Json | undefined): AnyStoredChange | undefined {
  return row && changeOf(JSON.parse(row.json as string));
}

export function messagesIn(row: Json | undefined): StoredMessage[] {
  return (JSON.parse(row!.json as string) as MessageValues[]).map((values) => messageRowOf(values).message);
}

export function changesIn(row: Json | undefined): AnyStoredChange[] {
  return (JSON.parse(row!.json as string) as ChangeValues[]).map(changeOf);
}

function page(rows: string, message = MESSAGE): string {
  return `SELECT json_group_array(${message}) AS json FROM messages AS m ${WITH_TEXT} WHERE m.room = ?1 AND ${rows}`;
}

const ONLY = "m.seq IN (SELECT value FROM json_each(?2))";
/** With no more of the text than `?3` bytes: a cut character at their end reads as another. As a text it would end at a NUL. */
const BEGINNING = MESSAGE.replace("t.text, t.more", "CAST(substr(CAST(t.text AS BLOB), 1, ?3) AS TEXT), NULL");

// The last one of a page is looked up first, because rows with a LIMIT would have to be copied before they can be put into an array.

/** The rows of a page: the `?3` next ones behind number `?2`. */
function next(table: string, seq: string): string {
  return `${seq} > ?2 AND ${seq} <= coalesce(
    (SELECT seq FROM ${table} WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT 1 OFFSET ?3 - 1), ${Number.MAX_SAFE_INTEGER})`;
}

/** Those before number `?2`. */
const LATEST = `m.seq < ?2 AND m.seq >= coalesce(
  (SELECT seq FROM messages WHERE room = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3 - 1), 0)`;

/** How much a room keeps: what all do, `?3` messages from day `?4` on, or less if its settings say so. `?5`: `firstDayKept` for 0 days. */
const KEEP = "min(?3, coalesce(nullif(keep_messages, 0), ?3))";
const FROM_DAY = "max(?4, coalesce(?5 - nullif(keep_days, 0), ?4))";

export const SQL = {
  room: `SELECT id, first, head, floor, ts, message_count AS messageCount, changes, policy FROM rooms WHERE name = ?`,
  // One with a secret name is hidden until an event says that it is not.
  addRoom: `INSERT INTO rooms (name, first, head, floor, ts, message_count, changes, policy, hidden)
    SELECT name, 1, 0, 0, 0, 0, 0, 0, ${SECRET_NAME} FROM (SELECT ? AS name)`,
  saveRoom:
    "UPDATE rooms SET first = ?2, head = ?3, floor = ?4, ts = ?5, message_count = ?6, changes = ?7, policy = ?8 WHERE id = ?1",

  earlier: "SELECT seq, fingerprint FROM nonces WHERE room = ? AND author = ? AND nonce = ?",
  // A row that is there already is that of an event that the file has lost.
  addNonce: "INSERT OR REPLACE INTO nonces (room, author, nonce, seq, fingerprint) VALUES (?, ?, ?, ?, ?)",
  keepFingerprint:
    "UPDATE nonces SET fingerprint = coalesce(fingerprint, ?4) WHERE room = ?1 AND author = ?2 AND nonce = ?3",

  message: `SELECT ${MESSAGE} AS json FROM messages AS m ${WITH_TEXT} WHERE m.room = ? AND m.seq = ?`,
  change: `SELECT ${CHANGE} AS json FROM changes WHERE room = ? AND seq = ?`,
  addMessage: `INSERT INTO messages (room, seq, ts, day, ordinal, author, name, nonce, reply, state, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addChange: `INSERT INTO changes (room, seq, ts, author, name, nonce, kind, target, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addRoomChange: "INSERT INTO room_changes (room, seq, event) VALUES (?, ?, ?)",
  countRoomChanges: "SELECT count(*) AS count FROM room_changes WHERE room = ?",
  oldestRoomChanges: `SELECT json_group_array(json(event)) AS json FROM
    (SELECT event FROM room_changes WHERE room = ? ORDER BY seq LIMIT ?)`,
  removeRoomChanges: "DELETE FROM room_changes WHERE room = ? AND seq <= ?",
  roomChanges: "SELECT json_group_array(json(event)) AS json FROM room_changes WHERE room = ? AND seq > ?",
  saveMessage: "UPDATE messages SET state = ?3, text = ?4 WHERE room = ?1 AND seq = ?2",

  addText: "INSERT INTO texts (room, seq, text, more) VALUES (?, ?, ?, ?)",
  // Of the same length, so that it is written over in its place.
  eraseText: `UPDATE texts SET text = zeroblob(octet_length(text)), more = zeroblob(octet_length(more)) WHERE id = ?`,
  removeText: "DELETE FROM texts WHERE id = ?",
  noteErased: "UPDATE meta SET erased = erased + ?",

  reacted: "SELECT 1 FROM reactions WHERE room = ? AND target = ? AND author = ? AND emoji = ?",
  addReaction: "INSERT INTO reactions (room, target, author, emoji) VALUES (?, ?, ?, ?)",
  removeReaction: "DELETE FROM reactions WHERE room = ? AND target = ? AND author = ? AND emoji = ?",
  mine: `SELECT json_group_array(json_array(target, emoji)) AS json FROM json_each(?3) AS asked
    CROSS JOIN reactions ON room = ?1 AND target = asked.value AND author = ?2`,
  reactors: `SELECT json_group_array(author) AS json FROM (SELECT author FROM reactions
    WHERE room = ? AND target = ? AND author > ? AND emoji = ? ORDER BY author LIMIT ?)`,

  after: page(next("messages", "m.seq")),
  before: page(LATEST),
  thread: page(`m.seq < ?2 AND m.seq IN (SELECT ?4 UNION ALL SELECT * FROM
    (SELECT seq FROM messages WHERE room = ?1 AND reply = ?4 AND seq < ?2 ORDER BY seq DESC LIMIT ?3))`),
  only: page(ONLY),
  onlyBeginnings: page(ONLY, BEGINNING),
  changesAfter: `SELECT json_group_array(${CHANGE}) AS json FROM changes WHERE room = ?1 AND ${next("changes", "seq")}`,
  passed: "SELECT ordinal FROM messages WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
  firstOrdinal: "SELECT ordinal FROM messages WHERE room = ? ORDER BY seq LIMIT 1",

  ...LISTING,

  lastMessage: "SELECT ts FROM last_messages WHERE room = ? AND author = ?",
  saveLastMessage: "INSERT OR REPLACE INTO last_messages (room, author, ts, day) VALUES (?, ?, ?, ?)",
  removeLastMessages: `DELETE FROM last_messages WHERE (room, author) IN
    (SELECT room, author FROM last_messages INDEXED BY old_last_messages WHERE day < ? LIMIT ?)`,

  allRooms: `SELECT name AS room, head, ts, message_count AS messages FROM rooms WHERE name > ? ORDER BY name LIMIT ?`,
  messagesOf: page("m.seq > ?2 AND m.seq <= ?3 AND m.author = ?4 AND m.text IS NOT NULL"),
  reactionsOf: `SELECT json_group_array(json_object('target', target, 'emoji', emoji)) AS json FROM reactions
    WHERE room = ? AND target > ? AND target <= ? AND author = ?`,
  renameMessages:
    "UPDATE messages SET name = ?5 WHERE room = ?1 AND seq > ?2 AND seq <= ?3 AND author = ?4 AND name <> ?5",
  renameChanges:
    "UPDATE changes SET name = ?5 WHERE room = ?1 AND seq > ?2 AND seq <= ?3 AND author = ?4 AND name <> ?5",
  renameRoomChanges: `UPDATE room_changes SET event = json_set(event, '$.name', ?5)
    WHERE room = ?1 AND seq > ?2 AND seq <= ?3 AND event ->> 'id' = ?4 AND event ->> 'name' <> ?5`,
  erasure: "SELECT mark FROM erasures WHERE author = ?",
  saveErasure: "INSERT OR REPLACE INTO erasures (author, mark) VALUES (?, ?)",
  addInvite: `INSERT INTO invites (room, invite, role, uses, until_ms, by_id)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM invites WHERE room = ?1) < ${INVITES_PER_ROOM}`,
  // One that is used up stays until then: whoever sends again what let him in by it is to be answered alike.
  removeOldInvites: "DELETE FROM invites WHERE room = ? AND until_ms <= ?",
  invites: `SELECT ${INVITE} FROM invites WHERE room = ? ORDER BY until_ms, invite`,
  invite: `SELECT ${INVITE} FROM invites WHERE room = ? AND invite = ?`,
  useInvite: "UPDATE invites SET uses = uses - 1 WHERE room = ? AND invite = ? AND uses > 0 AND until_ms > ?",
  removeInvitesBy: "DELETE FROM invites WHERE room = ? AND by_id = ?",
  removeInvite: "DELETE FROM invites WHERE room = ? AND invite = ?",
  // Its message may have been removed since the command looked for it.
  addReport: `INSERT OR REPLACE INTO reports (room, target, by_id, reason, ts) SELECT ?1, ?2, ?3, ?4, ?5
    WHERE ?2 >= (SELECT first FROM rooms WHERE id = ?1) AND
      (SELECT count(*) FROM reports WHERE room = ?1 AND target = ?2 AND by_id <> ?3) < ${REPORTS_PER_MESSAGE}`,
  removeReportsUpTo: "DELETE FROM reports WHERE room = ? AND target <= ?",
  removeOldReports: `DELETE FROM reports WHERE (room, target, by_id) IN
    (SELECT room, target, by_id FROM reports INDEXED BY old_reports WHERE ts < ? LIMIT ?)`,
  removeMoreReports: `DELETE FROM reports WHERE room = ?1 AND (target, by_id) IN
    (SELECT target, by_id FROM reports WHERE room = ?1 ORDER BY ts DESC LIMIT -1 OFFSET ${REPORTS_PER_ROOM})`,
  reports:
    `SELECT json_group_array(json_object('target', target, 'count', count, 'ts', ts, 'reasons', json(reasons))) AS json
    FROM (SELECT target, count(*) AS count, max(ts) AS ts, json_group_array(reason) FILTER (WHERE reason <> '') AS reasons
      FROM reports WHERE room = ?1 AND target < ?2 GROUP BY target ORDER BY target DESC LIMIT ?3)`,
  countReports: "SELECT count(DISTINCT target) AS count FROM reports WHERE room = ?",
  reportsBy: `SELECT json_group_array(json_object('target', target, 'reason', reason, 'ts', ts)) AS json
    FROM reports WHERE room = ? AND by_id = ?`,
  removeReports: "DELETE FROM reports WHERE room = ? AND target = ?",
  removeInvitesInto: "DELETE FROM invites WHERE room = ?",
  removeReportsIn: "DELETE FROM reports WHERE room = ?",
  identity: "SELECT revoked, next, operator FROM identities WHERE id = ?",
  revoke: `INSERT INTO identities (id, revoked, next) VALUES (?, 1, ?)
    ON CONFLICT (id) DO UPDATE SET revoked = 1, next = excluded.next WHERE revoked = 0`,
  addBot: `INSERT OR IGNORE INTO bots (name, secret, rooms, may, ts)
    SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM bots) < ${BOTS}`,
  bots: "SELECT name, rooms, may, ts FROM bots ORDER BY name",
  bot: "SELECT name, rooms, may, ts FROM bots WHERE secret = ?",
  secretOfBot: "SELECT secret FROM bots WHERE name = ?",
  removeBot: "DELETE FROM bots WHERE name = ?",
  makeOperator: "INSERT INTO identities (id, operator) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET operator = 1",
  offerClaim: "UPDATE meta SET claim = ?, claimed_by = NULL",
  // Somebody who did not hear of it may ask again.
  takeClaim: "UPDATE meta SET claimed_by = ?1 WHERE claim = ?2 AND coalesce(claimed_by, ?1) = ?1",
  removeReportsBy: "DELETE FROM reports WHERE room = ? AND by_id = ?",

  lastRoom: "SELECT coalesce(max(id), 0) AS id FROM rooms",
  // LEFT JOIN, so that SQLite goes through the rooms and looks up one message of each. Otherwise it goes through all messages.
  due: `SELECT rooms.id, first, head, floor, rooms.ts, message_count AS messageCount, changes, policy,
      ${KEEP} AS keep, ${FROM_DAY} AS fromDay
    FROM rooms LEFT JOIN messages ON room = rooms.id AND seq = first
    WHERE rooms.id > ?1 AND rooms.id <= ?2 AND (changes > ${CHANGES_KEPT} OR
      first <= head AND (coalesce(ordinal, 0) <= message_count - ${KEEP} OR coalesce(day, 0) < ${FROM_DAY}))`,
  oldestMessages: "SELECT seq, ordinal, day FROM messages WHERE room = ? ORDER BY seq LIMIT ?",
  oldestChanges: "SELECT seq FROM changes WHERE room = ? ORDER BY seq LIMIT ?",
  firstMessage: "SELECT seq FROM messages WHERE room = ? ORDER BY seq LIMIT 1",
  removeMessageNonces: `DELETE FROM nonces WHERE (room, author, nonce) IN
    (SELECT room, author, nonce FROM messages WHERE room = ?1 AND seq <= ?2 AND nonce IS NOT NULL)`,
  removeChangeNonces: `DELETE FROM nonces WHERE (room, author, nonce) IN
    (SELECT room, author, nonce FROM changes WHERE room = ?1 AND seq <= ?2 AND nonce IS NOT NULL)`,
  textsOf: "SELECT text FROM messages WHERE room = ? AND seq <= ? AND text IS NOT NULL",
  removeMessages: "DELETE FROM messages WHERE room = ? AND seq <= ?",
  removeChanges: "DELETE FROM changes WHERE room = ? AND seq <= ?",

  addLeftover: "INSERT OR IGNORE INTO leftovers (room, target) VALUES (?, ?)",
  addLeftovers: `INSERT OR IGNORE INTO leftovers (room, target)
    SELECT room, seq FROM messages WHERE room = ? AND seq <= ? AND json_extract(state, '$.reactions') IS NOT NULL`,
  leftover: "SELECT room, target FROM leftovers LIMIT 1",
  removeReactions: `DELETE FROM reactions WHERE room = ?1 AND target = ?2 AND author <=
    (SELECT max(author) FROM (SELECT author FROM reactions WHERE room = ?1 AND target = ?2 ORDER BY author LIMIT ?3))`,
  removeLeftover: "DELETE FROM leftovers WHERE room = ? AND target = ?",

  textLog: "SELECT erased, cleaned, (SELECT max(id) FROM texts) AS last FROM meta",
  liveTexts: "SELECT id, room, seq FROM texts WHERE id > ? AND id <= ? AND typeof(text) = 'text' ORDER BY id LIMIT ?",
  copyText: "INSERT INTO texts (room, seq, text, more) SELECT room, seq, text, more FROM texts WHERE id = ?",
  pointToText: "UPDATE messages SET text = ?3 WHERE room = ?1 AND seq = ?2",
  saveTextLog: "UPDATE meta SET erased = ?, cleaned = ?",
  cleanedTexts: `SELECT id, octet_length(text) + coalesce(octet_length(more), 0) AS bytes
    FROM texts WHERE id <= ? ORDER BY id DESC LIMIT ?`,
  removeTexts: "DELETE FROM texts WHERE id <= ?",

  bytes: "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  usedBytes: `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
  countCommit: "UPDATE meta SET commits = commits + 1 RETURNING commits",
  readTime: "SELECT time FROM meta",
  writeTime: "UPDATE meta SET time = ?",
};
