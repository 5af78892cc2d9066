/**
 * The statements that list rooms, by their newest events. Rooms that a reader may not be told of are left out by an index or a primary key, so that they
 * cost no time either. Parameters: the position behind which to begin (`?1`, `?2`), how many (`?3`), the reader and the time (`?4`, `?5`), what is
 * looked for (`?6`).
 *
 * @module
 */

import { GIVEN_SEARCHED, NAMES_SEARCHED, PLACES_SEARCHED, ROOMS_FOUND, ROOMS_SEARCHED } from "../bounds.ts";

/** The rooms behind the one named `?2` when its newest event was of `?1`. */
const BEHIND = "(ts, rooms.id) < (?1, coalesce((SELECT id FROM rooms WHERE name = ?2), 0))";

/** Those that are listed for everybody, which is what the index has. */
const PUBLIC = "rooms INDEXED BY listed_rooms WHERE first <= head AND hidden = 0";

/** The name of `?4`'s partner in a room of two, if it is one of the last ones who wrote there. */
const NAME_OF_OTHER = `(SELECT name FROM
    (SELECT author, name FROM messages WHERE room = rooms.id AND one IS NOT NULL ORDER BY seq DESC LIMIT ${NAMES_SEARCHED})
  WHERE author = iif(one = ?4, other, one) LIMIT 1)`;

const TOLD = `rooms.name AS room, head, ts, title, topic, members, role, iif(one = ?4, other, one) AS otherId,
  ${NAME_OF_OTHER} AS otherName`;

/** What is known of a room, and what the reader is in it. */
const KNOWN = `LEFT JOIN about_rooms AS about ON about.room = rooms.id
  LEFT JOIN places ON places.member = ?4 AND places.room = rooms.id`;

const IS_BANNED = "coalesce(role = 'banned' AND coalesce(until_ms > ?5, 1), 0)";
const NEWEST_FIRST = "ORDER BY ts DESC, rooms.id DESC LIMIT ?3";

// CROSS JOIN, so that SQLite goes through those that were found. Otherwise it may go through all rooms.

/**
 * Somebody is told of such a room as one of its own. The two whose room has no message yet wait: it has nothing to show; and strangers could otherwise
 * begin so many with somebody, without a word, that among those that are looked at is none of its own.
 */
const HAS_PLACE = "role NOT IN ('banned', 'waiting')";

function placed(given: 0 | 1, most: number): string {
  return `SELECT * FROM (SELECT room FROM places WHERE member = ?4 AND given = ${given} AND ${HAS_PLACE}
    ORDER BY room DESC LIMIT ${most})`;
}

/** The rooms in which the reader has a place: as many as are looked at. */
const MINE = `(${placed(0, PLACES_SEARCHED)} UNION ALL ${placed(1, GIVEN_SEARCHED)}) AS had
  CROSS JOIN rooms ON rooms.id = had.room ${KNOWN}`;

const HAS_TEXT = "(instr(name, ?6) > 0 OR instr(coalesce(folded_title, ''), ?6) > 0)";

/** The text behind all those that begin with `?6`. */
const PAST = "?6 || char(1114111)";

function told(found: string): string {
  return `SELECT ${TOLD} FROM (${found}) AS found CROSS JOIN rooms ON rooms.id = found.id ${KNOWN}
    WHERE (first <= head OR role <> 'banned') AND NOT ${IS_BANNED} AND ${BEHIND} ${NEWEST_FIRST}`;
}

export const LISTING = {
  rooms: told(`SELECT * FROM (SELECT rooms.id FROM ${PUBLIC} AND ${BEHIND} AND NOT EXISTS
      (SELECT 1 FROM places WHERE member = ?4 AND room = rooms.id AND ${IS_BANNED}) ${NEWEST_FIRST})
    UNION SELECT * FROM (SELECT rooms.id FROM ${MINE} WHERE ${BEHIND} ${NEWEST_FIRST})`),
  roomsWith: told(`SELECT id FROM (SELECT id, name, folded_title FROM (SELECT id, name FROM ${PUBLIC} AND
        ts <= ${Number.MAX_SAFE_INTEGER} ORDER BY ts DESC LIMIT ${ROOMS_SEARCHED}) AS newest
        LEFT JOIN about_rooms ON room = id) WHERE ${HAS_TEXT}
    UNION SELECT * FROM (SELECT id FROM rooms INDEXED BY listed_names WHERE hidden = 0 AND name >= ?6 AND name < ${PAST}
      LIMIT ${ROOMS_FOUND})
    UNION SELECT * FROM (SELECT room FROM about_rooms INDEXED BY listed_titles WHERE hidden = 0 AND folded_title <> '' AND
      folded_title >= ?6 AND folded_title < ${PAST} LIMIT ${ROOMS_FOUND})
    UNION SELECT rooms.id FROM ${MINE} WHERE ${HAS_TEXT}`),
  myRooms: `SELECT ${TOLD} FROM ${MINE} WHERE (?6 = '' OR ${HAS_TEXT}) AND ${BEHIND} ${NEWEST_FIRST}`,
  myRoom: `SELECT ${TOLD} FROM rooms ${KNOWN} WHERE rooms.name = ?1 AND ${HAS_PLACE}`,

  describeRoom: `INSERT INTO about_rooms (room, title, folded_title, topic, hidden, members, one, other)
    VALUES (?1, coalesce(?2, ''), coalesce(?3, ''), coalesce(?4, ''), ?5, 0, ?6, ?7)
    ON CONFLICT (room) DO UPDATE SET title = coalesce(?2, title), folded_title = coalesce(?3, folded_title),
      topic = coalesce(?4, topic), hidden = hidden & ?8 | ?5`,
  hideRoom: "UPDATE rooms SET hidden = about_rooms.hidden FROM about_rooms WHERE id = ?1 AND room = ?1",
  keepInRoom: `UPDATE rooms SET keep_messages = coalesce(?2, keep_messages), keep_days = coalesce(?3, keep_days)
    WHERE id = ?1`,
  // What somebody has taken for its own is not given to it by the next change of its role.
  setPlace: `INSERT INTO places (member, room, role, until_ms, given) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (member, room) DO UPDATE SET role = ?3, until_ms = ?4, given = min(given, ?5)`,
  takePlace: "UPDATE places SET given = 0 WHERE member = ? AND room = ? AND given = 1",
  beginWaiting: `UPDATE places SET role = 'waiting' WHERE room = ?1 AND role <> 'banned' AND
    (SELECT one FROM about_rooms WHERE room = ?1) IS NOT NULL`,
  endWaiting: "UPDATE places SET role = 'member' WHERE room = ? AND role <> 'banned' AND role = 'waiting'",
  removePlaces: "DELETE FROM places WHERE room = ? AND role <> 'banned'",
  removePlace: "DELETE FROM places WHERE member = ? AND room = ?",
  countMembers:
    "UPDATE about_rooms SET members = (SELECT count(*) FROM places WHERE room = ?1 AND role <> 'banned') WHERE room = ?1",
};
