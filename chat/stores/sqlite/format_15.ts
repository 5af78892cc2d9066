/** Places that somebody was given by others, apart from its own. @module */

export const FORMAT_15 = `
  -- Whether another one put the member there, and it has written nothing there since.
  ALTER TABLE places ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX own_places ON places (member, room) WHERE given = 0;
  CREATE INDEX given_places ON places (member, room) WHERE given = 1`;
