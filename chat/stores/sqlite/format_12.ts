/** What is kept of ids. @module */

export const FORMAT_12 = `
  CREATE TABLE identities (
    id TEXT PRIMARY KEY, revoked INTEGER NOT NULL DEFAULT 0, next TEXT, operator INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  -- claim: the SHA-256 of its secret, in hexadecimal.
  ALTER TABLE meta ADD COLUMN claim TEXT;
  ALTER TABLE meta ADD COLUMN claimed_by TEXT`;
