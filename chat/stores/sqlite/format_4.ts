/**
 * The tables as they are now, and the way of the messages of format 3 into them.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../base/clock.ts";
import { UPGRADE_MESSAGES, UPGRADE_TOLD_MS } from "./bounds.ts";

/** What brings a file from one format to the next. */
export interface Step {
  sql: string;
  /** Moves what a file has. It may take long, and tells of it. */
  move?(db: DatabaseSync, tell: (progress: string) => void): Promise<void>;
  /** What follows. */
  then?: string;
}

export const FORMAT_4: Step = {
  sql: `
  -- floor, changes: which changes are kept, and how many. message_count: how many messages there have been.
  ALTER TABLE rooms ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rooms ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
  UPDATE rooms SET floor = first - 1, message_count = head;

  -- erased, cleaned: of the log of texts, see texts.ts.
  ALTER TABLE meta ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE meta ADD COLUMN cleaned INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE meta ADD COLUMN is_compact INTEGER NOT NULL DEFAULT 0;

  -- What authors wrote: their texts, and fields that this version does not know, as JSON. See texts.ts.
  CREATE TABLE texts (
    id INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL, more TEXT
  );

  -- Sorted by room and number (WITHOUT ROWID), so the newest 50 are neighbours however many there are; without the changes, so that a
  -- storm of reactions does not lie between them. state: what changes have made of it, as JSON.
  ALTER TABLE messages RENAME TO old_messages;
  CREATE TABLE messages (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL, day INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    author TEXT NOT NULL, name TEXT NOT NULL, nonce TEXT, reply INTEGER, state TEXT, text INTEGER,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE INDEX replies ON messages (room, reply) WHERE reply IS NOT NULL;

  -- body: what is special about its kind, and fields that this version does not know, as JSON.
  CREATE TABLE changes (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL,
    author TEXT NOT NULL, name TEXT NOT NULL, nonce TEXT, kind TEXT NOT NULL, target INTEGER, body TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;

  -- fingerprint: only if the event that was stored does not tell what was sent, see fingerprint.ts.
  CREATE TABLE new_nonces (
    room INTEGER NOT NULL, author TEXT NOT NULL, nonce TEXT NOT NULL, seq INTEGER NOT NULL, fingerprint BLOB,
    PRIMARY KEY (room, author, nonce)
  ) WITHOUT ROWID;

  -- Whose reactions stand. How many there are is in the messages.
  CREATE TABLE reactions (
    room INTEGER NOT NULL, target INTEGER NOT NULL, author TEXT NOT NULL, emoji TEXT NOT NULL,
    PRIMARY KEY (room, target, author, emoji)
  ) WITHOUT ROWID;

  -- Messages that are gone, and whose reactions must go.
  CREATE TABLE leftovers (room INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (room, target)) WITHOUT ROWID`,

  async move(db, tell) {
    const total = db.prepare("SELECT coalesce(sum(head - first + 1), 0) AS count FROM rooms").get()!.count as number;
    let toldMs = -Infinity;
    let done = 0;
    for await (const count of moveMessages(db)) {
      done += count;
      if (systemClock.elapsed() - toldMs < UPGRADE_TOLD_MS) continue;
      tell(`${done} of ${total} messages are done`);
      toldMs = systemClock.elapsed();
    }
    // What is freed is written over as a whole later, by VACUUM.
    db.exec("PRAGMA secure_delete = OFF");
  },

  then: "DROP TABLE old_messages; ALTER TABLE new_nonces RENAME TO nonces; PRAGMA secure_delete = ON",
};

/** Moves all messages, and gives the event loop a turn after each portion. @returns how many there were in it */
async function* moveMessages(db: DatabaseSync): AsyncGenerator<number> {
  const portion = db.prepare(`INSERT INTO texts (room, seq, text) SELECT room, seq, text FROM old_messages
    WHERE (room, seq) > (?, ?) ORDER BY room, seq LIMIT ${UPGRADE_MESSAGES}`);
  const messages = db.prepare(`INSERT INTO messages (room, seq, ts, day, ordinal, author, name, nonce, text)
    SELECT old.room, old.seq, ts, day, old.seq, author, name, nonce, texts.id
    FROM texts CROSS JOIN old_messages AS old ON old.room = texts.room AND old.seq = texts.seq
    WHERE texts.id > ? ORDER BY texts.id`);
  const nonces = db.prepare(`INSERT INTO new_nonces (room, author, nonce, seq)
    SELECT room, author, nonce, seq FROM old_messages INDEXED BY nonces
    WHERE room = ? AND nonce IS NOT NULL ORDER BY author, nonce`);
  const end = db.prepare("SELECT room, seq, id FROM texts ORDER BY id DESC LIMIT 1");
  let at = { room: 0, seq: 0, id: 0 };
  while (true) {
    const { changes } = portion.run(at.room, at.seq);
    if (changes === 0) break;
    messages.run(at.id);
    at = end.get() as typeof at;
    await new Promise<void>((turn) => systemClock.soon(turn));
    yield Number(changes);
  }
  for (const { id } of db.prepare("SELECT id FROM rooms").all()) nonces.run(id!);
}
