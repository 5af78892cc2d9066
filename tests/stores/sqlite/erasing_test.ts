/** A text that was deleted, replaced or removed is in no file of a SQLite store any more, nor in a backup. */

import { DatabaseSync } from "node:sqlite";
import type { NewEvent } from "../../../chat/event/event.ts";
import type { Store } from "../../../chat/log/store.ts";
import { ERASE_AGAIN_MS, ERASE_MS, TIDY_MS } from "../../../chat/stores/sqlite/bounds.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { backup } from "../../../chat/tools/snapshot.ts";
import { assert, assertEquals, assertLess } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { Random } from "../../lib/random.ts";
import { Folder } from "../in_folder.ts";

const AT = { ts: 1_000_000_000_000, day: 0 };
const ROOMS = 200;
/** Long enough for all steps of what follows. */
const UNTIL_TIDY_MS = ERASE_MS + 1_000 * TIDY_MS;

/** Rooms whose texts say over and over which text they are, so that any part of a copy is found. */
class Rooms {
  readonly #store: Store;
  readonly #random: Random;
  /** The present text of each message. */
  readonly messages: { room: string; seq: number; version: number; text: number }[] = [];
  /** How often each text says which one it is. */
  readonly lengths = [0];
  #entries: { room: string; event: NewEvent }[] = [];

  constructor(store: Store, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  async write(count: number): Promise<void> {
    const written = Array.from({ length: count }, () => {
      const text = this.lengths.length;
      const room = `room ${this.#random.int(1, ROOMS)}`;
      this.#entries.push({ room, event: { id: "ada", name: "Ada", text: this.#newText(), nonce: `${text}` } });
      return { room, text };
    });
    const seqs = await this.#commit();
    this.messages.push(...written.map(({ room, text }, index) => ({ room, seq: seqs[index]!, version: 0, text })));
  }

  async edit(count: number): Promise<void> {
    for (const message of this.#pick(count)) {
      const { room, seq, version } = message;
      message.text = this.lengths.length;
      message.version++;
      const event: NewEvent = { kind: "edit", id: "ada", name: "Ada", target: seq, text: this.#newText(), version };
      this.#entries.push({ room, event });
    }
    await this.#commit();
  }

  async remove(count: number): Promise<void> {
    for (const message of this.#pick(count)) {
      const { room, seq } = message;
      this.#entries.push({ room, event: { kind: "delete", id: "ada", name: "Ada", target: seq } });
      this.messages.splice(this.messages.indexOf(message), 1);
    }
    await this.#commit();
  }

  /** Leaves the newest messages of each room. */
  async trim(keep: number): Promise<void> {
    while (await this.#store.trim(keep, 0));
    const firsts = new Map<string, number>();
    for (let room = 1; room <= ROOMS; room++) {
      firsts.set(`room ${room}`, (await this.#store.read(`room ${room}`, { limit: 0 })).first);
    }
    const kept = this.messages.filter(({ room, seq }) => seq >= firsts.get(room)!);
    this.messages.splice(0, this.messages.length, ...kept);
  }

  #pick(count: number): Rooms["messages"] {
    const from = this.#random.chance(0.5) ? this.#random.int(0, this.messages.length - count) : undefined;
    // Neighbours, or any.
    if (from !== undefined) return this.messages.slice(from, from + count);
    return [...new Set(Array.from({ length: count }, () => this.#random.pick(this.messages)))];
  }

  #newText(): string {
    const length = this.#random.chance(0.02) ? this.#random.int(300, 1_500) : this.#random.int(1, 30);
    this.lengths.push(length);
    return `<${String(this.lengths.length - 1).padStart(7, "0")}>`.repeat(length);
  }

  async #commit(): Promise<number[]> {
    const seqs: number[] = [];
    for (let from = 0; from < this.#entries.length; from += 200) {
      for (const result of await this.#store.commit(this.#entries.slice(from, from + 200), AT)) {
        if ("refused" in result) throw new Error(result.refused);
        seqs.push(result.seq);
      }
    }
    this.#entries = [];
    return seqs;
  }
}

/** How much of each text is in a file. */
function textsIn(file: string): Map<number, number> {
  const content = new TextDecoder("latin1").decode(Deno.readFileSync(file));
  const lengths = new Map<number, number>();
  for (const [, text] of content.matchAll(/<(\d{7})>/g)) {
    lengths.set(Number(text), (lengths.get(Number(text)) ?? 0) + 1);
  }
  return lengths;
}

/** Checks that each present text is there once, and nothing of any other. */
async function assertErased(folder: Folder, { messages, lengths }: Rooms, what: string): Promise<void> {
  const wanted = new Set(messages.map(({ text }) => text));
  const copy = `${folder.path}/backup-${crypto.randomUUID()}`;
  await backup({ kind: "sqlite", path: folder.file }, copy);
  for (const file of [folder.file, copy, `${folder.file}-wal`]) {
    const found = textsIn(file);
    assertEquals([...found.keys()].filter((text) => !wanted.has(text)), [], `${what}: gone, but in ${file}`);
    if (file.endsWith("-wal")) continue;
    // On the edge of two pages of a long text one is cut in two. A second copy is one that its deletion would not find.
    const twice = [...found].filter(([text, length]) => length > lengths[text]! || length < lengths[text]! * 0.99 - 1);
    assertEquals(
      twice.map(([text, length]) => [text, length, lengths[text]]),
      [],
      `${what}: more than once in ${file}`,
    );
    assertEquals([...wanted].filter((text) => !found.has(text)), [], `${what}: missing in ${file}`);
  }
  Deno.removeSync(copy);
}

Deno.test("sqlite: no text that was deleted, replaced or trimmed is in the file or in a backup, whatever was done around it", async () => {
  await using folder = new Folder();
  const clock = new FakeClock();
  const store = await openSqliteStore(folder.file, { clock });
  // A run in which copies of texts would stay, if rows were removed from pages that have texts.
  const seed = Deno.env.get("SEED") ?? "c";
  const rooms = new Rooms(store, new Random(seed));
  const check = async (what: string) => {
    clock.advance(UNTIL_TIDY_MS);
    await assertErased(folder, rooms, `SEED=${seed} ${what}`);
  };
  await rooms.write(20_000);
  await rooms.remove(10_000);
  await check("half of all messages deleted");
  await rooms.edit(5_000);
  await check("and some edited");
  for (let round = 1; round <= 8; round++) {
    await rooms.trim(40 - 3 * round);
    await rooms.write(400);
    await rooms.edit(Math.floor(rooms.messages.length / 6));
    await rooms.remove(Math.floor(rooms.messages.length / 6));
    await check(`round ${round}`);
  }
  await store.close();
  // The space is used again.
  const db = new DatabaseSync(folder.file, { readOnly: true });
  const { erased, rows } = db.prepare("SELECT count(*) AS rows, sum(typeof(text) = 'blob') AS erased FROM texts")
    .get()!;
  assertLess(erased as number, 0.3 * (rows as number) + 1_100);
  db.close();
});

Deno.test("sqlite: a program that reads the file holds up the erasing, of which the operator is told", async () => {
  await using folder = new Folder();
  const clock = new FakeClock();
  const told: string[] = [];
  const store = await openSqliteStore(folder.file, { clock, report: (message) => told.push(message) });
  const rooms = new Rooms(store, new Random("a"));
  await rooms.write(10);
  const reader = new DatabaseSync(folder.file, { readOnly: true });
  reader.exec("BEGIN; SELECT count(*) FROM rooms");
  await rooms.remove(5);
  clock.advance(ERASE_MS);
  assertEquals(told.length, 1);
  assert(Deno.statSync(`${folder.file}-wal`).size > 0);
  clock.advance(ERASE_AGAIN_MS);
  assertEquals(told.length, 1);
  reader.close();
  clock.advance(ERASE_AGAIN_MS);
  assertEquals(
    told.map((message) => message.slice(0, 24)),
    ["Erased texts are still in", "Erased texts are gone from"].map((message) => message.slice(0, 24)),
  );
  await assertErased(folder, rooms, "afterwards");
  await store.close();
});

Deno.test("sqlite: what a killed server had not erased yet is erased by the next one", async () => {
  await using folder = new Folder();
  const first = await openSqliteStore(folder.file, { clock: new FakeClock() });
  const rooms = new Rooms(first, new Random("a"));
  await rooms.write(100);
  await rooms.remove(50);
  // As a kill leaves them.
  await Deno.mkdir(`${folder.path}/killed`);
  for (const end of ["", "-wal"]) await Deno.copyFile(`${folder.file}${end}`, `${folder.path}/killed/chat.db${end}`);
  await first.close();
  const clock = new FakeClock();
  const killed = { path: `${folder.path}/killed`, file: `${folder.path}/killed/chat.db` } as Folder;
  const store = await openSqliteStore(killed.file, { clock });
  assert(textsIn(`${killed.file}-wal`).size > 50);
  clock.advance(ERASE_MS);
  await assertErased(killed, rooms, "after a kill");
  await store.close();
});

Deno.test("sqlite: what belongs to a message goes with it", async () => {
  await using folder = new Folder();
  const clock = new FakeClock();
  const store = await openSqliteStore(folder.file, { clock });
  const commit = (...events: NewEvent[]) => store.commit(events.map((event) => ({ room: "lobby", event })), AT);
  const react = (target: number, count: number) =>
    commit(...Array.from({ length: count }, (_, index): NewEvent => (
      { kind: "react", id: `id ${index}`, name: "Ada", target, emoji: "👍", on: true, nonce: `n${target}` }
    )));
  const db = new DatabaseSync(folder.file, { readOnly: true });
  const left = () => db.prepare("SELECT target, count(*) AS count FROM reactions GROUP BY target").all();
  for (const text of ["1", "2", "3"]) await commit({ id: "ada", name: "Ada", text });
  for (const target of [1, 2, 3]) await react(target, 1_200);
  await commit({ kind: "delete", id: "ada", name: "Ada", target: 3, nonce: "d" });
  assertEquals(left().length, 3);
  clock.advance(UNTIL_TIDY_MS);
  assertEquals(left().map(({ target, count }) => [target, count]), [[1, 1_200], [2, 1_200]]);
  while (await store.trim(2, 0));
  assertEquals(left().map(({ target }) => target), [2]);
  const count = (table: string) => db.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count;
  assertEquals(count("leftovers"), 0);
  while (await store.trim(0, 0));
  // Changes after the last message are kept.
  assertEquals([count("reactions"), count("messages"), count("nonces"), count("changes")], [0, 0, 3_601, 3_601]);
  await commit({ id: "ada", name: "Ada", text: "4", nonce: "n" });
  while (await store.trim(0, 0));
  assertEquals(["reactions", "messages", "nonces", "changes"].map(count), [0, 0, 0, 0]);
  db.close();
  await store.close();
});
