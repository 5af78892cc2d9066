/** Files that earlier versions wrote are served as if they had been written by this one. @module */

import { DatabaseSync } from "node:sqlite";
import type { NewEvent } from "../../../chat/event/event.ts";
import type { Store } from "../../../chat/log/store.ts";
import { FORMAT } from "../../../chat/stores/sqlite/schema.ts";
import { otherEpoch } from "../../../chat/stores/errors.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { LOCK } from "../../lib/packages.ts";
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

/**
 * A file that the version before messages could change has written. `lobby` has five messages. 40 messages of `trimmed` and all five of
 * `emptied` were removed, but their texts, "removed 1" and so on, are still in unused parts of the file.
 */
const FORMAT_3 = new URL("format_3.db", import.meta.url);

/** Adds messages to a file of format 3. */
function addMessages(file: string, count: number, text = "text"): void {
  execute(
    file,
    `INSERT INTO rooms VALUES (100, 'large', 1, ${count}, 1);
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
       INSERT INTO messages (room, seq, ts, author, name, text, nonce, day) SELECT 100, i, i, 'ada', 'Ada', '${text} ' || i, i, 1 FROM n`,
  );
}

async function withOld(work: (file: string) => Promise<void>): Promise<void> {
  await using folder = new Folder();
  await Deno.copyFile(FORMAT_3, folder.file);
  await work(folder.file);
}

Deno.test("sqlite: what the version before has written is read as if this one had", () =>
  withOld((file) =>
    within(file, async (store) => {
      const { events, epoch: _, ...page } = await store.read("lobby", { limit: 9 });
      assertEquals(page, { first: 1, head: 5, floor: 0, messageCount: 5, passed: 0 });
      const ada = { id: "ada", name: "Ada" };
      assertEquals(events, [
        { seq: 1, ...ada, text: "old", nonce: "n1", ts: 1_000, ordinal: 1 },
        { seq: 2, ...ada, text: "a\0b", nonce: "n2", ts: 1_000, ordinal: 2 },
        { seq: 3, id: "7", name: "Client #7", text: "plain", ts: 1_000, ordinal: 3 },
        { seq: 4, id: "bob", name: "Ada", text: "long ".repeat(2_000), nonce: "n1", ts: 2_000, ordinal: 4 },
        { seq: 5, ...ada, text: "newest", nonce: "n3", ts: 5_000, ordinal: 5 },
      ]);
      const state = async (room: string) => {
        const { first, head, floor, messageCount, events } = await store.read(room, { after: 0, limit: 9 });
        return [first, head, floor, messageCount, texts(events)];
      };
      assertEquals(await state("trimmed"), [41, 41, 40, 41, "kept"]);
      assertEquals(await state("emptied"), [6, 5, 5, 5, ""]);
      assertEquals(await store.readTime(), { livedMs: 12_345, wallMs: 67_890 });
      // Days are as they were.
      while (await store.trim(9, 2));
      assertEquals((await store.read("lobby", { limit: 0 })).first, 4);
    })
  ));

Deno.test("sqlite: what the version before has written is known again, and changed", () =>
  withOld(async (file) => {
    for (const again of [false, true]) {
      await within(file, async (store) => {
        const ada = { id: "ada", name: "Ada" };
        const events: [room: string, event: NewEvent][] = [
          ["lobby", by("old", "n1")],
          ["lobby", by("other", "n1")],
          ["emptied", by("removed 1", "e1")],
          ["lobby", { kind: "edit", ...ada, target: 1, text: "edited", version: 0, nonce: "n4" }],
          ["lobby", { kind: "react", ...ada, target: 4, emoji: "👍", on: true, nonce: "n5" }],
        ];
        const results = await store.commit(events.map(([room, event]) => ({ room, event })), { ts: 6_000, day: 3 });
        assertEquals(results.map((result) => "refused" in result ? result.refused : [result.seq, result.duplicate]), [
          [1, true],
          "nonce_used",
          [6, again],
          [6, again],
          [7, again],
        ]);
        assertEquals(texts((await store.read("lobby", { limit: 3, before: 4 })).events), "edited a\0b plain");
      });
    }
  }));

Deno.test("sqlite: texts that an earlier version removed are gone from the file once it is upgraded", () =>
  withOld(async (file) => {
    const contains = (path: string) => new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes("removed");
    // More than the upgrade has a use for.
    addMessages(file, 5_000, "removed");
    execute(file, "DELETE FROM messages WHERE room = 100; UPDATE rooms SET first = head + 1 WHERE id = 100");
    assert(contains(file));
    await within(file, (store) => {
      assertEquals([contains(file), contains(`${file}-wal`)], [false, false]);
      return Promise.resolve(store);
    });
    assertEquals(contains(file), false);
  }));

Deno.test("sqlite: a file that was upgraded has the tables of a new one", () =>
  withOld(async (file) => {
    await using folder = new Folder();
    const tables = async (path: string) => {
      await within(path, (store) => Promise.resolve(store));
      using db = new DatabaseSync(path, { readOnly: true });
      return db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
    };
    assertEquals(await tables(file), await tables(folder.file));
  }));

Deno.test("sqlite: a server that is killed while it upgrades a file leaves it as it was, or upgraded", () =>
  withOld(async (file) => {
    const COUNT = 60_000;
    addMessages(file, COUNT);
    const script = new URL("../appender.ts", import.meta.url).pathname;
    const versions: number[] = [];
    for (let ms = 80; versions.at(-1) !== FORMAT; ms += 20) {
      const args = ["run", "-A", LOCK, "--quiet", script, `sqlite:${file}`, "other", "ada"];
      const server = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "null" }).spawn();
      await new Promise((killed) => setTimeout(killed, ms));
      server.kill("SIGKILL");
      await server.status;
      await server.stdin.close();
      using db = new DatabaseSync(file);
      versions.push(db.prepare("PRAGMA user_version").get()!.user_version as number);
      const sql = versions.at(-1) === 3
        ? "SELECT count(*) AS count FROM messages WHERE text = 'text ' || seq"
        : "SELECT count(*) AS count FROM messages AS m JOIN texts AS t ON t.id = m.text WHERE t.text = 'text ' || m.seq";
      assertEquals([db.prepare(sql).get()!.count, db.prepare("PRAGMA quick_check").get()!.quick_check], [COUNT, "ok"]);
    }
    assert(versions.length > 2, `it was upgraded at once: ${versions}`);
    await within(file, async (store) => {
      const { events, head } = await store.read("large", { after: 0, limit: COUNT });
      assertEquals([head, events.length, events.every(({ seq }, index) => seq === index + 1)], [COUNT, COUNT, true]);
    });
  }));

Deno.test("sqlite: the operator is told of an upgrade while it runs and once it is done, which is no trouble", () =>
  withOld(async (file) => {
    const [troubles, told]: string[][] = [[], []];
    addMessages(file, 20_000);
    for (let again = 0; again < 2; again++) {
      const report = (message: string) => troubles!.push(message);
      await (await openSqliteStore(file, { report, tell: (message) => told!.push(message) })).close();
    }
    // No server has added those messages.
    assertEquals(troubles, [otherEpoch(file)]);
    assertEquals(told, [
      `The store ${file} is being brought into format ${FORMAT}: it has 20006 messages`,
      `The store ${file} was brought from format 3 into format ${FORMAT}: earlier versions cannot open it any more`,
    ]);
  }));

/** A file of format 12: five messages of five days in `lobby`, and in `tea`, which belongs to somebody. */
const FORMAT_12 = new URL("format_12.db", import.meta.url);

Deno.test("sqlite: a room of a file that knew no retention of rooms keeps what the server does, until its settings say less", async () => {
  await using folder = new Folder();
  await Deno.copyFile(FORMAT_12, folder.file);
  const state = async (store: Store) =>
    await Promise.all(["tea", "lobby"].map(async (room) => texts((await store.read(room, { limit: 9 })).events)));
  const all = "m1 m2 m3 m4 m5";
  await within(folder.file, async (store) => {
    while (await store.trim(Number.MAX_SAFE_INTEGER, 0, { ts: 2_000, day: 9 }));
    assertEquals(await state(store), [all, all]);
    const event = { kind: "settings", id: "k-ada", name: "Ada", set: { keepDays: 5 } } as const;
    await store.commit([{ room: "tea", event }], { ts: 2_000, day: 9 });
  });
  await within(folder.file, async (store) => {
    while (await store.trim(Number.MAX_SAFE_INTEGER, 0, { ts: 2_000, day: 9 }));
    assertEquals(await state(store), ["m3 m4 m5", all]);
  });
});

Deno.test("sqlite: reports that had stayed when their messages were removed are gone from a file once it is upgraded", async () => {
  await using folder = new Folder();
  await Deno.copyFile(FORMAT_12, folder.file);
  execute(
    folder.file,
    "INSERT INTO reports SELECT rooms.id, first - value, 'k-eve', '', 1 FROM rooms, json_each('[0, 1]')",
  );
  await within(folder.file, async (store) => {
    for (const room of ["tea", "lobby"]) {
      const { first } = await store.read(room, { limit: 0 });
      assertEquals((await store.reports!.list(room, 9, 9)).map(({ target }) => target), [first]);
    }
  });
});

Deno.test("sqlite: a file that knew no bots keeps them once it is upgraded", async () => {
  await using folder = new Folder();
  await Deno.copyFile(FORMAT_12, folder.file);
  const ci = { name: "ci", rooms: ["ops-*"], may: "write", ts: 1 } as const;
  await within(
    folder.file,
    async ({ bots }) =>
      assertEquals([await bots!.list(), await bots!.add({ ...ci, rooms: ["ops-*"] }, "h")], [[], true]),
  );
  await within(folder.file, async ({ bots }) => assertEquals(await bots!.find("h"), { ...ci, rooms: ["ops-*"] }));
});
