/** Rooms that have owners, members and settings. @module */

import type { Step } from "./format_4.ts";

/** Which rooms are listed: those that keep a message, and whose names are no secret. `wire/names.ts` has the pattern of these. */
export const LISTED = `first <= head AND name NOT GLOB '[pd]-${"[a-z2-7]".repeat(26)}'`;

export const FORMAT_6: Step = {
  sql: `
  -- The last change of the room itself; 0: none.
  ALTER TABLE rooms ADD COLUMN policy INTEGER NOT NULL DEFAULT 0;

  -- The changes of rooms themselves once more, as JSON: they stay when the others are trimmed.
  CREATE TABLE room_changes (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;

  DROP INDEX active_rooms;
  CREATE INDEX listed_rooms ON rooms (ts) WHERE ${LISTED}`,
};
