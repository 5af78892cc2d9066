/** No statement of the SQLite store goes through more than it is asked for, however large the file is. @module */

import { DatabaseSync } from "node:sqlite";
import { SQL } from "../../../chat/stores/sqlite/statements.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { Folder } from "../in_folder.ts";

/**
 * Steps of a plan that do not grow with the file: a look into an index, the result of a query with a limit, a list that was asked for, a
 * pragma, the one row of `meta`, the first of `leftovers` and the few `bots`; and the sorting of the rooms that were found.
 */
const CHEAP = new RegExp(
  `^(SEARCH |(CORRELATED SCALAR|SCALAR|LIST|LEFT-MOST) SUBQUERY|CO-ROUTINE |COMPOUND QUERY|UNION ALL|SCAN (CONSTANT ROW|meta|leftovers)$|SCAN bots|` +
    String
      .raw`SCAN \w+ VIRTUAL TABLE|SCAN \(subquery-\d+\)$|MERGE \(UNION( ALL)?\)$|LEFT$|RIGHT$|SCAN (found|had|newest)$|USE TEMP B-TREE FOR ORDER BY$)`,
);

Deno.test("sqlite: with a million messages every statement goes by an index, also after ANALYZE", async () => {
  await using folder = new Folder();
  await (await openSqliteStore(folder.file)).close();
  using db = new DatabaseSync(folder.file);
  db.exec(`
    PRAGMA synchronous = OFF; BEGIN;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO rooms (id, name, first, head, ts, message_count) SELECT i, 'room-' || i, 1, 1000, 0, 1000 FROM n;
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
      INSERT INTO texts (id, room, seq, text) SELECT i + 1, i / 1000 + 1, i % 1000 + 1, 'x' FROM n;
    INSERT INTO messages (room, seq, ts, day, ordinal, author, name, nonce, reply, text)
      SELECT room, seq, id, 0, seq, 'ada', 'Ada', id, iif(seq % 10 = 0, 1, NULL), id FROM texts;
    INSERT INTO nonces (room, author, nonce, seq) SELECT room, author, nonce, seq FROM messages;
    INSERT INTO changes (room, seq, ts, author, name, kind, target)
      SELECT room, seq + 1000, ts, author, name, 'delete', seq FROM messages WHERE seq % 10 = 0;
    INSERT INTO reactions (room, target, author, emoji) SELECT room, target, author, '+' FROM changes;
    INSERT INTO leftovers (room, target) SELECT room, target FROM changes;
    COMMIT`);
  for (const analyze of ["", "ANALYZE"]) {
    db.exec(analyze);
    const plans = Object.entries(SQL).flatMap(([name, sql]) =>
      db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => `${name}: ${detail}`)
    );
    assert(plans.length >= 40, plans.join("\n"));
    assertEquals(plans.filter((plan) => !CHEAP.test(plan.replace(/^\w+: /, ""))), []);
    // The search for messages past retention goes through the rooms, and looks up one message of each.
    assertEquals(db.prepare(`EXPLAIN QUERY PLAN ${SQL.due}`).all().map(({ detail }) => detail), [
      "SEARCH rooms USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
      "SEARCH messages USING PRIMARY KEY (room=? AND seq=?) LEFT-JOIN",
    ]);
  }
});
