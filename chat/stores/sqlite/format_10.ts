/** What the changes of rooms say by now, for listing rooms. It follows from them, and each commit keeps it so: `about.ts`. @module */

import type { DatabaseSync } from "node:sqlite";
import { fold } from "../../base/fold.ts";
import type { Step } from "./format_4.ts";

/** The names that are a secret, as `wire/names.ts` has them. */
export const SECRET_NAME = `name GLOB '[pd]-${"[a-z2-7]".repeat(26)}'`;

/** The last value that any change of a room has given to a setting. */
const lastSet = (field: string) =>
  `(SELECT event ->> '$.set.${field}' FROM room_changes WHERE room = rooms.id AND event ->> '$.set.${field}' IS NOT NULL
    ORDER BY seq DESC LIMIT 1)`;

export const FORMAT_10: Step = {
  sql: `
  -- hidden: only those are told of it who have a place in it. one, other: the two people whose room it is.
  ALTER TABLE rooms ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE about_rooms (
    room INTEGER PRIMARY KEY, title TEXT NOT NULL, folded_title TEXT NOT NULL, topic TEXT NOT NULL, hidden INTEGER NOT NULL,
    members INTEGER NOT NULL, one TEXT, other TEXT
  );
  CREATE INDEX listed_titles ON about_rooms (folded_title) WHERE hidden = 0 AND folded_title <> '';

  -- Who is more or less than a guest, until_ms for a ban that ends. Sorted by who it is, for listing one's own rooms.
  CREATE TABLE places (
    member TEXT NOT NULL, room INTEGER NOT NULL, role TEXT NOT NULL, until_ms INTEGER, PRIMARY KEY (member, room)
  ) WITHOUT ROWID;
  CREATE INDEX placed ON places (room) WHERE role <> 'banned';

  UPDATE rooms SET hidden = 1 WHERE ${SECRET_NAME};
  INSERT INTO places SELECT member, room, role, until_ms FROM (
    SELECT *, row_number() OVER (PARTITION BY room, member ORDER BY seq DESC) AS place FROM (
      SELECT room, seq, event ->> 'member' AS member, event ->> 'role' AS role,
        iif(event ->> 'role' = 'banned', event ->> 'untilMs', NULL) AS until_ms
        FROM room_changes WHERE event ->> 'kind' = 'member' AND event ->> 'role' IS NOT NULL
      UNION ALL SELECT room, seq, event ->> 'owner', 'owner', NULL FROM room_changes WHERE event ->> 'owner' IS NOT NULL
    )
  ) WHERE place = 1 AND role <> 'guest';
  INSERT INTO about_rooms SELECT id, coalesce(${lastSet("title")}, ''), '', coalesce(${lastSet("topic")}, ''),
    coalesce(${lastSet("visibility")}, 'public') <> 'public',
    (SELECT count(*) FROM places WHERE room = rooms.id AND role <> 'banned'), NULL, NULL
    FROM rooms WHERE policy > 0;
  UPDATE rooms SET hidden = about_rooms.hidden FROM about_rooms WHERE room = rooms.id;

  DROP INDEX listed_rooms;
  CREATE INDEX listed_rooms ON rooms (ts) WHERE first <= head AND hidden = 0;
  CREATE INDEX listed_names ON rooms (name) WHERE hidden = 0`,

  move(db: DatabaseSync) {
    const save = db.prepare("UPDATE about_rooms SET folded_title = ? WHERE room = ?");
    const titled = db.prepare("SELECT room, title FROM about_rooms WHERE title <> ''").all();
    for (const { room, title } of titled) save.run(fold(title as string), room!);
    return Promise.resolve();
  },
};
