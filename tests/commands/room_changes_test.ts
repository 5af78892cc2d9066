/** Rooms that belong to somebody: who enters, who writes, who is sent out, and from which number on. @module */

import type { NewRoomChange } from "../../chat/event/event.ts";
import type { Reply } from "../../chat/wire/lines.ts";
import { EDIT_MS, STRIKES } from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { makeFolder } from "../lib/process.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open } from "../lib/tea_room.ts";
import { TwoLives } from "../lib/two_lives.ts";

const IDS = { ada: await idOf("ada"), bob: await idOf("bob"), eve: await idOf("eve") };

/** Makes a room; its maker has joined it. */
async function makeRoom(by: ChatClient, fields: object = {}): Promise<string> {
  const { room } = await by.ask({ type: "create", nonce: nonce(), ...fields }, "ok");
  await by.join(room!);
  return room!;
}

const place = (room: string, id: string, fields: object) =>
  ({ type: "member", room, nonce: nonce(), id, ...fields }) as const;
const publish = (room: string, text = "hi") => ({ type: "publish", room, nonce: nonce(), text }) as const;

Deno.test("a room that is made belongs to its maker, and everybody is told what its owner sets", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const made = await ada.ask({ type: "create", nonce: nonce(), room: "tea", set: { title: "Tea & cakes" } }, "ok");
  assertEquals([made.room, made.seq], ["tea", 1]);
  await using bob = await open(server, "bob");
  const { settings, may } = await bob.join("tea");
  assertEquals(settings, {
    title: "Tea & cakes",
    topic: "",
    visibility: "public",
    writers: "all",
    locked: false,
    history: "all",
    slowMs: 0,
    archived: false,
    editWindowMs: EDIT_MS,
    newcomerDelayMs: 0,
    keepDays: 0,
    keepMessages: 0,
  });
  assertEquals(may, ["publish", "react", "edit", "delete"]);
  assertEquals((await ada.join("tea")).may, ["publish", "react", "edit", "delete", "moderate", "settings"]);
  await ada.ask({ type: "settings", room: "tea", nonce: nonce(), set: { locked: true } }, "ok");
  const change = await bob.push("change", ({ kind }) => kind === "settings");
  assertEquals({ ...change, ts: 0, nonce: "" }, {
    type: "change",
    room: "tea",
    seq: 2,
    kind: "settings",
    id: IDS.ada,
    name: change.name,
    ts: 0,
    nonce: "",
    set: { locked: true },
  });
  assertEquals((await bob.push("may")).may, ["delete"]);
  assertEquals((await bob.ask(publish("tea"), "error")).code, "locked");
  await ada.ask(publish("tea"), "ok");
});

Deno.test("one who joins is told who is more or less than a guest", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada, { room: "tea" });
  const untilMs = Date.now() + 60_000;
  await ada.ask(place(room, IDS.bob, { role: "moderator" }), "ok");
  await ada.ask(place(room, IDS.eve, { mute: true, untilMs }), "ok");
  await ada.ask(place(room, "7", { role: "banned" }), "ok");
  await ada.ask(place(room, "8", { role: "banned", untilMs: Date.now() - 1 }), "ok");
  assertEquals((await ada.join(room)).places, [
    { member: IDS.ada, role: "owner" },
    { member: IDS.bob, role: "moderator" },
    { member: IDS.eve, role: "guest", mute: true, untilMs },
    { member: "7", role: "banned" },
  ]);
  // One who moderates nobody is told of its own mute, and of nobody else's.
  await using eve = await open(server, "eve");
  assertEquals((await eve.join(room)).places, [
    { member: IDS.ada, role: "owner" },
    { member: IDS.bob, role: "moderator" },
    { member: IDS.eve, role: "guest", mute: true, untilMs },
  ]);
  await using carl = await ChatClient.open(server, "carl");
  assertEquals((await carl.join(room)).places?.map(({ member }) => member), [IDS.ada, IDS.bob]);
});

Deno.test("the same create is answered alike, and a name that is taken is refused", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const create = { type: "create", nonce: nonce(), set: { visibility: "private" } } as const;
  const [one, two] = [await ada.ask(create, "ok"), await ada.ask(create, "ok")];
  assertMatch(one.room!, /^p-[a-z2-7]{26}$/);
  assertEquals([two.room, two.seq], [one.room, one.seq]);
  await ada.ask({ type: "create", nonce: nonce(), room: "tea" }, "ok");
  assertEquals((await bob.ask({ type: "create", nonce: nonce(), room: "tea" }, "error")).code, "room_exists");
  // Nobody has written in it yet, and it is everybody's all the same.
  assertEquals((await bob.ask({ type: "create", nonce: nonce(), room: "lobby" }, "error")).code, "room_exists");
  await using carl = await ChatClient.open(server, "carl");
  assertEquals((await carl.ask({ type: "create", nonce: nonce() }, "error")).code, "needs_proof");
});

Deno.test("a hidden room and one that is not there answer alike, by every command and on a plain socket", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const hidden = await makeRoom(ada, { set: { visibility: "private" } });
  const missing = `p-${"a".repeat(26)}`;
  await using bob = await open(server, "bob");
  const answers = async (room: string) => {
    const replies: Reply[] = [];
    for (
      const command of [
        { type: "join", room },
        { type: "history", room },
        publish(room),
        place(room, IDS.bob, { role: "owner" }),
        { type: "settings", room, nonce: nonce(), set: { title: "mine" } },
      ] as const
    ) replies.push(await bob.ask(command, "error"));
    const close = await (await PlainClient.open(server, "carl", room)).closed;
    return JSON.stringify([replies.map((reply) => ({ ...reply, ref: "" })), close]).replaceAll(room, "ROOM");
  };
  assertEquals(await answers(hidden), await answers(missing));
  assertEquals((await bob.ask({ type: "join", room: hidden }, "error")).code, "no_access");
});

Deno.test("somebody who is sent out gets everything up to that, then word of it, then nothing", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada, { set: { visibility: "private" } });
  await ada.ask(place(room, IDS.bob, { role: "member" }), "ok");
  await using bob = await open(server, "bob");
  await bob.join(room);
  await ada.ask(publish(room, "before"), "ok");
  const { seq } = await ada.ask(place(room, IDS.bob, { role: "guest", reason: "a secret" }), "ok");
  for (const text of ["after", "long after"]) await ada.ask(publish(room, text), "ok");
  const removed = await bob.push("removed");
  assertEquals([removed.seq, removed.code], [seq, "no_access"]);
  assertEquals((await bob.ask(publish(room), "error")).code, "not_joined");
  assertEquals((await bob.ask({ type: "join", room }, "error")).code, "no_access");
  const { heads } = await bob.ask({ type: "ping" }, "pong");
  assertEquals(heads, {});
  const seen = bob.lines.flatMap((line) =>
    "seq" in line && line.type !== "ok" && line.type !== "joined" ? [line.seq] : []
  );
  assert(seen.every((one) => one! <= seq!), `${seen}`);
  assert(bob.lines.some((line) => line.type === "message" && line.text === "before"));
  await ada.push("change", (change) => change.seq === seq);
  assert(!bob.frames.join().includes("after") && !ada.frames.join().includes("a secret"));
});

Deno.test("a kick ends what is there and forbids nothing, a ban forbids it until it is lifted", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada, { room: "tea" });
  await using bob = await open(server, "bob");
  await bob.join(room);
  await ada.ask(place(room, IDS.bob, { kick: true }), "ok");
  assertEquals((await bob.push("removed")).code, "kicked");
  await bob.join(room);
  await ada.ask(place(room, IDS.bob, { role: "banned" }), "ok");
  assertEquals((await bob.push("removed", ({ code }) => code === "banned")).code, "banned");
  assertEquals((await bob.ask({ type: "join", room }, "error")).code, "banned");
  await using plain = await PlainClient.open(server, "77", room);
  await ada.ask(place(room, "77", { role: "banned" }), "ok");
  assertEquals((await plain.closed).code, 1008);
  await ada.ask(place(room, IDS.bob, { role: "guest" }), "ok");
  await bob.join(room);
});

Deno.test("somebody who was sent out is not closed for what it had under way", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await makeRoom(ada);
  await bob.join(room);
  await ada.ask(place(room, IDS.bob, { kick: true }), "ok");
  await bob.push("removed");
  for (let n = 0; n <= STRIKES; n++) assertEquals((await bob.ask(publish(room), "error")).code, "not_joined");
  await bob.join("lobby");
});

Deno.test("a moderator deletes what members wrote, and not what owners wrote", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada, { room: "tea" });
  await using bob = await open(server, "bob");
  await using eve = await open(server, "eve");
  await bob.join(room);
  await eve.join(room);
  await ada.ask(place(room, IDS.bob, { role: "moderator" }), "ok");
  const [by, of] = [await ada.ask(publish(room), "ok"), await eve.ask(publish(room), "ok")];
  const remove = (target: number) => ({ type: "delete", room, nonce: nonce(), target }) as const;
  assertEquals((await bob.ask(remove(by.seq!), "error")).code, "not_allowed");
  assertEquals((await eve.ask(remove(by.seq!), "error")).code, "not_allowed");
  await bob.ask(remove(of.seq!), "ok");
  const change = await eve.push("change", ({ kind }) => kind === "delete");
  assertEquals([change.id, change.target], [IDS.bob, of.seq]);
});

Deno.test("a moderator who loses the role while it clears up is told so, and stays connected", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  await using bob = await open(server, "bob");
  await using eve = await open(server, "eve");
  await bob.join(room);
  await eve.join(room);
  await ada.ask(place(room, IDS.bob, { role: "moderator" }), "ok");
  const { seq } = await eve.ask(publish(room), "ok");
  await ada.ask(place(room, IDS.bob, { role: "member" }), "ok");
  // More than the strikes that close a connection.
  const sent = Array.from(
    { length: STRIKES + 2 },
    () => bob.post({ type: "delete", room, nonce: nonce(), target: seq! }),
  );
  for (const ref of sent) assertEquals((await bob.reply(ref) as { code?: string }).code, "not_allowed");
  await bob.settled();
});

for (const store of ["sqlite", "kv"] as const) {
  Deno.test(`on ${store} roles and settings are there after a restart, and after everything else was trimmed`, async () => {
    await using folder = await makeFolder();
    const name = `${store}:${folder.path}/chat.db`;
    {
      const log = openLog(await openStore(name));
      await using server = startServer({ log });
      await using ada = await open(server, "ada");
      const room = await makeRoom(ada, { room: "tea", set: { title: "Tea" } });
      await ada.ask(place(room, IDS.bob, { role: "banned" }), "ok");
      await server.stop();
    }
    const store2 = await openStore(name);
    while (await store2.trim(0, 0));
    const log = openLog(store2);
    await using server = startServer({ log });
    await using bob = await open(server, "bob");
    assertEquals((await bob.ask({ type: "join", room: "tea" }, "error")).code, "banned");
    await using ada = await open(server, "ada");
    assertEquals((await ada.join("tea")).settings?.title, "Tea");
  });

  Deno.test(`on ${store} what was allowed before the room changed is not stored`, async () => {
    await using folder = await makeFolder();
    const log = openLog(await openStore(`${store}:${folder.path}/chat.db`));
    const ada = { id: IDS.ada, name: "Ada" };
    const made: NewRoomChange = { kind: "settings", ...ada, nonce: "1", set: {}, owner: IDS.ada };
    await log.append("tea", made, { policy: 0, first: true });
    const text = { ...ada, text: "hi" };
    assertEquals(await log.append("tea", { ...text, nonce: "2" }, { policy: 0 }), { refused: "stale" });
    const stored = await log.append("tea", { ...text, nonce: "3" }, { policy: 1 });
    assert("seq" in stored && stored.seq === 2);
    // A repeat is answered as it was, whatever has changed since.
    await log.append("tea", { kind: "settings", ...ada, nonce: "4", set: { locked: true } }, { policy: 1 });
    assertEquals((await log.append("tea", { ...text, nonce: "3" }, { policy: 1 }) as { seq: number }).seq, 2);
    const { policy, changes } = await log.roomChanges("tea", 1);
    assertEquals([policy, changes.map(({ seq }) => seq)], [3, [3]]);
    await log.close();
  });
}

Deno.test("a hidden room is in no stranger's list, whatever is looked for", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using eve = await open(server, "eve");
  const room = await makeRoom(ada, { set: { visibility: "unlisted" } });
  await makeRoom(ada, { room: "tea" });
  for (const each of [room, "tea"]) await ada.ask(publish(each), "ok");
  const names = async (query?: string) =>
    (await eve.ask({ type: "rooms", query }, "rooms")).rooms.map(({ room }) => room);
  assertEquals([await names(), await names("p-"), await names(room)], [["tea"], [], []]);
});

for (const store of ["sqlite", "kv"] as const) {
  Deno.test(`on ${store} a removal that is read late, behind a storm and by another process, ends where it stands`, async () => {
    await using folder = await makeFolder();
    const name = `${store}:${folder.path}/chat.db`;
    const shared = await openStore(name);
    // Two processes on one store: the tail of the second one hears nothing.
    const other: Store = store === "kv" ? await openStore(name) : shared;
    const deaf: Store = {
      durability: other.durability,
      commit: (...args) => other.commit(...args),
      read: (...args) => other.read(...args),
      reactors: (...args) => other.reactors(...args),
      roomChanges: (...args) => other.roomChanges(...args),
      trim: (...args) => other.trim(...args),
      readTime: () => other.readTime(),
      writeTime: (time) => other.writeTime(time),
      close: () => Promise.resolve(),
    };
    const logs = [openLog(shared), openLog(deaf)];
    await using acting = startServer({ log: logs[0]! });
    await using reading = startServer({ log: logs[1]! });
    await using ada = await open(acting, "ada");
    const room = await makeRoom(ada, { set: { visibility: "private" } });
    await ada.ask(place(room, IDS.bob, { role: "member" }), "ok");
    await using bob = await open(reading, "bob");
    const { epoch, seq: from } = await bob.join(room);
    for (let index = 0; index < 5; index++) await ada.ask(publish(room, "before"), "ok");
    const { seq } = await ada.ask(place(room, IDS.bob, { role: "guest" }), "ok");
    await ada.ask(publish(room, "after"), "ok");
    assertEquals((await bob.ask({ type: "history", room }, "error")).code, "no_access");
    // It may be sent the rest yet, or be out already.
    const { code } = await bob.ask(publish(room, "mine"), "error");
    assert(code === "no_access" || code === "not_joined", code);
    const removed = await bob.push("removed");
    assertEquals(removed.seq, seq);
    assertEquals(bob.events(room).map((event) => event.seq), numbers(from + 1, seq!));
    assertEquals((await bob.ask({ type: "join", room, after: { epoch, seq: from } }, "error")).code, "no_access");
    assert(!bob.frames.join().includes("after"));
    await other.close();
  });
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

Deno.test("OWNERS moderate the rooms that nobody owns, and no others", async () => {
  await using server = startServer({ admission: new Admission("open", undefined, [IDS.ada]) });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  await bob.join("lobby");
  const { seq } = await bob.ask(publish("lobby"), "ok");
  assert((await ada.join("lobby")).may.includes("moderate"));
  await ada.ask({ type: "delete", room: "lobby", nonce: nonce(), target: seq! }, "ok");
  await ada.ask(place("lobby", IDS.bob, { mute: true, untilMs: Date.now() + 60_000 }), "ok");
  assertEquals((await bob.ask(publish("lobby"), "error")).code, "muted");
  await makeRoom(bob, { room: "tea" });
  assert(!(await ada.join("tea")).may.includes("moderate"));
});

Deno.test("a private room stays shut to OWNERS, though its last owner has gone", async () => {
  await using server = startServer({ admission: new Admission("open", undefined, [IDS.ada]) });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await makeRoom(bob, { set: { visibility: "private" } });
  await bob.ask({ type: "erase", nonce: nonce() }, "ok");
  assertEquals((await ada.ask({ type: "join", room }, "error")).code, "no_access");
});

for (const store of ["sqlite", "kv"] as const) {
  Deno.test(`on ${store} another life of the store has its own owners, and is served on by the same process`, async () => {
    await using folder = await makeFolder();
    const real = await openStore(`${store}:${folder.path}/chat.db`);
    await using empty = await makeFolder();
    const other = await openStore(`${store}:${empty.path}/chat.db`);
    const lives = new TwoLives(real, other);
    // In the other life Bob has made the room, and Ada is banned from it.
    const bob = { id: IDS.bob, name: "Bob" };
    await other.commit([
      { room: "tea", event: { kind: "settings", ...bob, nonce: "1", set: { locked: true }, owner: IDS.bob } },
      { room: "tea", event: { kind: "member", ...bob, nonce: "2", member: IDS.eve, role: "banned" } },
    ], { ts: 1, day: 0 });
    await using server = startServer({ log: openLog(lives.store) });
    await using ada = await open(server, "ada");
    await makeRoom(ada, { room: "tea" });
    await using eve = await open(server, "eve");
    await eve.join("tea");
    for (let index = 0; index < 3; index++) await ada.ask(publish("tea"), "ok");
    lives.begin();
    await ada.push("reset");
    assertEquals((await eve.push("removed")).code, "banned");
    assertEquals((await ada.ask(publish("tea"), "error")).code, "locked");
    await using owner = await open(server, "bob");
    assert((await owner.join("tea")).may.includes("settings"));
    await owner.ask(publish("tea"), "ok");
  });
}
