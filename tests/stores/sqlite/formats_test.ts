/** Files that earlier versions wrote are served as if they had been written by this one. @module */

import { assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { execute, Folder, within } from "../in_folder.ts";

/** The file as version 0.1.0 made it, with what it stored for two authors. */
const FORMAT_1 = `
  CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL, run TEXT NOT NULL, earlier_run TEXT NOT NULL, commits INTEGER NOT NULL
  );
  INSERT INTO meta VALUES (1, '9f86d081884c7d65', '9a1c5e6f70b3d2e4', '', 2);
  CREATE TABLE rooms (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    first INTEGER NOT NULL, head INTEGER NOT NULL, ts INTEGER NOT NULL
  );
  CREATE TABLE messages (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL,
    author TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, nonce TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX nonces ON messages (room, author, nonce) WHERE nonce IS NOT NULL;
  PRAGMA application_id = ${0x53774264};
  PRAGMA user_version = 1;
  INSERT INTO rooms VALUES (1, 'lobby', 1, 3, 3000);
  INSERT INTO messages VALUES
    (1, 1, 1000, 'ada', 'Ada', 'old', 'n1'),
    (1, 2, 2000, 'ada', 'Ada', 'a' || char(0) || 'b', 'n2'),
    (1, 3, 3000, '7', 'Client #7', 'plain', NULL);
`;

Deno.test("sqlite: a nonce of a file of format 1 stands for the text that it was used for", async () => {
  await using folder = new Folder();
  execute(folder.file, FORMAT_1);
  for (let opening = 0; opening < 2; opening++) {
    await within(folder.file, async (store) => {
      const entries = [
        by("old", "n1"),
        by("other", "n1"),
        by("a\0b", "n2"),
        by("a\0c", "n2"),
        by("a", "n2"),
        by("new", "n3"),
      ];
      const results = await store.commit(entries.map((event) => ({ room: "lobby", event })), { ts: 4_000, day: 0 });
      assertEquals(results.map((result) => "refused" in result ? result.refused : [result.seq, result.ts]), [
        [1, 1_000],
        "nonce_used",
        [2, 2_000],
        "nonce_used",
        "nonce_used",
        [4, 4_000],
      ]);
      assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "old a\0b plain new");
    });
  }
});
