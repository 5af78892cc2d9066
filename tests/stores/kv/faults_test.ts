/** What happens to the log in Deno KV when processes share it, are killed, or the data are put back under them. @module */

import { type Clock, systemClock } from "../../../chat/base/clock.ts";
import { shown } from "../../../chat/event/kinds.ts";
import { textsOf } from "../../lib/messages.ts";
import { type MessageLog, StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { StoreOpenError } from "../../../chat/log/store.ts";
import { HEADS_POLL_MS } from "../../../chat/stores/bounds.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { openKvStore } from "../../../chat/stores/kv/store.ts";
import type { RoomValue } from "../../../chat/stores/kv/values.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { appendTo } from "../../lib/append_to.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by, texts } from "../../lib/messages.ts";
import { eventually } from "../../lib/patience.ts";
import { Folder, openKv, within } from "../in_folder.ts";

/** A log on a database, another one on the same, and the database itself. */
interface Shared {
  log: MessageLog;
  other: MessageLog;
  kv: Deno.Kv;
  /** What the operators of either are told. */
  told: string[];
}

async function inShared(work: (shared: Shared) => Promise<void>): Promise<void> {
  await using folder = new Folder("chat.kv");
  const told: string[] = [];
  const open = async () => openLog(await openKv(folder.file, (message) => told.push(message)));
  const [log, other] = [await open(), await open()];
  using kv = await Deno.openKv(folder.file);
  try {
    await work({ log, other, kv, told });
  } finally {
    await other.close();
    await log.close();
  }
}

Deno.test("kv: three processes, one of them killed, share one order and lose nothing that was acknowledged", async () => {
  await using folder = new Folder("chat.kv");
  const log = openLog(await openKv(folder.file));
  try {
    const collector = new Collector();
    await log.subscribe("lobby", collector);
    const appenders = ["ada", "bob"].map((author) => new AppenderProcess(`kv:${folder.file}`, "lobby", author));
    await Promise.all(appenders.map((appender) => appender.untilAcknowledged(100)));
    const own = await appendTo(log, "lobby", by("own"));
    await appenders[0]!.kill();
    await appenders[1]!.untilAcknowledged(100);
    await appenders[1]!.end();
    const { events: messages, head } = await log.read("lobby", { after: 0, limit: 1_000_000 });
    assertEquals([messages.length, new Set(messages.map(({ nonce }) => nonce)).size], [head, head]);
    for (const appender of appenders) {
      for (const [text, seq] of appender.acknowledged) assertEquals(messages[seq - 1]?.nonce, text);
    }
    assertEquals(textsOf(messages)[own.seq - 1], "own");
    await collector.untilCount(head);
    assertEquals(collector.heard, messages.map(shown));
  } finally {
    await log.close();
  }
});

Deno.test("kv: data put back under a process that serves them have a new epoch before a number is given twice", () =>
  inShared(async ({ log, other, kv, told }) => {
    const [collector, elsewhere] = [new Collector(), new Collector()];
    await other.subscribe("lobby", collector);
    await other.subscribe("elsewhere", elsewhere);
    const kept = await appendTo(log, "lobby", by("kept"));
    const { value: earlier } = await kv.get<RoomValue>(KvKey.room("lobby"));
    const lost = await appendTo(log, "lobby", by("lost"));
    await kv.atomic().set(KvKey.room("lobby"), earlier).delete(KvKey.message("lobby", lost.seq)).commit();
    const after = await appendTo(log, "lobby", by("after"));
    assertEquals([after.seq, texts((await log.read("lobby", { limit: 9 })).events)], [lost.seq, "kept after"]);
    assertNotEquals(after.epoch, kept.epoch);
    await collector.until(({ resets }) => resets.at(-1)?.epoch === after.epoch);
    await elsewhere.until(({ resets }) => resets.at(-1)?.epoch === after.epoch);
    await appendTo(other, "lobby", by("from the other"));
    assert(told.length === 1 && told[0]!.includes("a new epoch begins"), `${told}`);
  }));

Deno.test("kv: a nonce from before there were fingerprints stands for the text that it was used for", () =>
  inShared(async ({ log, kv }) => {
    const { seq, ts, epoch } = await appendTo(log, "lobby", by("old", "n1"));
    await kv.set(KvKey.nonce("lobby", "ada", "n1"), [seq, ts]);
    assertEquals(await log.append("lobby", by("other", "n1")), { refused: "nonce_used" });
    assertEquals(await log.append("lobby", by("old", "n1")), { epoch, seq, ts, duplicate: true });
  }));

Deno.test("kv: a nonce from then is free again when its message is lost, and fails nothing beside it", () =>
  inShared(async ({ log, kv }) => {
    const { seq, ts } = await appendTo(log, "lobby", by("old", "n1"));
    await kv.atomic().set(KvKey.nonce("lobby", "ada", "n1"), [seq, ts]).delete(KvKey.message("lobby", seq)).commit();
    const [again, beside] = await Promise.all([
      appendTo(log, "lobby", by("other", "n1")),
      appendTo(log, "lobby", by("beside", "n2")),
    ]);
    assertEquals([again.seq, again.duplicate, beside.seq], [2, false, 3]);
    assertEquals(await appendTo(log, "lobby", by("other", "n1")), { ...again, duplicate: true });
  }));

Deno.test("kv: a file that cannot be opened says which one it is, and a broken one fails what it is asked", async () => {
  await using folder = new Folder("chat.kv");
  const { message } = await assertRejects(() => openKv(`${folder.path}/missing/chat.kv`), StoreOpenError);
  assert(message.startsWith(`Cannot open the store kv:${folder.path}/missing/chat.kv: `), message);
  const store = await openKv(folder.file);
  await store.close();
  await assertRejects(() => store.read("lobby", { limit: 1 }), StoreUnavailableError);
});

/** A clock by which the files are looked at soon. */
const LOOKING: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms === HEADS_POLL_MS ? 20 : ms, run) };

/** What somebody does to the files of a server, what the operator is told, and what makes it good again. */
const ACCIDENTS: [name: string, wrong: (file: string) => void, told: string, right?: (file: string) => void][] = [
  [
    "the files are removed",
    (file) => ["", "-wal", "-shm"].forEach((end) => Deno.removeSync(file + end)),
    "chat.kv was removed or renamed",
  ],
  [
    "the file is renamed",
    (file) => Deno.renameSync(file, `${file}.old`),
    "chat.kv was removed or renamed",
    (file) => Deno.renameSync(`${file}.old`, file),
  ],
  [
    "a copy is put in its place",
    (file) => {
      Deno.renameSync(file, `${file}.old`);
      Deno.copyFileSync(`${file}.old`, file);
    },
    "another file was put in the place of ",
    (file) => Deno.renameSync(`${file}.old`, file),
  ],
  ["the write-ahead log is removed", (file) => Deno.removeSync(`${file}-wal`), "chat.kv-wal was removed or renamed"],
  [
    "the index of the write-ahead log is removed",
    (file) => Deno.removeSync(`${file}-shm`),
    "chat.kv-shm was removed or renamed",
  ],
  ["the file is emptied", (file) => Deno.truncateSync(file), "chat.kv was emptied or cut short"],
];

for (const [name, wrong, told, right] of ACCIDENTS) {
  Deno.test(`kv: when ${name}, the operator of a process that only reads is told${right ? ", and when it is put back" : ""}`, async () => {
    await using folder = new Folder("chat.kv");
    const lines: string[] = [];
    const report = (message: string, cause?: unknown) => void lines.push(cause ? `${message}: ${cause}` : message);
    await within(
      folder.file,
      async () => {
        wrong(folder.file);
        await eventually(() => lines.length > 0, "the operator to be told");
        assertMatch(lines[0]!, /are not as they were/);
        assertStringIncludes(lines[0]!, told);
        if (right === undefined) return;
        right(folder.file);
        await eventually(() => lines.length > 1, "the operator to be told of the end");
        assertEquals(lines.slice(1), ["The files that are served are as they were again"]);
      },
      (file) => openKvStore(file, { clock: LOOKING, report }),
    );
  });

  Deno.test(`kv: when ${name}, nothing more is acknowledged${right ? " until it is put back" : ""}`, async () => {
    await using folder = new Folder("chat.kv");
    await within(folder.file, async (store) => {
      const append = (text: string, nonce?: string) =>
        store.commit([{ room: "lobby", event: by(text, nonce) }], { ts: Date.now(), day: 0 });
      await append("kept", "n1");
      wrong(folder.file);
      // Nor is what is there already: it would be gone as well.
      for (const [text, nonce] of [["lost"], ["kept", "n1"]]) {
        const { message } = await assertRejects(() => append(text!, nonce), StoreUnavailableError);
        assertStringIncludes(message, told);
      }
      if (right === undefined) return;
      right(folder.file);
      await append("on we go");
    }, openKv);
    if (right === undefined) return;
    await within(folder.file, async (again) => {
      assertEquals(texts((await again.read("lobby", { limit: 9 })).events), "kept on we go");
    }, openKv);
  });
}
