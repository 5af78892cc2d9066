/** Bugs in the stores, but for Deno KV. @module */

import { inSimulation, inTest, type Mutant } from "./mutant.ts";

const SQLITE = "chat/stores/sqlite/store.ts";
const RUN = "chat/stores/sqlite/run.ts";
const STATEMENTS = "chat/stores/sqlite/statements.ts";
const ANSWERS = "chat/stores/answers.ts";
const APPEND = "chat/stores/sqlite/append.ts";
const TRIM = "chat/stores/sqlite/trim.ts";

export const IN_STORES: readonly Mutant[] = [
  inTest("tests/stores/memory_test.ts", "number", "numbers are taken from the clock", [
    ANSWERS,
    `seq: head + 1, ts,`,
    `seq: Math.max(head + 1, at.ts), ts,`,
  ]),
  inTest("tests/stores/memory_test.ts", "in another life is not stored", "a number means a message of any life", [
    ANSWERS,
    `isOver(condition?.epoch, epoch)`,
    `condition?.epoch === ""`,
  ]),
  inTest("tests/stores/memory_test.ts", "a time repeats", "times fall when the clock does", [
    ANSWERS,
    `const ts = entry.ts ?? timeAfter(newest, at.ts);`,
    `const ts = entry.ts ?? at.ts;`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "another text",
    "the SQLite store takes any text for the one of its nonce",
    [
      APPEND,
      `return repeated(stored, isSame, epoch);`,
      `return repeated(stored, true, epoch);`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "data is opened again",
    "the SQLite store has another key whenever it is opened",
    [
      RUN,
      `this.fingerprintKey = meta.fingerprint_key;`,
      `this.fingerprintKey = crypto.getRandomValues(meta.fingerprint_key);`,
    ],
  ),
  inTest("tests/stores/sqlite/formats_test.ts", "format 1", "a message without a fingerprint has any text", [
    APPEND,
    `? JSON.stringify(contentOf(stored)) === JSON.stringify(contentOf(event))`,
    `? true`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "nonce", "the SQLite store does not know a nonce again", [
    APPEND,
    `if (event.nonce === undefined || room === 0) return undefined;`,
    `return undefined;`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "of whatever kind", "the nonces of changes are not looked up", [
    APPEND,
    `if (event.nonce === undefined || room === 0) return undefined;`,
    `if (event.nonce === undefined || room === 0 || event.kind !== undefined) return undefined;`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "of whatever kind",
    "the nonce of an edited message stands for its new text",
    [
      APPEND,
      `if (before.nonce !== undefined) {`,
      `if (before.nonce !== undefined && after.deleted) {`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "of whatever kind",
    "the nonce of a deleted message stands for an empty text",
    [
      APPEND,
      `if (before.nonce !== undefined) {`,
      `if (before.nonce !== undefined && !after.deleted) {`,
    ],
    [
      APPEND,
      `if (textId !== null) eraseTexts(db, [textId]);`,
      `if (textId !== null) eraseTexts(db, [textId]);
  if (after.deleted) db.db.prepare("UPDATE nonces SET fingerprint = NULL WHERE room = ? AND seq = ?").run(room, after.seq);`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "of whatever kind", "an edit is known again by its present text", [
    APPEND,
    `const isTold = event.kind === undefined || !forgets(event) && event.targetNonce === undefined;`,
    `const isTold = event.kind === undefined || event.targetNonce === undefined;`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "same commit too",
    "a command that named its target by nonce is known by number",
    [
      APPEND,
      `const isTold = event.kind === undefined || !forgets(event) && event.targetNonce === undefined;`,
      `const isTold = event.kind === undefined || !forgets(event);`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "changes nothing", "a change that had nothing to do keeps its nonce", [
    APPEND,
    `if ("unchanged" in decision) return unchanged(`,
    `if ("unchanged" in decision && event.nonce) addNonce(db, run, room, event, decision.unchanged.seq);
    if ("unchanged" in decision) return unchanged(`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "in every replay", "an edit is not in its message's row", [
    APPEND,
    `if (old.text === text && old.more === more) return textId;`,
    `if (!after.deleted) return textId;`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "a deleted message has its place",
    "the SQLite store keeps the reactions of a deleted message",
    [
      APPEND,
      `.run(room, seq, stateOf(after), text);`,
      `.run(room, seq, stateOf({ ...after, reactions: after.reactions ?? before.reactions }), text);`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "counted by different ids", "a repeated reaction counts twice", [
    APPEND,
    `reacted: db.statement("reacted").get(room, target.message.seq, event.id, event.emoji) !== undefined`,
    `reacted: !event.on`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "counted by different ids",
    "a reaction that was taken back still stands",
    [
      APPEND,
      `db.statement(event.on ? "addReaction" : "removeReaction").run(room, seq, event.id, event.emoji);`,
      `if (event.on) db.statement("addReaction").run(room, seq, event.id, event.emoji);`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "counted by different ids", "all reactions are the reader's", [
    STATEMENTS,
    `AND target = asked.value AND author = ?2`,
    `AND target = asked.value AND author <> ?2`,
  ]),
  inTest("tests/stores/sqlite/formats_test.ts", "gone from the file", "an upgrade leaves what was removed before", [
    "chat/stores/sqlite/format_4.ts",
    `    wipeFreePages(db);
`,
    ``,
  ]),
  inTest("tests/stores/sqlite/formats_test.ts", "gone from the file", "an upgrade leaves the old file in the new one", [
    "chat/stores/sqlite/schema.ts",
    `db.exec("PRAGMA wal_checkpoint(TRUNCATE)");`,
    ``,
  ]),
  inTest("tests/stores/sqlite/erasing_test.ts", "no text that was", "an erased text's row is removed at once", [
    "chat/stores/sqlite/texts.ts",
    `const statement = db.statement(db.isFile ? "eraseText" : "removeText");`,
    `const statement = db.statement("removeText");`,
  ], [
    "chat/stores/sqlite/texts.ts",
    `db.statement("noteErased").run(ids.length);`,
    ``,
  ]),
  inTest("tests/stores/sqlite/erasing_test.ts", "no text that was", "rows are removed from a page that has a text", [
    "chat/stores/sqlite/texts.ts",
    `if (stays !== undefined) db.statement("removeTexts").run(stays.id - 1);`,
    `if (stays !== undefined) db.statement("removeTexts").run(cleaned - 1);`,
  ]),
  inTest("tests/stores/sqlite/erasing_test.ts", "no text that was", "an edit changes the row of its text", [
    APPEND,
    `  if (textId !== null) eraseTexts(db, [textId]);
  return after.deleted ? null : addText(db, room, after.seq, text, more);`,
    `  if (textId !== null && after.deleted) eraseTexts(db, [textId]);
  db.hasErased = true;
  if (!after.deleted) db.db.prepare("UPDATE texts SET text = ?, more = ? WHERE id = ?").run(text, more, textId);
  return after.deleted ? null : textId;`,
  ]),
  inTest("tests/stores/sqlite/erasing_test.ts", "no text that was", "the write-ahead log keeps what was erased", [
    "chat/stores/sqlite/upkeep.ts",
    `if (this.#db.isFile) this.#emptying.set(ERASE_MS, () => this.#emptyLog());`,
    ``,
  ]),
  inTest("tests/stores/sqlite/erasing_test.ts", "a killed server", "a start does not erase what the last run left", [
    "chat/stores/sqlite/upkeep.ts",
    `db.hasErased = db.isFile;`,
    ``,
  ]),
  inTest(
    "tests/stores/sqlite/erasing_test.ts",
    "what belongs to a message",
    "a deletion leaves whose reactions they were",
    [
      APPEND,
      `db.statement("addLeftover").run(room, seq);`,
      ``,
    ],
  ),
  inTest(
    "tests/stores/sqlite/erasing_test.ts",
    "what belongs to a message",
    "retention leaves whose reactions they were",
    [
      TRIM,
      `if (Number(db.statement("addLeftovers").run(room.id, upTo).changes) > 0) db.hasErased = true;`,
      ``,
    ],
  ),
  inTest("tests/stores/sqlite/erasing_test.ts", "what belongs to a message", "retention leaves the nonces of changes", [
    TRIM,
    `db.statement("removeChangeNonces").run(room.id, upTo);`,
    ``,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "counts messages", "retention counts events", [
    TRIM,
    `row.ordinal > room.messageCount - keep`,
    `row.seq > room.head - keep`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "counts messages", "the floor is not raised with the messages", [
    TRIM,
    `db.statement("removeReportsUpTo").run(room.id, upTo);
    room.floor = Math.max(room.floor, upTo);`,
    `db.statement("removeReportsUpTo").run(room.id, upTo);`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "a storm of reactions", "the floor is not raised with the changes", [
    TRIM,
    `room.changes -= count;
  room.floor = Math.max(room.floor, upTo);`,
    `room.changes -= count;`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "a storm of reactions", "the floor is where the messages begin", [
    "chat/stores/sqlite/rooms.ts",
    `return { epoch, first, head, floor, messageCount, ...`,
    `return { epoch, first, head, floor: first - 1, messageCount, ...`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "data is opened again",
    "the SQLite store forgets its nonces when it is opened",
    [
      RUN,
      `db.prepare("UPDATE meta SET epoch = ?`,
      `db.exec("DELETE FROM nonces"), db.prepare("UPDATE meta SET epoch = ?`,
    ],
  ),
  inTest("tests/stores/space_test.ts", "memory: of the rooms", "a store in memory forgets a room that people are in", [
    "chat/stores/sqlite/silent_rooms.ts",
    `if (this.#followed.has(name) || spared.has(name)) continue;`,
    `if (spared.has(name)) continue;`,
  ]),
  inTest(
    "tests/event/condense_test.ts",
    "condensed changes",
    "history begins for a member where it was given another role",
    ["chat/event/condense.ts", `if (since !== undefined) keepRole(since);`, ``],
  ),
  inTest("tests/event/condense_test.ts", "condensed changes", "whoever left a room of two is in it again", [
    "chat/event/condense.ts",
    `for (const end of ends) keepRole(end);`,
    ``,
  ]),
  inTest(
    "tests/stores/sqlite/room_changes_test.ts",
    "sqlite: of a room that is changed",
    "a room grows by its changes",
    [
      "chat/stores/sqlite/room_changes.ts",
      `for (const change of condense(old)) db`,
      `for (const change of old) db`,
    ],
  ),
  inTest("tests/stores/space_test.ts", "sqlite: a full store takes", "a full store keeps what its author wants gone", [
    APPEND,
    `if (isFull && !isTakenWhenFull(event, room.id === 0)) return`,
    `if (isFull) return`,
  ]),
  inTest("tests/stores/space_test.ts", "sqlite: a full store still", "a full store takes new rooms", [
    APPEND,
    `!isTakenWhenFull(event, room.id === 0)`,
    `!isTakenWhenFull(event, false)`,
  ]),
  inTest("tests/stores/space_test.ts", "sqlite: a full store refuses", "the SQLite store grows for ever", [
    SQLITE,
    `const isFull = !this.#hasSpace(diskBytes) && !this.#makeSpace(entries);`,
    `const isFull = diskBytes < 0;`,
  ]),
  inTest("tests/stores/space_test.ts", "sqlite: a full store", "a full SQLite store does not know again what it has", [
    APPEND,
    `if (earlier !== undefined) return earlier;`,
    `if (earlier !== undefined) return isFull ? { refused: "store_full" } as const : earlier;`,
  ]),
  inTest("tests/stores/sqlite/plans_test.ts", "by an index", "retention goes through all messages", [
    STATEMENTS,
    `FROM rooms LEFT JOIN messages ON`,
    `FROM rooms JOIN messages ON`,
  ]),
  inTest(
    "tests/stores/sqlite/faults_test.ts",
    "has locked the file",
    "a lock on the SQLite file holds up the process",
    [
      "chat/stores/try_again.ts",
      `if (!passes(error) || clock.elapsed() > giveUpAtMs) throw error;`,
      `throw error;`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/disk_test.ts",
    "full disk",
    "a start on a full disk marks a run that is not in the file",
    [
      RUN,
      `if (!isFull(error)) throw error;`,
      `if (!isFull(error)) throw error;
      this.#mark.write(this.#marked = { run: this.#id, commits: meta.commits, inode: this.#inode });`,
    ],
  ),
  inTest("tests/tools/admin_test.ts", "beside a service's store", "the ledger that root makes belongs to root", [
    "chat/stores/files/ledger.ts",
    `    giveOwnerOf(this.#store, pathOf(this.#store));
`,
    ``,
  ]),
  inTest("tests/tools/admin_test.ts", "only a link leads", "root gives a service the file of somebody else", [
    "chat/stores/files/owner.ts",
    `if (!liesAt(path, now)) return;`,
    ``,
  ]),
  inTest("tests/tools/admin_test.ts", "what root", "the store that root restores belongs to root", [
    "chat/tools/snapshot.ts",
    `giveOwnerOf(hadFile ? store.path : folderOf(store.path), part);`,
    ``,
  ]),
  inTest("tests/stores/sqlite/faults_test.ts", "a ledger that", "a ledger that cannot be written is told to nobody", [
    "chat/stores/files/ledger.ts",
    `      this.#trouble.begin(cause);
      throw cause;`,
    `      throw cause;`,
  ]),
  inTest("tests/tools/carry_test.ts", "a private room", "an operator's owner opens a private room that was imported", [
    "chat/tools/admin.ts",
    `version === 0 && isReservedRoom(room)`,
    `false`,
  ]),
  inTest("tests/tools/doctor_test.ts", "would refuse is found broken", "the doctor finds every SQLite file good", [
    "chat/tools/doctor/machine.ts",
    `path === store ? refusalOf(file, kind) : undefined`,
    `undefined as string | undefined`,
  ]),
  inTest("tests/tools/doctor_test.ts", "below a path", "the doctor looks for the socket beside the page's path", [
    "chat/tools/doctor/door.ts",
    `page.pathname.replace(/\\/?$/, "/")`,
    `page.pathname`,
  ]),
  inTest(
    "tests/tools/admin_test.ts",
    "is named, and not the copy",
    "an operator is told of a copy in place of the store",
    [
      "chat/tools/admin.ts",
      `throw asToolError(\`Cannot open the store \${store.path}\`, cause);`,
      `throw cause;`,
    ],
  ),
  inTest("tests/service/told_test.ts", "the upgrade of a store", "the upgrade of a store is told as trouble", [
    "main.ts",
    `settings.STORE_BYTES, tell)`,
    `settings.STORE_BYTES)`,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "a hard link", "the SQLite file is locked by its name only", [
    "chat/stores/files/file_lock.ts",
    `if (Deno.build.os === "windows" && path === store) return file;`,
    `if (path === store) return file;`,
  ]),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "write-ahead log is removed",
    "a missing write-ahead log is not noticed",
    [
      "chat/stores/files/served_files.ts",
      `const log = this.#log && check(this.#log);`,
      `const log = this.#log;`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "a copy is put",
    "a file that was replaced is taken for the one that is open",
    [
      "chat/stores/files/served_files.ts",
      `return one.dev === other.dev && one.ino === other.ino;`,
      `return one.dev === other.dev;`,
    ],
  ),
  inTest("tests/stores/sqlite/files_test.ts", "itself cuts", "a write-ahead log may not be shorter beside a reader", [
    "chat/stores/files/served_files.ts",
    `!holdsLog(db, log)) throw cutShort(log);`,
    `!(holdsLog(db, log) && isTakenOver(db))) throw cutShort(log);`,
  ], [
    "chat/stores/files/served_files.ts",
    `export function readPragma(db: DatabaseSync, name: string)`,
    `function isTakenOver(db: DatabaseSync): boolean {
  const { log, checkpointed } = db.prepare("PRAGMA wal_checkpoint").get() as { log: number; checkpointed: number };
  return log === checkpointed;
}

export function readPragma(db: DatabaseSync, name: string)`,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "itself cuts", "a write-ahead log may have any size", [
    "chat/stores/files/served_files.ts",
    `!holdsLog(db, log)) throw cutShort(log);`,
    `log.size < 0) throw cutShort(log);`,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "cut to 0 bytes", "an index that was cut is read", [
    SQLITE,
    `this.#db.checkReadable();`,
    ``,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "file is cut", "a file that was cut is written to", [
    "chat/stores/files/served_files.ts",
    `if (database.size < this.#database.size && !holdsAll(db, database)) throw cutShort(database);`,
    ``,
  ]),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "nothing more is acknowledged",
    "the files are not looked at before a commit",
    [
      SQLITE,
      `const diskBytes = this.#db.checkPresent();`,
      `const diskBytes = 0;`,
    ],
  ),
  inTest("tests/stores/sqlite/epoch_test.ts", "with cp -a over", "an old copy brings its mark along", [
    RUN,
    `if (marked?.stamp !== undefined && marked.stamp !== stampOf(info)) return false;`,
    ``,
  ]),
  inTest("tests/stores/sqlite/epoch_test.ts", "without its mark", "an older copy of the SQLite file keeps its epoch", [
    RUN,
    `marked.commits <= meta.commits &&
    (marked.run === meta.run || marked.run === meta.earlier_run);`,
    `true;`,
  ]),
  inTest("tests/stores/sqlite/disk_test.ts", "full disk", "a start needs space on the disk", [
    "chat/stores/sqlite/connection.ts",
    `return this.#setUp(\`\${ALONE}; \${SETUP}\`);`,
    `return this.#setUp(SETUP);`,
  ]),
  inSimulation("where there was nothing to do, the acknowledgement names the message and not its last change", [
    ANSWERS,
    `seq: revOf(target), ts: at.ts,`,
    `seq: Math.min(revOf(target), target.seq), ts: at.ts,`,
  ]),
];
