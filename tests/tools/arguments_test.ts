/** The tools, called as people call them when something is wrong: each says so in a sentence, and leaves nothing behind. @module */

import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { makeFolder, ROOT } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";
import { by } from "../lib/messages.ts";

/** What a command said and how it ended. */
interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs a task of the tree by a shell, with the folder as `$F`. */
async function run(folder: string, line: string): Promise<Ended> {
  const script = line.replaceAll("deno task", '"$DENO" task --quiet');
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO: Deno.execPath(), F: folder },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

/** A folder with a store in it, `chat.db`, of so many messages. */
async function makeStore(messages: number): Promise<{ path: string } & AsyncDisposable> {
  const folder = await makeFolder();
  const log = openLog(await openStore(`sqlite:${folder.path}/chat.db`));
  await Promise.all(Array.from({ length: messages }, (_, n) => log.append("lobby", by("x".repeat(1_000), `${n}`))));
  await log.close();
  return folder;
}

/** The names in a folder, but for what SQLite puts beside a store that is read. */
function namesIn(path: string): string[] {
  const names = Array.from(Deno.readDirSync(path), ({ name }) => name);
  return names.filter((name) => !/^chat\.db-(wal|shm)$/.test(name)).sort();
}

const MISTAKES: [line: string, code: number, told: RegExp][] = [
  ["deno task backup", 2, /^Usage: deno task backup sqlite:PATH\|kv:PATH FILE: received 0 arguments\n$/],
  ["deno task restore $F/chat.db", 2, /^Usage: deno task restore FILE sqlite:PATH\|kv:PATH: received 1 argument\n$/],
  ["deno task export sqlite:$F/chat.db lobby more", 2, /^Usage: deno task export STORE ROOM: received 3 arguments\n$/],
  ["deno task restore a b", 1, /must be sqlite:PATH or kv:PATH: received b\n$/],
  ["deno task backup redis://user:secret@host $F/x", 1, /received redis:\/\/…\n$/],
  [
    "deno task backup postgres://u:secret@h/chat $F/x",
    1,
    /^Cannot use postgres:\/\/h\/chat for that: pg_dump copies it/,
  ],
  ["deno task restore $F/chat.db postgres://u:secret@h/chat", 1, /^Cannot use postgres:\/\/h\/chat for that: pg_dump/],
  ["deno task backup sqlite:$F/none $F/x", 1, /^Cannot back up \S+none to \S+x: there is no file \S+none\n$/],
  ["deno task backup sqlite:$F $F/x", 1, /: \S+ is a folder\n$/],
  ["deno task backup sqlite:$F/chat.db $F/chat.db", 1, /: there is a file already\n$/],
  ["deno task backup sqlite:$F/chat.db $F", 1, /: there is a folder already\n$/],
  ["deno task backup sqlite:$F/chat.db $F/no/x", 1, /: there is no folder \S+no\/\n$/],
  ["deno task backup sqlite:$F/text $F/x", 1, /: file is not a database\n$/],
  ["deno task restore $F/none sqlite:$F/chat.db", 1, /: there is no file \S+none\n$/],
  ["deno task restore $F/chat.db sqlite:$F/chat.db", 1, /: they are the same file\n$/],
  ["deno task restore $F/chat.db sqlite:$F/../${F##*/}/chat.db", 1, /: they are the same file\n$/],
  ["deno task restore $F/chat.db sqlite:$F/no/x", 1, /: there is no folder \S+no\/\n$/],
  ["deno task restore $F/chat.db sqlite:$F", 1, /: \S+ is a folder\n$/],
  ["deno task restore $F/text sqlite:$F/chat.db", 1, /: file is not a database\n$/],
  ["deno task export sqlite:$F/none lobby", 1, /^Cannot export sqlite:\S+none: there is no file \S+none\n$/],
  ["deno task export kv:$F/none lobby", 1, /^Cannot export kv:\S+none: there is no file \S+none\n$/],
  [
    "deno task export memory: lobby",
    1,
    /^Cannot export a store in memory: only the process that serves it has its messages\n$/,
  ],
  ["deno task export sqlite:$F/chat.db 'The Room'", 1, /the room must be 1 to 64 of a-z, 0-9 and -\n$/],
  ["deno task export nonsense lobby", 1, /^Cannot open the store: it must be .*kv:\[PATH\]: received nonsense\n$/],
  ["deno task export redsi://user:secret@host lobby", 1, /kv:\[PATH\]: received redsi:…\n$/],
  ["deno task import $F/text", 2, /^Usage: deno task import FILE STORE ROOM: received 1 argument\n$/],
  ["deno task import $F/text memory: lobby", 1, /must be sqlite:PATH or kv:PATH: received memory:\n$/],
  ["deno task import $F/none sqlite:$F/new.db lobby", 1, /: there is no file \S+none\n$/],
  ["deno task import $F/text sqlite:$F/new.db lobby", 1, /: line 1 is not one of an export: it is not JSON\n$/],
  ["deno task import $F/text sqlite:$F/new.db 'The Room'", 1, /the room must be 1 to 64 of a-z, 0-9 and -\n$/],
  ["deno task bot", 2, /^Usage: deno task bot STORE [\s\S]*: received 0 arguments\n$/],
  ["deno task bot sqlite:$F/none", 1, /^Cannot open sqlite:\S+none: there is no file \S+none\n$/],
  ["deno task bot sqlite:$F/chat.db Ci", 1, /^Cannot make the bot: "name" must be 1 to 30 of .*\n$/],
  ["deno task bot sqlite:$F/chat.db ci --remove", 1, /^The store has no bot ci\n$/],
  ["deno task admin", 2, /^Usage: deno task admin rooms STORE\n[\s\S]*: received 0 arguments\n$/],
  ["deno task admin constructor sqlite:$F/chat.db", 2, /^Usage: deno task admin rooms STORE\n/],
  ["deno task admin erase sqlite:$F/chat.db", 2, /^Usage: deno task admin rooms STORE\n/],
  ["deno task admin rooms kv:$F/chat.db", 1, /^Cannot do that in Deno KV: it cannot list its rooms.*\n$/],
  ["deno task admin rooms sqlite:$F/none", 1, /^Cannot back up \S+none to \S+: there is no file \S+none\n$/],
  ["deno task admin erase sqlite:$F/none ada", 1, /^Cannot open sqlite:\S+none: there is no file \S+none\n$/],
  ["deno task admin erase sqlite:$F/chat.db a/b", 1, /^Cannot use "a\/b": An id must not have a slash in it\n$/],
  ["deno task admin owner sqlite:$F/chat.db lobby 42", 1, /^Cannot make 42 an owner: anybody may use that id\n$/],
  ["deno task admin person sqlite:$F/chat.db nobody", 1, /^The store has nothing of nobody\n$/],
  [
    "deno task export redis://user:secret@host lobby",
    1,
    /^Cannot open the store: the Redis store has left: export each of its rooms with .*: received redis:…\n$/,
  ],
  [
    "deno task export sqlite:$F/chat.db loby",
    1,
    /^Cannot export loby: the store never had a message in a room of that name\n$/,
  ],
  [
    "deno task export sqlite:$F/chat.db lobby > /dev/full",
    1,
    /^Cannot write what is exported: No space left on device\n$/,
  ],
];

Deno.test("a tool that is called wrongly says what is wrong in a sentence, and leaves nothing behind", async () => {
  await using folder = await makeStore(50);
  await Deno.writeTextFile(`${folder.path}/text`, "this is a letter, and no database at all. ".repeat(100));
  const before = namesIn(folder.path);
  for (const [line, code, told] of MISTAKES) {
    const ended = await run(folder.path, line);
    assertMatch(ended.err, told, line);
    assertEquals([ended.code, ended.out, namesIn(folder.path)], [code, "", before], line);
  }
});

Deno.test("--help of a tool says how it is called", async () => {
  for (const tool of ["backup", "restore", "export", "import", "admin"]) {
    const { code, out, err } = await run("", `deno task ${tool} --help`);
    assertEquals([code, err], [0, ""]);
    assert(out.startsWith(`Usage: deno task ${tool} `), out);
  }
});

Deno.test("backup and restore leave the files that they name, and no other", async () => {
  await using folder = await makeStore(50);
  const before = namesIn(folder.path);
  assertEquals((await run(folder.path, "deno task backup sqlite:$F/chat.db $F/copy.db")).code, 0);
  assertEquals(namesIn(folder.path), [...before, "copy.db"].sort());
  assertEquals((await run(folder.path, "deno task restore $F/copy.db sqlite:$F/new.db")).code, 0);
  assertEquals(namesIn(folder.path), [...before, "copy.db", "new.db", "new.db-mark"].sort());
});

Deno.test("export ends quietly when its reader has had enough", async () => {
  await using folder = await makeStore(5_000);
  const line = "deno task export sqlite:$F/chat.db lobby | head -n 1; exit ${PIPESTATUS[0]}";
  const { code, out, err } = await run(folder.path, line);
  assertEquals([code, out.split("\n").length, err], [141, 2, ""]);
});

testWith("root", {
  name: "on a disk that is full backup and restore say so, and leave what was there as it was",
  async fn() {
    await using folder = await makeStore(2_000);
    await using disk = await makeFolder();
    const mount = await run(disk.path, "mount -t tmpfs -o size=256k tmpfs $F");
    assertEquals(mount.code, 0, mount.err);
    try {
      for (const line of ["backup sqlite:$F/chat.db $D/copy.db", "restore $F/chat.db sqlite:$D/new.db"]) {
        const { code, err } = await run(folder.path, `D=${disk.path}; deno task ${line}`);
        assertEquals(code, 1, err);
        assertMatch(err, /^Cannot .*: (database or disk is full|No space left on device)\n$/);
        assertEquals(namesIn(disk.path).filter((name) => !name.endsWith("-mark")), []);
      }
    } finally {
      await run(disk.path, "umount $F");
    }
  },
});
