/** Reports that go by themselves, and rooms of two people in which nobody wrote. @module */

export const FORMAT_14 = `
  -- Those of messages that were removed had stayed. From now on they go with them.
  DELETE FROM reports WHERE target < (SELECT first FROM rooms WHERE id = room);
  CREATE INDEX old_reports ON reports (ts);

  -- Whoever had come back to such a room waited no more.
  UPDATE places SET role = 'waiting' WHERE role = 'member' AND room IN
    (SELECT id FROM rooms JOIN about_rooms ON room = id WHERE one IS NOT NULL AND message_count = 0)`;
