/** Slow mode. @module */

export const FORMAT_9 = `
  -- When each author wrote last in a room with slow mode. It is of no use once the longest wait is over: see "trim.ts".
  CREATE TABLE last_messages (
    room INTEGER NOT NULL, author TEXT NOT NULL, ts INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (room, author)
  ) WITHOUT ROWID;
  CREATE INDEX old_last_messages ON last_messages (day)`;
