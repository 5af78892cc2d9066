/** What an operator does at a terminal: with the rooms and with what people have left in them. @module */

import type { NewEvent } from "../../chat/event/event.ts";
import { messagesOf } from "../../chat/log/whole.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { StoreOpenError } from "../../chat/log/store.ts";
import { storedPolicy } from "../../chat/room/stored_rooms.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { erasuresOf, revocationsOf } from "../../chat/stores/files/ledger.ts";
import { ban, claim, erasePerson, makeOwner, printPerson, printRooms, revoke } from "../../chat/tools/admin.ts";
import { backup, parseFileStore, restore, ToolError } from "../../chat/tools/snapshot.ts";
import { AppenderProcess } from "../lib/appender_process.ts";
import { hashOf } from "../../chat/wire/names.ts";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "../lib/assert.ts";
import { testWith } from "../lib/tools.ts";
import { execute, Folder } from "../stores/in_folder.ts";

const ADA = "k-00000000000000000000000000000001";
const BOB = "k-00000000000000000000000000000002";
const ada = { id: ADA, name: "Ada Lovelace" };
const bob = { id: BOB, name: "Bob" };
const SECRET = `p-${"a".repeat(26)}`;

type Log = ReturnType<typeof openLog>;

async function within<T>(name: string, work: (log: Log) => Promise<T>): Promise<T> {
  const log = openLog(await openStore(name));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** A store in which Ada has left something of every kind, between what Bob has. */
async function makeStore(folder: Folder): Promise<string> {
  const name = `sqlite:${folder.file}`;
  await within(name, async (log) => {
    const events: [room: string, event: NewEvent][] = [
      [SECRET, { ...ada, kind: "settings", set: { title: "Plans", visibility: "private" }, owner: ADA }],
      [SECRET, { ...ada, text: "the plan of Ada", nonce: "1" }],
      [SECRET, { ...bob, kind: "member", member: ADA, mute: true, reason: "she never stops" }],
      ["lobby", { ...bob, text: "hello from Bob", nonce: "1" }],
      ["lobby", { ...ada, text: "a secret of Ada" }],
      ["lobby", { ...ada, text: "before it was edited", nonce: "2", reply: 1 }],
      ["lobby", { ...ada, kind: "edit", target: 3, text: "after it was edited", version: 0, nonce: "3" }],
      ["lobby", { ...ada, kind: "react", target: 1, emoji: "👍", on: true, nonce: "4" }],
      ["lobby", { ...bob, kind: "react", target: 1, emoji: "👍", on: true }],
      ["lobby", { ...bob, kind: "react", target: 2, emoji: "👍", on: true }],
    ];
    for (const [room, event] of events) {
      const answer = await log.append(room, event);
      assert(!("refused" in answer), JSON.stringify(answer));
    }
    await log.reports!.add("lobby", { target: 1, by: ADA, reason: "he is rude to Ada" }, 1);
  });
  return name;
}

/** Whether a text is anywhere in the files of a store. */
function isLeft(file: string, text: string): boolean {
  const needle = new TextEncoder().encode(text).toHex();
  return ["", "-wal", "-mark", "-erased"].some((end) => {
    try {
      return Deno.readFileSync(file + end).toHex().includes(needle);
    } catch {
      return false;
    }
  });
}

/** What Ada wrote and was called. */
const HERS = [
  "the plan of Ada",
  "a secret of Ada",
  "after it was edited",
  "before it was edited",
  "Lovelace",
  "he is rude to Ada",
];

async function assertErased(name: string): Promise<void> {
  await within(name, async (log) => {
    const { events } = await log.read("lobby", { limit: 50 });
    assertEquals(
      messagesOf(events).map(({ id, name, text, deleted, reactions }) => [id, name, text, deleted, reactions]),
      [
        [BOB, "Bob", "hello from Bob", undefined, [{ emoji: "👍", count: 1 }]],
        [ADA, `Client #${ADA}`, "", true, undefined],
        [ADA, `Client #${ADA}`, "", true, undefined],
      ],
    );
    assertEquals(await log.reactors("lobby", { target: 1, emoji: "👍", limit: 9 }), [BOB]);
    const policy = await storedPolicy(log, SECRET);
    assertEquals(policy.owners, []);
    assert(policy.untilOf(ADA).mutedMs > 0, "she gets rid of no mute so");
  });
}

Deno.test("an id is erased: its texts and names are gone from the file, and what others wrote is as it was", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  assert(isLeft(folder.file, "Lovelace"));
  assertEquals(await erasePerson(name, ADA), { messages: 3, reactions: 1, roles: [SECRET], ownerless: [SECRET] });
  await assertErased(name);
  for (const text of HERS) assert(!isLeft(folder.file, text), text);
  assertEquals(erasuresOf(folder.file).map(({ id }) => id), [ADA]);
  assertEquals(await erasePerson(name, ADA), { messages: 0, reactions: 0, roles: [], ownerless: [] });
});

Deno.test("of thousands of messages under a long name no page of the file keeps the name", async () => {
  await using folder = new Folder();
  const name = `sqlite:${folder.file}`;
  const long = { id: ADA, name: `Ada ${"of Lovelace ".repeat(20)}` };
  await within(name, async (log) => {
    for (let room = 0; room < 8; room++) {
      const events = Array.from(
        { length: 400 },
        (_, n) => ({ ...n % 3 === 0 ? long : bob, text: `${n}`, nonce: `${n}` }),
      );
      await Promise.all(events.map((event, n) => log.append(`room-${(n * 5 + room) % 8}`, event)));
    }
  });
  const { messages } = await erasePerson(name, ADA);
  assert(messages > 400, `${messages}`);
  assert(!isLeft(folder.file, "Lovelace"));
});

Deno.test("a copy that was made before an erasure is erased, too, when it is restored", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  const store = parseFileStore(name);
  await backup(store, `${folder.path}/before`);
  await erasePerson(name, ADA);
  await backup(store, `${folder.path}/after`);
  const { aside, erased } = await restore(`${folder.path}/before`, store, new Date());
  assertEquals(erased, 1);
  for (const end of ["", "-wal", "-shm"]) await Deno.remove(aside! + end).catch(() => {});
  for (const text of HERS) assert(!isLeft(folder.file, text), text);
  await assertErased(name);
  const names = Array.from(Deno.readDirSync(folder.path), (entry) => entry.name).filter((one) => /part/.test(one));
  assertEquals(names, [], "nothing of the work is left");
});

Deno.test("what somebody wrote who came back after an erasure stays in a copy that was made after it", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  await erasePerson(name, ADA);
  await within(name, (log) => log.append("lobby", { ...ada, text: "I am back" }));
  await backup(parseFileStore(name), `${folder.path}/copy`);
  assertEquals((await restore(`${folder.path}/copy`, parseFileStore(name), new Date())).erased, 0);
  const { events } = await within(name, (log) => log.read("lobby", { limit: 1 }));
  assertEquals(messagesOf(events)[0]!.text, "I am back");
});

Deno.test("a bot that was taken back stays so when a copy of before is restored", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  const store = parseFileStore(name);
  const copy = `${folder.path}/before`;
  const add = (secret: string) =>
    within(name, ({ bots }) => bots!.add({ name: "ci", rooms: ["*"], may: "write", ts: 1 }, secret));
  await add("h1");
  await within(name, ({ bots }) => bots!.add({ name: "watch", rooms: ["*"], may: "read", ts: 1 }, "h2"));
  await backup(store, copy);
  await within(name, ({ bots }) => bots!.remove("ci"));
  await add("h3");
  assertEquals((await restore(copy, store, new Date())).bots, 1);
  await within(name, async ({ bots }) => {
    assertEquals([await bots!.find("h1"), (await bots!.list()).map(({ name }) => name)], [undefined, ["watch"]]);
  });
});

Deno.test("an id that was called back stays so when a copy of before is restored, and a copy of after needs nothing", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  const store = parseFileStore(name);
  const [before, after] = [`${folder.path}/before`, `${folder.path}/after`];
  await backup(store, before);
  await revoke(name, ADA, BOB);
  await revoke(name, ADA);
  await backup(store, after);
  for (const [copy, revoked] of [[before, 1], [after, 0]] as const) {
    assertEquals(await restore(copy, store, new Date(revoked)), {
      revoked,
      erased: 0,
      bots: 0,
      aside: `${folder.file}.replaced-1970-01-01T00-00-00-00${revoked}Z`,
    });
    assertEquals(await within(name, ({ identities }) => identities!.find(ADA)), { revoked: true, next: BOB });
    assertEquals(revocationsOf(folder.file), [{ revoked: ADA, next: BOB }]);
  }
  const names = Array.from(Deno.readDirSync(folder.path), (entry) => entry.name).filter((one) => /part/.test(one));
  assertEquals(names, [], "nothing of the work is left");
});

Deno.test("a line of the ledger that a crash cut short hides no other", async () => {
  await using folder = new Folder();
  await Deno.writeTextFile(`${folder.file}-erased`, '\n{"id":"k-1","ma');
  const name = await makeStore(folder);
  await erasePerson(name, ADA);
  await revoke(name, BOB);
  assertEquals(revocationsOf(folder.file), [{ revoked: BOB }]);
  assertEquals(erasuresOf(folder.file).map(({ id }) => id), [ADA]);
});

Deno.test("rooms are listed with those who own them, the secret ones too", async () => {
  await using folder = new Folder();
  const lines: string[] = [];
  await printRooms(await makeStore(folder), (line) => lines.push(line.replace(/[\dT:.-]+Z$/, "WHEN")));
  assertEquals(lines, [
    "room\towners\tmembers\tmessages\tlast event",
    "lobby\t-\t0\t3\tWHEN",
    `${SECRET}\t${ADA}\t1\t1\tWHEN`,
  ]);
});

Deno.test("a person's data are what it wrote, its reactions, and the changes of rooms by and about it", async () => {
  await using folder = new Folder();
  const lines: Record<string, unknown>[] = [];
  await printPerson(await makeStore(folder), ADA, (line) => lines.push(JSON.parse(line)));
  const told = lines.map(({ room, text, emoji, set, reason, reported }) => [
    room,
    text ?? emoji ?? reason ?? set ?? (reported as { reason: string }).reason,
  ]);
  assertEquals(told, [
    ["lobby", "a secret of Ada"],
    ["lobby", "after it was edited"],
    ["lobby", "👍"],
    ["lobby", "he is rude to Ada"],
    [SECRET, "the plan of Ada"],
    [SECRET, { title: "Plans", visibility: "private" }],
    [SECRET, "she never stops"],
  ]);
});

Deno.test("an operator makes an owner, and bans from one room and from all", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  await makeOwner(name, SECRET, BOB);
  assertEquals(await ban(name, "42", "lobby"), 1);
  assertEquals(await ban(name, ADA), 2);
  await within(name, async (log) => {
    const [lobby, secret] = [await storedPolicy(log, "lobby"), await storedPolicy(log, SECRET)];
    assertEquals(secret.owners, [BOB]);
    assertEquals([lobby.roleOf("42", 0), lobby.roleOf(ADA, 0)], ["banned", "banned"]);
    assertEquals([secret.roleOf("42", 0), secret.roleOf(ADA, 0)], ["guest", "banned"]);
  });
  await assertRejects(() => ban(name, ADA, "loby"), ToolError, "The store has no room loby");
});

Deno.test("an operator makes nobody an owner of a room of two, and finds it among the data of both", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  const room = `d-${"a".repeat(26)}`;
  const between: [string, string] = [ADA, BOB];
  await within(name, (log) => log.append(room, { ...ada, kind: "settings", set: { visibility: "private" }, between }));
  await assertRejects(() => makeOwner(name, room, BOB), ToolError, "the room of two people, which nobody owns");
  assertEquals(await ban(name, "42"), 2);
  assertEquals(await ban(name, BOB), 3);
  for (const id of between) {
    const lines: string[] = [];
    await printPerson(name, id, (line) => lines.push(line));
    assert(lines.some((line) => line.includes(room)), id);
  }
});

Deno.test("while a store is served it is read, and nothing is written to it", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  await using appender = new AppenderProcess(name, "elsewhere", "ada");
  await appender.untilAcknowledged(1);
  const lines: string[] = [];
  await printRooms(name, (line) => lines.push(line));
  assertEquals(lines.length, 4);
  await assertRejects(() => erasePerson(name, ADA), StoreOpenError, "another process is serving it");
  assertEquals(erasuresOf(folder.file), []);
});

Deno.test("a store whose rooms cannot be listed is named, and not the copy that is looked at", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  execute(folder.file, "PRAGMA user_version = 99");
  const { message } = await assertRejects(() => printRooms(name, () => {}), ToolError, "newer version");
  assert(message.startsWith(`Cannot open the store ${folder.file}: it was written`), message);
});

/** Of a service with a user of its own. */
const SERVICE = { uid: 12345, gid: 12346 };

/** Whose the files of a store are, and whether others may read them. */
function ownersOf(folder: Folder): Record<string, unknown[]> {
  const of = ({ name }: Deno.DirEntry) => {
    const { uid, gid, mode } = Deno.statSync(`${folder.path}/${name}`);
    return [name, [uid, gid, mode! & 0o777]];
  };
  return Object.fromEntries([...Deno.readDirSync(folder.path)].map(of));
}

function giveToService(path: string): void {
  Deno.chownSync(path, SERVICE.uid, SERVICE.gid);
}

const SERVICES = [SERVICE.uid, SERVICE.gid, 0o640];

testWith("other owners", {
  name: "what root makes beside a service's store belongs to the service, and so does what root restores",
  async fn() {
    await using folder = new Folder();
    const name = await makeStore(folder);
    await Deno.remove(`${folder.file}-mark`);
    giveToService(folder.file);
    await Deno.chmod(folder.file, 0o640);
    await revoke(name, BOB);
    assertEquals(ownersOf(folder), { "chat.db": SERVICES, "chat.db-erased": SERVICES, "chat.db-mark": SERVICES });

    const copy = `${folder.path}/copy`;
    await backup(parseFileStore(name), copy);
    await erasePerson(name, ADA);
    // As if it had come back from another machine.
    Deno.chownSync(`${folder.file}-erased`, 0, 0);
    const { aside } = await restore(copy, parseFileStore(name), new Date());
    await Deno.remove(aside!);
    await Deno.remove(copy);
    assertEquals(ownersOf(folder), { "chat.db": SERVICES, "chat.db-erased": SERVICES, "chat.db-mark": SERVICES });
  },
});

testWith("other owners", {
  name: "root gives a service no file that only a link leads to",
  async fn() {
    for (const link of [Deno.symlinkSync, Deno.linkSync]) {
      await using folder = new Folder();
      const name = await makeStore(folder);
      const secret = `${folder.path}/secret`;
      await Deno.writeTextFile(secret, "root's own", { mode: 0o600 });
      link(secret, `${folder.file}-erased`);
      giveToService(folder.file);
      await revoke(name, BOB);
      assertEquals(ownersOf(folder).secret, [0, 0, 0o600]);
    }
  },
});

testWith("other owners", {
  name: "what root restores where no store is, in the folder of a service, belongs to the service",
  async fn() {
    for (const kind of ["sqlite", "kv"]) {
      await using folder = new Folder();
      await using made = new Folder();
      await within(`${kind}:${made.file}`, (log) => log.append("lobby", { ...bob, text: "hello" }));
      giveToService(folder.path);
      await restore(made.file, parseFileStore(`${kind}:${folder.file}`), new Date());
      for (const [name, [uid, gid, mode]] of Object.entries(ownersOf(folder))) {
        assertEquals([uid, gid], [SERVICE.uid, SERVICE.gid], name);
        assertEquals((mode as number) & 0o111, 0, `${name} has the rights of a folder`);
      }
    }
  },
});

Deno.test("an operator calls an id back, and makes a claim in the place of the one before", async () => {
  await using folder = new Folder();
  const name = await makeStore(folder);
  await revoke(name, ADA, BOB);
  const [first, second] = [await claim(name), await claim(name)];
  for (const link of [first, second]) assertMatch(link, /^\/i#claim\.[\da-f]{32}$/);
  await within(name, async ({ identities }) => {
    assertEquals(await identities!.find(ADA), { revoked: true, next: BOB });
    const take = async (link: string) => await identities!.claim(await hashOf(link.slice("/i#claim.".length)), BOB);
    assertEquals([await take(first), await take(second)], [false, true]);
  });
  assertThrows(() => revoke(name, "42"), ToolError, "anybody may use that id");
});
