/** What happens to the log in a SQLite file when the process, the disk or an operator does something to it. @module */

import { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { StoreOpenError } from "../../../chat/log/store.ts";
import { revocationsOf } from "../../../chat/stores/files/ledger.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { FORMAT, migrate } from "../../../chat/stores/sqlite/schema.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { testWith } from "../../lib/tools.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "../../lib/assert.ts";
import { APPEND_TIMEOUT_MS } from "../../../chat/log/bounds.ts";
import { LOCKED_AGAIN_MS, LOCKED_MS } from "../../../chat/stores/sqlite/bounds.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { by, texts } from "../../lib/messages.ts";
import { append, execute, Folder, within } from "../in_folder.ts";

/** What is done about a store of a newer version. */
const WAY_BACK = "start that version, or restore the backup from before the upgrade";

function epochOf(file: string): Promise<string> {
  return within(file, async (store) => (await store.read("lobby", { limit: 0 })).epoch);
}

Deno.test("sqlite: killed at any instant, everything acknowledged is there, once", async () => {
  await using folder = new Folder();
  const acknowledged = new Map<string, number>();
  const epochs = new Set<string>();
  for (let round = 0; round < 3; round++) {
    await using appender = new AppenderProcess(`sqlite:${folder.file}`, "lobby", `round-${round}`);
    await appender.untilAcknowledged(300 + Math.floor(Math.random() * 1_000));
    await appender.kill();
    for (const [text, seq] of appender.acknowledged) acknowledged.set(text, seq);
    await within(folder.file, async (store) => {
      const { events: messages, head, epoch } = await store.read("lobby", { after: 0, limit: 1_000_000 });
      epochs.add(epoch);
      assertEquals(messages.map(({ seq }) => seq), Array.from({ length: head }, (_, index) => index + 1));
      assertEquals(new Set(messages.map(({ nonce }) => nonce)).size, head);
      for (const [text, seq] of acknowledged) assertEquals(messages[seq - 1]?.nonce, text);
    });
  }
  assertEquals(epochs.size, 1);
});

Deno.test("sqlite: a file is served by one process at a time, and is free the moment that one is killed", async () => {
  await using folder = new Folder();
  await using appender = new AppenderProcess(`sqlite:${folder.file}`, "lobby", "ada");
  await appender.untilAcknowledged(1);
  const error = await assertRejects(() => openSqliteStore(folder.file), StoreOpenError);
  assertEquals(error.message, `Cannot open the store ${folder.file}: another process is serving it`);
  await appender.untilAcknowledged(1);
  await appender.kill();
  await within(folder.file, (store) => append(store, "mine now"));
  await within(folder.file, async () => {
    await assertRejects(() => openSqliteStore(folder.file), StoreOpenError, "another process");
  });
});

Deno.test("sqlite: the epoch stays when nothing was lost", async () => {
  await using folder = new Folder();
  const epoch = await within(folder.file, async (store) => {
    await append(store, "a", "b");
    return (await store.read("lobby", { limit: 0 })).epoch;
  });
  assertEquals(await epochOf(folder.file), epoch);
  // Killed after the database has noted its new run, and before the mark has: a reader keeps what is new in the write-ahead log.
  const mark = await Deno.readFile(`${folder.file}-mark`);
  const reader = new DatabaseSync(folder.file, { readOnly: true });
  reader.exec("BEGIN; SELECT * FROM meta");
  assertEquals(await epochOf(folder.file), epoch);
  await Deno.writeFile(`${folder.file}-mark`, mark);
  assertEquals(await epochOf(folder.file), epoch);
  reader.close();
});

Deno.test("sqlite: a file that was put back from an older copy has a new epoch", async () => {
  await using folder = new Folder();
  await within(folder.file, (store) => append(store, "kept"));
  const epoch = await epochOf(folder.file);
  await Deno.copyFile(folder.file, `${folder.path}/copy`);
  await within(folder.file, (store) => append(store, "lost"));
  // In place, as `cp` does: it stays the same file for the system.
  await Deno.writeFile(folder.file, await Deno.readFile(`${folder.path}/copy`));
  const second = await epochOf(folder.file);
  assertNotEquals(second, epoch);
  assertEquals(await epochOf(folder.file), second);
});

Deno.test("sqlite: nor is a copy that was taken within the same run mistaken for what was served", async () => {
  await using folder = new Folder();
  const epoch = await within(folder.file, async (store) => {
    await append(store, "kept");
    execute(folder.file, `VACUUM INTO '${folder.path}/copy'`);
    await append(store, "lost");
    return (await store.read("lobby", { limit: 0 })).epoch;
  });
  await Deno.writeFile(folder.file, await Deno.readFile(`${folder.path}/copy`));
  assertNotEquals(await epochOf(folder.file), epoch);
});

Deno.test("sqlite: a file that came from elsewhere has a new epoch, with its mark or without", async () => {
  await using folder = new Folder();
  await within(folder.file, (store) => append(store, "a"));
  const epochs = [await epochOf(folder.file)];
  await Deno.remove(`${folder.file}-mark`);
  epochs.push(await epochOf(folder.file));
  await Deno.mkdir(`${folder.path}/other`);
  for (const name of ["chat.db", "chat.db-mark"]) {
    await Deno.copyFile(`${folder.path}/${name}`, `${folder.path}/other/${name}`);
  }
  epochs.push(await epochOf(`${folder.path}/other/chat.db`));
  assertEquals(new Set(epochs).size, 3);
});

Deno.test("sqlite: where the mark cannot be written messages are stored, and the epoch is new each time", async () => {
  await using folder = new Folder();
  await Deno.symlink("/dev/full", `${folder.file}-mark`);
  const first = await within(folder.file, async (store) => {
    await append(store, "a");
    return (await store.read("lobby", { limit: 0 })).epoch;
  });
  await within(folder.file, async (store) => {
    const { epoch, events: messages } = await store.read("lobby", { limit: 9 });
    assertNotEquals(epoch, first);
    assertEquals(texts(messages), "a");
  });
});

Deno.test("sqlite: the error of a file that cannot be opened says which file it is and why", async () => {
  await using folder = new Folder();
  const { file } = folder;
  const refused = async (path: string, reason: string) => {
    const { message } = await assertRejects(() => openSqliteStore(path), StoreOpenError);
    assertEquals(message, `Cannot open the store ${path}: ${reason}`);
  };
  await refused(`${folder.path}/missing/chat.db`, "its folder does not exist");
  await Deno.mkdir(`${folder.path}/folder`);
  await refused(`${folder.path}/folder`, "it is a folder");
  await Deno.writeTextFile(file, "this is a letter, and no database at all. ".repeat(100));
  await refused(file, "file is not a database");
  await Deno.remove(file);
  execute(file, "CREATE TABLE cakes (name TEXT)");
  await refused(file, "the file is another program's database");
  await Deno.remove(file);
  await within(file, (store) => append(store, "a"));
  execute(file, "PRAGMA user_version = 99");
  await refused(file, `it was written by a newer version (format 99, known up to ${FORMAT}): ${WAY_BACK}`);
});

Deno.test("sqlite: a ledger that cannot be written is told at the start and when it is missed, with what to do, and messages are stored", async () => {
  await using folder = new Folder();
  const ledger = `${folder.file}-erased`;
  const told: string[] = [];
  const open = (file: string) => openSqliteStore(file, { report: (message) => told.push(message) });
  const isTold = (count: number) => {
    assertEquals(told.length, count, told.join("\n"));
    assertMatch(
      told.at(-1)!,
      /^Nobody can be erased or called back, nor a bot taken back: .*-erased cannot be written\. Give it the owner/,
    );
    assert(told.at(-1)!.includes(`chown --reference=${folder.file} ${ledger}`));
  };
  await within(folder.file, async (store) => {
    assertEquals(told, []);
    await Deno.mkdir(ledger);
    for (let again = 0; again < 2; again++) {
      await assertRejects(() => store.identities!.revoke("k-1"), StoreUnavailableError);
      await assertRejects(() => store.people!.begin("k-1", "mark"), StoreUnavailableError);
      isTold(1);
    }
    assertEquals(await store.identities!.find("k-1"), {});
  }, open);
  await within(folder.file, async (store) => {
    isTold(2);
    await append(store, "a");
    await Deno.remove(ledger);
    await store.identities!.revoke("k-1");
    assertEquals(told.slice(2), [`${ledger} can be written again`]);
    assertEquals(revocationsOf(folder.file), [{ revoked: "k-1" }]);
  }, open);
});

testWith("write protection", {
  name: "sqlite: a file that may not be written is refused",
  async fn() {
    await using folder = new Folder();
    await within(folder.file, (store) => append(store, "a"));
    await Deno.chmod(folder.file, 0o444);
    // Nothing is forbidden to root but by the file system.
    const isSealed = Deno.uid() === 0 && await run("chattr", "+i", folder.file);
    const { message } = await assertRejects(() => openSqliteStore(folder.file), StoreOpenError);
    assert(message.startsWith(`Cannot open the store ${folder.file}: `), message);
    if (isSealed) await run("chattr", "-i", folder.file);
  },
});

Deno.test("sqlite: damage within the file fails the reads that meet it, and nothing else", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    for (let round = 0; round < 30; round++) {
      const texts = Array.from({ length: 100 }, (_, index) => `${round}-${index} ${"x".repeat(200)}`);
      await append(store, ...texts);
    }
  });
  {
    using file = await Deno.open(folder.file, { write: true });
    const { size } = await file.stat();
    await file.seek(Math.floor(size * 0.3), Deno.SeekMode.Start);
    await file.write(new Uint8Array(Math.floor(size * 0.4)).fill(0xa5));
  }
  await within(folder.file, async (store) => {
    await assertRejects(() => store.read("lobby", { after: 0, limit: 5_000 }), StoreUnavailableError, folder.file);
    assertEquals((await store.read("lobby", { limit: 0 })).head, 3_000);
  });
});

Deno.test("sqlite: a full disk refuses messages, keeps answering reads, and loses nothing when there is room again", async () => {
  await using folder = new Folder();
  // No file may grow beyond 1 MiB: a disk that is full for one process, as far as that one can tell.
  const shell = 'trap "" XFSZ; ulimit -S -f 2048; exec "$@"';
  await using appender = new AppenderProcess(`sqlite:${folder.file}`, "lobby", "ada", shell);
  await appender.until((lines) => lines.filter((line) => line === "unavailable").length > 20);
  assert(await run("prlimit", "--fsize=unlimited:", "--pid", `${appender.pid}`));
  await appender.untilAcknowledged(2_000);
  await appender.kill();
  await within(folder.file, async (store) => {
    const { events: messages, head } = await store.read("lobby", { after: 0, limit: 1_000_000 });
    assertEquals([messages.length, new Set(messages.map(({ nonce }) => nonce)).size], [head, head]);
    for (const [text, seq] of appender.acknowledged) assertEquals(messages[seq - 1]?.nonce, text);
  });
});

Deno.test("sqlite: a commit that fails in its middle leaves nothing behind", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await append(store, "a");
    const unfit = { room: "other", event: { ...by("c"), text: undefined as unknown as string } };
    const entries = [{ room: "lobby", event: by("b", "b") }, unfit];
    await assertRejects(() => store.commit(entries, { ts: Date.now(), day: 0 }), StoreUnavailableError);
    await append(store, "d");
    assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "a d");
    assertEquals((await store.read("other", { limit: 9 })).head, 0);
  });
});

Deno.test("sqlite: while somebody has locked the file it is read, nothing is held up, and a message is stored once", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await append(store, "a");
    const other = new DatabaseSync(folder.file);
    other.exec("BEGIN IMMEDIATE");
    let settled = false;
    const appending = append(store, "b").finally(() => settled = true);
    // Far more turns of the event loop than there could be if each try waited within one.
    for (let turn = 0; turn < 100; turn++) {
      await new Promise((next) => setTimeout(next, 5));
      assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "a");
    }
    assert(!settled);
    other.exec("ROLLBACK");
    other.close();
    await appending;
    await append(store, "b");
    assertEquals(texts((await store.read("lobby", { limit: 9 })).events), "a b");
  });
});

Deno.test("sqlite: a file that stays locked refuses a message before its author gives up", async () => {
  await using folder = new Folder();
  const clock = new FakeClock();
  const store = await openSqliteStore(folder.file, { clock });
  const other = new DatabaseSync(folder.file);
  other.exec("BEGIN IMMEDIATE");
  const appending = append(store, "a");
  const rejected = assertRejects(() => appending, StoreUnavailableError, "database is locked");
  for (let passed = 0; passed <= LOCKED_MS; passed += LOCKED_AGAIN_MS) {
    await new Promise((turn) => setTimeout(turn));
    clock.advance(LOCKED_AGAIN_MS);
  }
  await rejected;
  assert(LOCKED_MS < APPEND_TIMEOUT_MS);
  other.close();
  await store.close();
});

Deno.test("sqlite: an older file is brought up to date, once, or not at all", async () => {
  await using folder = new Folder();
  await within(folder.file, (store) => append(store, "a"));
  const db = new DatabaseSync(folder.file);
  const known = Array.from({ length: FORMAT }, (_, index) => `-- what made version ${index + 1}`);
  const next = "ALTER TABLE rooms ADD COLUMN topic TEXT";
  await assertRejects(() => migrate(db, folder.file, () => {}, [...known, `${next}; no such thing`]));
  db.exec("ROLLBACK");
  for (let round = 0; round < 2; round++) await migrate(db, folder.file, () => {}, [...known, next]);
  assertEquals(db.prepare("SELECT name, topic FROM rooms").all().map((row) => ({ ...row })), [{
    name: "lobby",
    topic: null,
  }]);
  db.close();
});

async function run(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
