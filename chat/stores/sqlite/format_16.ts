/** Bots. @module */

export const FORMAT_16 = `
  -- secret: its SHA-256, in hexadecimal. rooms: a list, as JSON.
  CREATE TABLE bots (
    name TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, rooms TEXT NOT NULL, may TEXT NOT NULL, ts INTEGER NOT NULL
  ) WITHOUT ROWID`;
