/**
 * The statements that list rooms, by their newest events. Values: the reader (`$1`), the position behind which to begin (`$2`, `$3`), how many (`$4`),
 * the time (`$5`), what is looked for (`$6`).
 *
 * @module
 */

import { GIVEN_SEARCHED, NAMES_SEARCHED, PLACES_SEARCHED, ROOMS_FOUND, ROOMS_SEARCHED } from "../bounds.ts";

/** The rooms behind the one named `$3` when its newest event was of `$2`. */
const BEHIND = "(ts, rooms.id) < ($2::bigint, coalesce((SELECT id FROM rooms WHERE name = $3), 0))";

/** Those that are listed for everybody, which is what an index has. */
const PUBLIC = "rooms WHERE first <= head AND hidden = 0";

const OTHER = "CASE WHEN one = $1 THEN other ELSE one END";

/** The name of `$1`'s partner in a room of two, if it is one of the last ones who wrote there. */
const NAME_OF_OTHER = `(SELECT name FROM
    (SELECT author, name FROM messages WHERE room = rooms.id AND one IS NOT NULL ORDER BY seq DESC LIMIT ${NAMES_SEARCHED}) AS newest
  WHERE author = ${OTHER} LIMIT 1)`;

const TOLD =
  `rooms.name AS room, head, ts, title, topic, members, role, ${OTHER} AS "otherId", ${NAME_OF_OTHER} AS "otherName"`;

/** What is known of a room, and what the reader is in it. */
const KNOWN = `LEFT JOIN about_rooms AS about ON about.room = rooms.id
  LEFT JOIN places ON places.member = $1 AND places.room = rooms.id`;

const IS_BANNED = "coalesce(role = 'banned' AND coalesce(until_ms > $5, true), false)";
const NEWEST_FIRST = "ORDER BY ts DESC, rooms.id DESC LIMIT $4";

/**
 * Somebody is told of such a room as one of its own. The two whose room has no message yet wait: it has nothing to show; and strangers could otherwise
 * begin so many with somebody, without a word, that among those that are looked at is none of its own.
 */
const HAS_PLACE = "role NOT IN ('banned', 'waiting')";

function placed(which: "given" | "NOT given", most: number): string {
  return `(SELECT room FROM places WHERE member = $1 AND ${which} AND ${HAS_PLACE} ORDER BY room DESC LIMIT ${most})`;
}

/** The rooms in which the reader has a place: as many as are looked at. */
const MINE = `(${placed("NOT given", PLACES_SEARCHED)} UNION ALL ${placed("given", GIVEN_SEARCHED)}) AS had
  JOIN rooms ON rooms.id = had.room ${KNOWN}`;

const HAS_TEXT =
  `(strpos(name, $6) > 0 OR strpos(coalesce((SELECT folded_title FROM about_rooms WHERE room = id), ''), $6) > 0)`;

/** Begins with `$6`: an index finds those. */
const begins = (column: string) => `${column} >= $6 AND ${column} < $6 || chr(1114111)`;

function told(found: string): string {
  return `SELECT ${TOLD} FROM (${found}) AS found
    CROSS JOIN LATERAL (SELECT * FROM rooms WHERE id = found.id OFFSET 0) AS rooms ${KNOWN}
    WHERE (first <= head OR role <> 'banned') AND NOT ${IS_BANNED} AND ${BEHIND} ${NEWEST_FIRST}`;
}

export const LISTING = {
  rooms: told(`(SELECT rooms.id FROM ${PUBLIC} AND ${BEHIND} AND NOT EXISTS
      (SELECT 1 FROM places WHERE member = $1 AND room = rooms.id AND ${IS_BANNED}) ${NEWEST_FIRST})
    UNION (SELECT rooms.id FROM ${MINE} WHERE ${BEHIND} ${NEWEST_FIRST})`),
  roomsWith: told(
    `SELECT id FROM (SELECT id, name FROM ${PUBLIC} ORDER BY ts DESC, id DESC LIMIT ${ROOMS_SEARCHED}) AS newest WHERE ${HAS_TEXT}
    UNION (SELECT id FROM rooms WHERE hidden = 0 AND ${begins("name")} LIMIT ${ROOMS_FOUND})
    UNION (SELECT room FROM about_rooms WHERE hidden = 0 AND folded_title <> '' AND ${
      begins("folded_title")
    } LIMIT ${ROOMS_FOUND})
    UNION SELECT rooms.id FROM ${MINE} WHERE ${HAS_TEXT}`,
  ),
  myRooms: `SELECT ${TOLD} FROM ${MINE} WHERE ($6::text = '' OR ${HAS_TEXT}) AND ${BEHIND} ${NEWEST_FIRST}`,
  myRoom: `SELECT ${TOLD} FROM rooms ${KNOWN} WHERE rooms.name = $3 AND ${HAS_PLACE}`,
};
