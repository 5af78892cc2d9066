/** No statement of the SQLite store goes through more than it is asked for, however large the file is. @module */

import { DatabaseSync } from "node:sqlite";
import { SQL } from "../../../chat/stores/sqlite/statements.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { Folder } from "../in_folder.ts";

/**
 * Steps of a plan that do not grow with the file: a look into an index, the result of a query with a limit, a pragma, and the one row
 * of `meta`.
 */
const CHEAP =
  /^(SEARCH |SCALAR SUBQUERY |CO-ROUTINE |SCAN \(subquery-\d+\)$|USE TEMP B-TREE FOR json_group_array|SCAN meta$|SCAN pragma_\w+ VIRTUAL TABLE)/;

Deno.test("sqlite: with a million messages every statement goes by an index, also after ANALYZE", async () => {
  await using folder = new Folder();
  await (await openSqliteStore(folder.file)).close();
  using db = new DatabaseSync(folder.file);
  db.exec(`
    PRAGMA synchronous = OFF; BEGIN;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO rooms SELECT i, 'room-' || i, 1, 1000, 0 FROM n;
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
      INSERT INTO messages (room, seq, ts, author, name, text, nonce)
      SELECT i / 1000 + 1, i % 1000 + 1, i, 'ada', 'Ada', 'x', i FROM n;
    COMMIT`);
  for (const analyze of ["", "ANALYZE"]) {
    db.exec(analyze);
    const plans = Object.entries(SQL).flatMap(([name, sql]) =>
      db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => `${name}: ${detail}`)
    );
    assert(plans.length >= 15, plans.join("\n"));
    assertEquals(plans.filter((plan) => !CHEAP.test(plan.replace(/^\w+: /, ""))), []);
    // The search for messages past retention goes through the rooms, and looks up one message of each.
    assertEquals(plans.filter((plan) => plan.startsWith("due: ")), [
      "due: SEARCH rooms USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
      "due: SEARCH messages USING PRIMARY KEY (room=? AND seq=?) LEFT-JOIN",
    ]);
  }
});
