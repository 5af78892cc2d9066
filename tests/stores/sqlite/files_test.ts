/**
 * One database has one server, whatever it is called; and what is acknowledged is in the files that lie at its path. With real
 * processes, links, mounts and namespaces.
 *
 * @module
 */

import { textsOf } from "../../lib/messages.ts";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { type Store, StoreOpenError } from "../../../chat/log/store.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { restore } from "../../../chat/tools/snapshot.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../lib/assert.ts";
import { LOCK } from "../../lib/packages.ts";
import { testWith } from "../../lib/tools.ts";
import { texts } from "../../lib/messages.ts";
import { append, execute, Folder, within } from "../in_folder.ts";

const OTHER_NAMES: [name: string, make: (folder: Folder) => Promise<string>][] = [
  ["a symbolic link", async ({ path, file }) => {
    await Deno.symlink(file, `${path}/link.db`);
    return `${path}/link.db`;
  }],
  ["a hard link", async ({ path, file }) => {
    await Deno.link(file, `${path}/hard.db`);
    return `${path}/hard.db`;
  }],
  ["a linked folder", async ({ path }) => {
    await Deno.symlink(path, `${path}/again`);
    return `${path}/again/chat.db`;
  }],
  ["another spelling", ({ path }) => Promise.resolve(`${path}/./../${path.split("/").at(-1)}//chat.db`)],
];

for (const [name, make] of OTHER_NAMES) {
  Deno.test(`sqlite: a file that is served is not served again under ${name}`, async () => {
    await using folder = new Folder();
    await using appender = new AppenderProcess(`sqlite:${folder.file}`, "lobby", "ada");
    await appender.untilAcknowledged(1);
    const other = await make(folder);
    const { message } = await assertRejects(() => openSqliteStore(other), StoreOpenError);
    assertStringIncludes(message, `Cannot open the store ${other}: another process is serving it`);
    await Deno.copyFile(folder.file, `${folder.path}/copy`);
    const restoring = () => restore(`${folder.path}/copy`, { kind: "sqlite", path: other }, new Date());
    await assertRejects(restoring, Error, "another process is serving it");
    // The attempts have taken nothing from the one that serves it.
    await appender.untilAcknowledged(20);
    await appender.end();
    await within(other, async (store) => {
      const { events: messages, head } = await store.read("lobby", { after: 0, limit: 1_000_000 });
      assertEquals([messages.length, new Set(messages.map(({ nonce }) => nonce)).size], [head, head]);
      for (const [text, seq] of appender.acknowledged) assertEquals(messages[seq - 1]?.nonce, text);
    });
  });
}

Deno.test("sqlite: a file whose lock outlives its server for a moment is opened once it is free", async () => {
  await using folder = new Folder();
  await within(folder.file, (store) => append(store, "before"));
  using held = await Deno.open(folder.file, { read: true, write: true });
  held.lockSync(true);
  const opening = openSqliteStore(folder.file);
  setTimeout(() => held.unlockSync(), 100);
  const store = await opening;
  assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "before");
  await store.close();
});

testWith("root", {
  name: "sqlite: a file that is served here is not served through another container's mount of it, or of its folder",
  async fn() {
    await using folder = new Folder();
    await Deno.mkdir(`${folder.path}/theirs`);
    await Deno.writeTextFile(`${folder.path}/theirs.db`, "");
    await within(folder.file, async (store) => {
      await append(store, "a");
      for (
        const [mounted, at, file] of [[folder.file, "theirs.db", "theirs.db"], [
          folder.path,
          "theirs",
          "theirs/chat.db",
        ]]
      ) {
        const stderr = await openInContainer(mounted!, `${folder.path}/${at}`, `sqlite:${folder.path}/${file}`);
        assertStringIncludes(stderr, `${folder.path}/${file}: another process is serving it`);
      }
      await append(store, "b");
      assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "a b");
    });
  },
});

/** Opens a store in a process with mounts and process ids of its own, in which it must fail. @returns what it said */
async function openInContainer(mounted: string, at: string, store: string): Promise<string> {
  const script = new URL("../appender.ts", import.meta.url).pathname;
  const mount = `mount --bind ${mounted} ${at} && exec "$@"`;
  const command = [Deno.execPath(), "run", "-A", "--quiet", "--no-lock", script, store, "lobby", "ada"];
  const { success, stderr } = await new Deno.Command("unshare", {
    args: ["-m", "-p", "-f", "sh", "-c", mount, "sh", ...command],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(!success);
  return new TextDecoder().decode(stderr);
}

/** Stores 1,000 messages: most are in the file, and some only in its write-ahead log. */
async function fillBoth(store: Store, file: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await append(store, ...Array.from({ length: 50 }, (_, index) => `${round}-${index} ${"x".repeat(200)}`));
    if (round === 15) execute(file, "PRAGMA wal_checkpoint(TRUNCATE)");
  }
}

/** What somebody does to the files of a server, what the operator is told, and what makes it good again. */
const ACCIDENTS: [name: string, wrong: (file: string) => void, told: string, right?: (file: string) => void][] = [
  ["the file is removed", (file) => Deno.removeSync(file), "chat.db was removed or renamed"],
  [
    "the file is renamed",
    (file) => Deno.renameSync(file, `${file}.old`),
    "chat.db was removed or renamed",
    (file) => Deno.renameSync(`${file}.old`, file),
  ],
  ["the file is emptied", (file) => Deno.truncateSync(file, 0), "chat.db was emptied or cut short"],
  ["the file is cut", (file) => Deno.truncateSync(file, 8192), "chat.db was emptied or cut short"],
  [
    "a copy is put in its place",
    (file) => {
      Deno.copyFileSync(file, `${file}.copy`);
      Deno.renameSync(file, `${file}.old`);
      Deno.renameSync(`${file}.copy`, file);
    },
    "another file was put in the place of ",
    (file) => Deno.renameSync(`${file}.old`, file),
  ],
  ["the write-ahead log is removed", (file) => Deno.removeSync(`${file}-wal`), "chat.db-wal was removed or renamed"],
  [
    "the write-ahead log is renamed",
    (file) => Deno.renameSync(`${file}-wal`, `${file}-old`),
    "chat.db-wal was removed or renamed",
    (file) => Deno.renameSync(`${file}-old`, `${file}-wal`),
  ],
  [
    "the write-ahead log is emptied",
    (file) => Deno.truncateSync(`${file}-wal`, 0),
    "chat.db-wal was emptied or cut short",
  ],
  [
    "another write-ahead log is put in its place",
    (file) => {
      Deno.copyFileSync(`${file}-wal`, `${file}-copy`);
      Deno.renameSync(`${file}-copy`, `${file}-wal`);
    },
    "another file was put in the place of ",
  ],
  [
    "the index of the write-ahead log is removed",
    (file) => Deno.removeSync(`${file}-shm`),
    "chat.db-shm was removed or renamed",
  ],
  [
    "the index of the write-ahead log is emptied",
    (file) => Deno.truncateSync(`${file}-shm`, 0),
    "chat.db-shm was emptied or cut short",
  ],
];

for (const [name, wrong, told, right] of ACCIDENTS) {
  Deno.test(`sqlite: when ${name}, nothing more is acknowledged${right ? " until it is put back" : ""}`, async () => {
    await using folder = new Folder();
    await within(folder.file, async (store) => {
      await fillBoth(store, folder.file);
      wrong(folder.file);
      for (let tries = 0; tries < 2; tries++) {
        const { message } = await assertRejects(() => append(store, "lost"), StoreUnavailableError);
        assertStringIncludes(message, told);
        assertStringIncludes(message, folder.path);
      }
      if (right === undefined) return;
      right(folder.file);
      await append(store, "on we go");
    });
    if (right === undefined) return;
    await within(folder.file, async (store) => {
      const { head, events } = await store.read("lobby", { limit: 2 });
      assertEquals([head, textsOf(events).at(-1)], [1_001, "on we go"]);
    });
  });
}

Deno.test("sqlite: proper changes by an operator's tools are no accident", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await fillBoth(store, folder.file);
    const shell = async (sql: string) => {
      execute(folder.file, sql);
      await append(store, sql);
    };
    await shell("PRAGMA wal_checkpoint(TRUNCATE)");
    while (await store.trim(10, 0));
    await shell("PRAGMA wal_checkpoint(TRUNCATE)");
    const { size } = await Deno.stat(folder.file);
    await shell("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    assert((await Deno.stat(folder.file)).size < size);
    await shell("PRAGMA integrity_check");
    assertEquals((await store.read("lobby", { limit: 0 })).head, 1_003);
  });
});

Deno.test("sqlite: a write-ahead log that SQLite itself cuts beside a reader is no accident", async () => {
  await using folder = new Folder();
  const startReading = () => {
    const reader = new DatabaseSync(folder.file, { readOnly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM messages").get();
    return reader;
  };
  const logBytes = async () => (await Deno.stat(`${folder.file}-wal`)).size;
  await within(folder.file, async (store) => {
    await append(store, "first");
    const long = startReading();
    const text = "x".repeat(16_000);
    // More than what SQLite leaves of it when it can.
    for (let batch = 0; await logBytes() < 68 * 1024 * 1024; batch++) {
      await append(store, ...Array.from({ length: 500 }, (_, index) => `${batch}-${index} ${text}`));
    }
    const bytes = await logBytes();
    long.close();
    await append(store, "between");
    const next = startReading();
    for (let count = 0; count < 3; count++) await append(store, `beside the next ${count}`);
    assert(await logBytes() < bytes);
    // What is in use is looked after all the same.
    Deno.truncateSync(`${folder.file}-wal`, 32);
    await assertRejects(() => append(store, "lost"), StoreUnavailableError, "chat.db-wal was emptied or cut short");
    next.close();
  });
});

for (const bytes of [0, 4096, 32_000]) {
  Deno.test(`sqlite: a process whose write-ahead log's index is cut to ${bytes} bytes refuses everything, and lives`, async () => {
    await using folder = new Folder();
    const script = new URL("./cut_index.ts", import.meta.url).pathname;
    const { code, signal, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", LOCK, "--quiet", script, folder.file, `${bytes}`],
      stderr: "inherit",
    }).output();
    assertEquals([code, signal], [0, null]);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(lines.pop(), "again: 1");
    assertEquals(lines.length, 4);
    for (const line of lines) assertStringIncludes(line, "chat.db-shm was emptied or cut short");
  });
}

Deno.test("sqlite: a database that is served through a symbolic link is looked after as well", async () => {
  await using folder = new Folder();
  await Deno.mkdir(`${folder.path}/disk`);
  await Deno.symlink(`${folder.path}/disk/real.db`, folder.file);
  await within(`${folder.path}/disk/real.db`, (store) => append(store, "a"));
  await within(folder.file, async (store) => {
    await append(store, "b");
    await Deno.remove(folder.file);
    await assertRejects(() => append(store, "c"), StoreUnavailableError, "was removed or renamed");
    await Deno.symlink(`${folder.path}/disk/real.db`, folder.file);
    await append(store, "d");
    await Deno.remove(`${folder.path}/disk/real.db-wal`);
    await assertRejects(() => append(store, "e"), StoreUnavailableError, "real.db-wal was removed");
  });
});
