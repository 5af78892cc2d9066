/** Invitations into rooms. @module */

export const FORMAT_8 = `
  -- invite: the SHA-256 of the secret, in hexadecimal. by_id: who made it.
  CREATE TABLE invites (
    room INTEGER NOT NULL, invite TEXT NOT NULL, role TEXT NOT NULL, uses INTEGER NOT NULL, until_ms INTEGER NOT NULL,
    by_id TEXT NOT NULL, PRIMARY KEY (room, invite)
  ) WITHOUT ROWID`;
