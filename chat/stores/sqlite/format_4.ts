/**
 * The tables of messages and of what changes them, and the way of the messages of format 3 into them. Later formats add tables and columns, and change none of these.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../base/clock.ts";
import { readPragma } from "../files/served_files.ts";
import { FILLER_PAGES, UPGRADE_MESSAGES, UPGRADE_TOLD_MS } from "./bounds.ts";

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
    let done = 0;
    tell(`it has ${total} messages`);
    let toldMs = systemClock.elapsed();
    wipeFreePages(db);
    await moveNonces(db);
    for await (const count of moveMessages(db)) {
      done += count;
      if (systemClock.elapsed() - toldMs < UPGRADE_TOLD_MS) continue;
      tell(`${done} of ${total} messages are done`);
      toldMs = systemClock.elapsed();
    }
  },

  then: "DROP TABLE old_messages; ALTER TABLE new_nonces RENAME TO nonces",
};

/** Writes zeros over all pages that earlier versions have freed and left as they were. (VACUUM is not for a process with few permissions.) */
function wipeFreePages(db: DatabaseSync): void {
  db.exec("CREATE TABLE filler (zeros BLOB)");
  const fill = db.prepare("INSERT INTO filler VALUES (zeroblob(?))");
  for (let pages; (pages = readPragma(db, "freelist_count")) > 0;) {
    fill.run(Math.min(pages, FILLER_PAGES) * readPragma(db, "page_size"));
  }
  db.exec("DROP TABLE filler");
}

async function moveNonces(db: DatabaseSync): Promise<void> {
  const move = db.prepare(`INSERT INTO new_nonces (room, author, nonce, seq)
    SELECT room, author, nonce, seq FROM old_messages INDEXED BY nonces
    WHERE room = ? AND nonce IS NOT NULL ORDER BY author, nonce`);
  for (const { id } of db.prepare("SELECT id FROM rooms").all()) {
    move.run(id!);
    await turn();
  }
  db.exec("DROP INDEX nonces");
}

/**
 * Moves the messages in portions, and removes each portion where it was: so the file does not become twice as large.
 *
 * @returns how many there were in it
 */
async function* moveMessages(db: DatabaseSync): AsyncGenerator<number> {
  const copyTexts = db.prepare(`INSERT INTO texts (room, seq, text) SELECT room, seq, text FROM old_messages
    ORDER BY room, seq LIMIT ${UPGRADE_MESSAGES}`);
  const copy = db.prepare(`INSERT INTO messages (room, seq, ts, day, ordinal, author, name, nonce, text)
    SELECT old.room, old.seq, ts, day, old.seq, author, name, nonce, texts.id
    FROM texts CROSS JOIN old_messages AS old ON old.room = texts.room AND old.seq = texts.seq
    WHERE texts.id > ? ORDER BY texts.id`);
  const last = db.prepare("SELECT room, seq, id FROM texts ORDER BY id DESC LIMIT 1");
  const remove = db.prepare("DELETE FROM old_messages WHERE (room, seq) <= (?, ?)");
  let done = 0;
  for (let count; (count = Number(copyTexts.run().changes)) > 0;) {
    copy.run(done);
    const { room, seq, id } = last.get() as { room: number; seq: number; id: number };
    remove.run(room, seq);
    done = id;
    await turn();
    yield count;
  }
}

function turn(): Promise<void> {
  return new Promise((next) => systemClock.soon(next));
}
