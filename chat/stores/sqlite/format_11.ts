/** Reports of messages. @module */

export const FORMAT_11 = `
  -- by_id: the id that reports it.
  CREATE TABLE reports (
    room INTEGER NOT NULL, target INTEGER NOT NULL, by_id TEXT NOT NULL, reason TEXT NOT NULL, ts INTEGER NOT NULL,
    PRIMARY KEY (room, target, by_id)
  ) WITHOUT ROWID`;
