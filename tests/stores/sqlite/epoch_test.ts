/** Which of the things that people do to the files of a SQLite store while nobody serves it give it a new epoch. @module */

import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { backup } from "../../../chat/tools/snapshot.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals, assertNotEquals } from "../../lib/assert.ts";
import { append, Folder, within } from "../in_folder.ts";

/** A store's folder, and room for a copy of it. */
class CopyFolder extends Folder {
  constructor() {
    super();
    Deno.mkdirSync(`${this.path}/copy`);
  }

  /** Stores messages, and stops in order. @returns the epoch and the number of the last message */
  async serve(...messages: string[]): Promise<{ epoch: string; head: number }> {
    return await within(this.file, async (store) => {
      if (messages.length > 0) await append(store, ...messages);
      return await store.read("lobby", { limit: 0 });
    });
  }

  /** Stores messages in a process that is killed. @returns the epoch as the file has it then */
  async serveAndKill(): Promise<{ epoch: string }> {
    await using appender = new AppenderProcess(`sqlite:${this.file}`, "lobby", "ada");
    await appender.untilAcknowledged(1);
    const db = new DatabaseSync(this.file, { readOnly: true });
    try {
      await appender.kill();
      return db.prepare("SELECT epoch FROM meta").get() as { epoch: string };
    } finally {
      db.close();
    }
  }

  /** Runs a shell command in the folder. */
  async sh(command: string): Promise<void> {
    const { success } = await new Deno.Command("sh", { args: ["-c", command], cwd: this.path }).output();
    assert(success, command);
  }
}

/** The number of a file's last message. */
function headOf(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return (db.prepare("SELECT max(head) AS head FROM rooms").get() as { head: number }).head;
  } finally {
    db.close();
  }
}

/** Resolves once a change to a file has another time than one that was made before: Deno knows the second only. */
async function untilNextSecond(folder: Folder): Promise<void> {
  const changed = async () => {
    await Deno.writeTextFile(`${folder.path}/probe`, "");
    return (await Deno.stat(`${folder.path}/probe`)).ctime!.getTime();
  };
  const before = await changed();
  while (await changed() === before) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** How a copy is put back over files that are there: they stay the same files for the system, and the copy's mark comes along. */
const PUT_BACK: [name: string, command: string][] = [
  ["cp -a", "cp -a copy/chat.db* ."],
  ["cp", "cp copy/chat.db* ."],
  ["cat and touch", "for name in chat.db chat.db-mark; do cat copy/$name > $name; touch -r copy/$name $name; done"],
  ["tar --overwrite", "tar -C copy -cf all.tar . && tar --overwrite -xf all.tar"],
];

for (const [name, command] of PUT_BACK) {
  for (const end of ["stopped", "killed"]) {
    Deno.test(`sqlite: a copy that was taken after a stop has a new epoch, put back with ${name} over a server's files that was ${end}`, async () => {
      await using folder = new CopyFolder();
      const old = await folder.serve("a", "b");
      await folder.sh("cp -a chat.db* copy/");
      if (end === "stopped") assertEquals((await folder.serve("c", "d")).head, 4);
      else await folder.serveAndKill();
      await untilNextSecond(folder);
      await folder.sh(`rm -f chat.db-wal chat.db-shm; ${command}`);
      const put = await folder.serve("e");
      assertEquals(put.head, 3);
      assertNotEquals(put.epoch, old.epoch);
      assertEquals((await folder.serve()).epoch, put.epoch);
    });
  }
}

Deno.test("sqlite: after a stop, whatever changes the file's times gives it a new epoch, and what only reads it does not", async () => {
  await using folder = new CopyFolder();
  let { epoch } = await folder.serve("a");
  const after = async (command: string, isNew: boolean) => {
    await untilNextSecond(folder);
    await folder.sh(command);
    const { epoch: now } = await folder.serve();
    assertEquals(now !== epoch, isNew, command);
    epoch = now;
  };
  await after("true", false);
  await after("cat chat.db > copy/chat.db; cp -a chat.db copy/; mv copy/chat.db copy/moved", false);
  await backup({ kind: "sqlite", path: folder.file }, `${folder.path}/backup`);
  const db = new DatabaseSync(folder.file);
  db.prepare("SELECT count(*) FROM messages").get();
  db.close();
  await after("true", false);
  await after("chmod g+w chat.db", true);
  await after("chown $(id -u) chat.db", true);
  await after("touch chat.db", true);
  await after("mv chat.db other && mv other chat.db", true);
});

Deno.test("sqlite: the operator is told of another epoch, and of none while one goes on", async () => {
  await using folder = new CopyFolder();
  const told: string[] = [];
  const serve = async () => {
    const store = await openSqliteStore(folder.file, { report: (message) => told.push(message) });
    await store.close();
  };
  for (let run = 0; run < 2; run++) await serve();
  assertEquals(told, []);
  await untilNextSecond(folder);
  await folder.sh("mv chat.db other && mv other chat.db");
  for (let run = 0; run < 2; run++) await serve();
  assertEquals(told, [
    `The store ${folder.file} is not as it was when it was served last: a new epoch begins, and clients are told that messages may be gone`,
  ]);
});

Deno.test("sqlite: after a kill, a file's times say nothing: a copy of what the killed server left cannot be told", async () => {
  await using folder = new CopyFolder();
  await folder.serve("a");
  const { epoch } = await folder.serveAndKill();
  await untilNextSecond(folder);
  await folder.sh("chmod g+w chat.db; cp -a chat.db* copy/");
  const kept = await folder.serve("c");
  assertEquals(kept.epoch, epoch);
  await untilNextSecond(folder);
  // docs/storage.md says so.
  await folder.sh("cp -a copy/chat.db* .");
  const put = await folder.serve("d");
  assertEquals([put.epoch, put.head], [epoch, kept.head]);
});

Deno.test("sqlite: after a kill, an older copy without its mark has a new epoch, taken before that run or within it", async () => {
  for (const when of ["before", "within"]) {
    await using folder = new CopyFolder();
    const { epoch } = await folder.serve("a");
    if (when === "before") await folder.sh("cp -a chat.db copy/");
    {
      await using appender = new AppenderProcess(`sqlite:${folder.file}`, "lobby", "ada");
      await appender.untilAcknowledged(1);
      if (when === "within") await backup({ kind: "sqlite", path: folder.file }, `${folder.path}/copy/chat.db`);
      const copied = headOf(`${folder.path}/copy/chat.db`);
      await appender.until((lines) => lines.some((line) => parseInt(line) > copied));
      await appender.kill();
    }
    await folder.sh("rm chat.db-wal chat.db-shm; cp copy/chat.db .");
    assertNotEquals((await folder.serve("b")).epoch, epoch, when);
  }
});

Deno.test("sqlite: a mark of an earlier version, which has no times, is understood", async () => {
  await using folder = new CopyFolder();
  const { epoch } = await folder.serve("a");
  const mark = await Deno.readTextFile(`${folder.file}-mark`);
  const old = `${mark.split(" ").slice(0, 4).join(" ").padEnd(63)}\n`;
  assertEquals(old.length, 64);
  await Deno.writeTextFile(`${folder.file}-mark`, old);
  assertEquals((await folder.serve()).epoch, epoch);
});
