/** A SQLite store whose disk is full when it is opened: on a small file system of its own. @module */

import { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { StoreOpenError } from "../../../chat/log/store.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../lib/assert.ts";
import { testWith } from "../../lib/tools.ts";
import { append, execute } from "../in_folder.ts";

/** A disk of 4 MB. */
class SmallDisk implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "switchboard-small-" });
  readonly file = `${this.path}/chat.db`;

  constructor() {
    run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", this.path);
  }

  /** Leaves only so much space, in whole blocks. */
  fill(bytesLeft = 0): void {
    using filler = Deno.openSync(`${this.path}/filler`, { write: true, create: true });
    using left = Deno.openSync(`${this.path}/left`, { write: true, create: true });
    left.writeSync(new Uint8Array(bytesLeft));
    for (let size = 65_536; size > 0; size = size === 1 ? 0 : size >> 4) {
      try {
        while (filler.writeSync(new Uint8Array(size)) > 0);
      } catch {
        // No space for so much.
      }
    }
    Deno.removeSync(`${this.path}/left`);
  }

  empty(): void {
    Deno.removeSync(`${this.path}/filler`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    run("umount", "-l", this.path);
    await Deno.remove(this.path);
  }
}

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

for (const how of ["was stopped", "was killed"]) {
  testWith("root", {
    name: `sqlite: a store that ${how} is opened on a full disk, read, and written to once there is space`,
    async fn() {
      await using disk = new SmallDisk();
      await using appender = new AppenderProcess(`sqlite:${disk.file}`, "lobby", "ada");
      await appender.untilAcknowledged(50);
      if (how === "was killed") await appender.kill();
      else await appender.end();
      const acknowledged = [...appender.acknowledged.values()];
      disk.fill();
      const epochs: string[] = [];
      for (let start = 0; start < 2; start++) {
        const store = await openSqliteStore(disk.file);
        const { head, epoch, events: messages } = await store.read("lobby", { after: 0, limit: 1_000_000 });
        assertEquals([messages.length, Math.max(...acknowledged) <= head], [head, true]);
        epochs.push(epoch);
        const look = () => {
          using tool = new DatabaseSync(disk.file, { readOnly: true, timeout: 0 });
          tool.prepare("SELECT head FROM rooms").get();
        };
        // Without space for its index, of which a killed one has left the file, the server has the file to itself.
        if (how === "was killed") look();
        else assertThrows(look, Error, "locked");
        if (start === 0) await assertRejects(() => append(store, "x".repeat(100_000)), StoreUnavailableError);
        if (start === 1) {
          disk.empty();
          await append(store, "there is space again");
          await append(store, "and more");
          // Tools may look into it again.
          const tool = new DatabaseSync(disk.file, { readOnly: true });
          assertEquals(tool.prepare("SELECT head FROM rooms").get()!.head, head + 2);
          tool.close();
        }
        await store.close();
      }
      const store = await openSqliteStore(disk.file);
      epochs.push((await store.read("lobby", { limit: 0 })).epoch);
      await store.close();
      assertEquals(new Set(epochs).size, 1);
    },
  });
}

/** Writes a file of format 3 that has about 900 KB. */
function writeOld(file: string): void {
  Deno.copyFileSync(new URL("format_3.db", import.meta.url), file);
  execute(
    file,
    `INSERT INTO rooms (id, name, first, head, ts) VALUES (99, 'big', 1, 2000, 1000);
     INSERT INTO messages (room, seq, ts, author, name, text, nonce)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
       SELECT 99, i, 1000, 'ada', 'Ada', hex(randomblob(150)), 'n' || i FROM n`,
  );
}

async function openAndAppend(file: string, text: string): Promise<void> {
  const store = await openSqliteStore(file);
  try {
    await append(store, text);
  } finally {
    await store.close();
  }
}

/** What becomes of an old file on a disk with so much space. */
async function upgradeWith(bytesLeft: number): Promise<"refused" | "upgraded"> {
  await using disk = new SmallDisk();
  writeOld(disk.file);
  const before = Deno.readFileSync(disk.file);
  disk.fill(bytesLeft);
  try {
    await openAndAppend(disk.file, `with ${bytesLeft} bytes left`);
    return "upgraded";
  } catch (error) {
    assert(error instanceof StoreOpenError, `${bytesLeft} bytes left: ${error}`);
    const after = Deno.readFileSync(disk.file);
    assert(after.every((byte, at) => byte === before[at]) && after.length === before.length, `${bytesLeft} bytes left`);
    const names = [...Deno.readDirSync(disk.path)].map(({ name }) => name);
    assertEquals(names.filter((name) => /wal|reserve/.test(name)), []);
    return "refused";
  }
}

testWith("root", {
  name: "sqlite: on a nearly full disk a file is upgraded and takes messages, or it stays as it was",
  async fn() {
    const outcomes = new Set<string>();
    for (let left = 1_000_000; left < 3_000_000; left += 65_536) outcomes.add(await upgradeWith(left));
    assertEquals([...outcomes], ["refused", "upgraded"]);
  },
});
