/** Rooms that have owners, members and settings. @module */

/** Which rooms are listed: those that keep a message, and whose names are no secret. `wire/names.ts` has the pattern of these. */
export const LISTED = `first <= head AND name NOT GLOB '[pd]-${"[a-z2-7]".repeat(26)}'`;

/**
 * What the changes of rooms themselves take is bounded by that of the store only: they stay, because they say who may what. Each takes a command of
 * somebody who may change the room, and so of a proven id, which has a rate: `COMMANDS_PER_S` over all its connections.
 */
export const FORMAT_6 = `
  -- The last change of the room itself; 0: none.
  ALTER TABLE rooms ADD COLUMN policy INTEGER NOT NULL DEFAULT 0;

  -- The changes of rooms themselves once more, as JSON: they stay when the others are trimmed.
  CREATE TABLE room_changes (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;

  DROP INDEX active_rooms;
  CREATE INDEX listed_rooms ON rooms (ts) WHERE ${LISTED}`;
