/** Reports that go by themselves. @module */

export const FORMAT_14 = `
  -- Those of messages that were removed had stayed. From now on they go with them.
  DELETE FROM reports WHERE target < (SELECT first FROM rooms WHERE id = room);
  CREATE INDEX old_reports ON reports (ts)`;
