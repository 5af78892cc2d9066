/** How much a room keeps, where its owner has said so. @module */

export const FORMAT_13 = `
  -- What its settings say by now; 0: as the server does. No older version took such a setting.
  ALTER TABLE rooms ADD COLUMN keep_messages INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0`;
