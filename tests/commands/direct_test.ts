/** Rooms of two people, and that people learn of the rooms in which they are given a place. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { GIVEN_SEARCHED, PLACES_SEARCHED } from "../../chat/stores/bounds.ts";
import type { Command } from "../../chat/wire/lines.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open } from "../lib/tea_room.ts";
import { Folder } from "../stores/in_folder.ts";

const [ADA, BOB, EVE] = await Promise.all(["ada", "bob", "eve"].map(idOf));

/** The room of two, as one of them asks for it. */
async function find(who: ChatClient, id: string): Promise<string> {
  return (await who.ask({ type: "dm", id }, "ok")).room!;
}

async function codeOf(who: ChatClient, command: Omit<Extract<Command, { type: Command["type"] }>, "ref">) {
  const reply = await who.reply(who.post(command as never));
  return reply.type === "error" ? reply.code : reply.type;
}

const mine = async (who: ChatClient) => (await who.ask({ type: "rooms", mine: true }, "rooms")).rooms;
const leaving = (room: string, id: string) => ({ type: "member", room, nonce: nonce(), id, role: "guest" }) as const;

Deno.test("two people have one room, whoever asks for it first and however often, and both at once", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const found = await Promise.all([find(ada, BOB!), find(bob, ADA!), find(ada, BOB!), find(bob, ADA!)]);
  const room = found[0]!;
  assertMatch(room, /^d-[a-z2-7]{26}$/);
  assertEquals(new Set(found), new Set([room]));
  assertNotEquals(await find(ada, EVE!), room);
  const { settings, places, between, may } = await ada.join(room);
  assertEquals([settings?.visibility, between], ["private", [ADA!, BOB!].sort() as [string, string]]);
  assertEquals(places, between!.map((member) => ({ member, role: "member" })));
  assertEquals(may, ["publish", "react", "edit", "delete"]);
  const { seq } = await ada.publish(room, "hello, Bob");
  assertEquals((await bob.join(room)).messages.map((event) => "text" in event && event.text), ["hello, Bob"]);
  assertEquals(seq, 2);
  await bob.publish(room, "hello, Ada");
  assertEquals((await ada.untilSeq(room, 3)).map(({ id }) => id), [ADA!, BOB!]);
});

Deno.test("in another store the room of two has another name, and after a restart the same", async () => {
  await using folder = new Folder();
  const rooms: string[] = [];
  for (const log of [() => openStore(`sqlite:${folder.file}`), () => openStore(`sqlite:${folder.file}`)]) {
    await using server = startServer({ log: openLog(await log()) });
    await using ada = await open(server, "ada");
    rooms.push(await find(ada, BOB!));
  }
  await using server = startServer();
  await using ada = await open(server, "ada");
  rooms.push(await find(ada, BOB!));
  assertEquals([rooms[1], rooms[2] === rooms[0]], [rooms[0], false]);
});

Deno.test("nobody else comes into it, and nobody moderates it, not even the operator", async () => {
  await using server = startServer({ admission: new Admission("open", undefined, [EVE!, BOB!]) });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  await using eve = await open(server, "eve");
  const room = await find(ada, BOB!);
  for (const one of [ada, bob]) await one.join(room);
  await ada.publish(room, "for Bob");
  const gone = `d-${"a".repeat(26)}`;
  const denied = async (room: string) => {
    const { ref: _, ...reply } = await eve.reply(eve.post({ type: "join", room }));
    return reply;
  };
  assertEquals([await denied(room), (await denied(room) as { code: string }).code], [await denied(gone), "no_access"]);
  assertEquals(await mine(eve), []);
  for (const one of [ada, bob]) {
    const other = one === ada ? BOB! : ADA!;
    const place = (id: string, fields: object) => ({ type: "member", room, nonce: nonce(), id, ...fields });
    for (
      const command of [
        place(EVE!, { role: "member" }),
        place(other, { mute: true }),
        place(other, { kick: true }),
        place(other, { role: "banned" }),
        place(other, { role: "owner" }),
        { type: "settings", room, nonce: nonce(), set: { visibility: "public" } },
        { type: "invite", room },
        { type: "report", room, target: 2 },
        { type: "delete", room, nonce: nonce(), target: one === ada ? 3 : 2 },
      ]
    ) {
      if (command.type === "delete" && one === ada) await bob.publish(room, "for Ada");
      assertEquals(await codeOf(one, command as never), "not_allowed", JSON.stringify(command));
    }
  }
});

Deno.test("the other one learns of it with the first message, on every connection, and nobody else does", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using phone = await open(server, "ada");
  await using bob = await open(server, "bob");
  await using tablet = await open(server, "bob");
  await using eve = await open(server, "eve");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  const room = await find(ada, BOB!);
  await ada.join(room);
  assertEquals([await mine(bob), await mine(ada), bob.all("mine")], [[], [], []]);
  await ada.publish(room, "one");
  const expected = { room, head: 2, places: 2, mine: true, members: 1 } as const;
  const told = async (who: ChatClient) => {
    const { type: _, ts: __, ...row } = await who.push("mine");
    return row;
  };
  for (const one of [bob, tablet]) assertEquals(await told(one), { ...expected, with: { id: ADA!, name: "Ada" } });
  assertEquals(await told(phone), { ...expected, with: { id: BOB! } });
  assertEquals((await mine(bob)).map(({ ts: _, ...row }) => row), [{ ...expected, with: { id: ADA!, name: "Ada" } }]);
  await ada.publish(room, "two");
  await bob.join(room);
  await bob.publish(room, "three");
  for (const one of [ada, phone, bob, tablet, eve]) await one.settled();
  assertEquals([ada, phone, bob, tablet, eve].map((one) => one.all("mine").length), [0, 1, 1, 1, 0]);
  assert(!eve.frames.join().includes(room));
});

Deno.test("one of the two may leave it, hears nothing more of it, and comes back by its own wish only", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await find(ada, BOB!);
  for (const one of [ada, bob]) await one.join(room);
  await ada.publish(room, "one");
  await bob.ask(leaving(room, BOB!), "ok");
  assertEquals((await bob.push("removed")).code, "no_access");
  assertEquals(await find(ada, BOB!), room);
  await ada.publish(room, "two");
  await bob.settled();
  assertEquals([bob.messages(room).length, await mine(bob)], [1, []]);
  assertEquals(await codeOf(bob, { type: "join", room } as never), "no_access");
  assertEquals(await find(bob, ADA!), room);
  assertEquals((await bob.join(room)).messages.map((event) => "text" in event && event.text), ["one", "two"]);
  assertEquals((await mine(bob)).map((row) => [row.room, row.places]), [[room, 2]]);
  for (const [one, id] of [[bob, BOB!], [ada, ADA!]] as const) await one.ask(leaving(room, id), "ok");
  await find(ada, BOB!);
  assertEquals([(await mine(ada)).map(({ places }) => places), await mine(bob)], [[1], []]);
});

Deno.test("an id that anybody may use has no such room, on neither side, and the store must be able to find it", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using free = await ChatClient.open(server, "42");
  assertEquals(await codeOf(free, { type: "dm", id: ADA! } as never), "needs_proof");
  assertEquals(await codeOf(ada, { type: "dm", id: "42" } as never), "needs_proof");
  const { secretFor: _, ...log } = openLog(new MemoryStore());
  await using other = startServer({ log });
  await using bob = await open(other, "bob");
  assertEquals(await codeOf(bob, { type: "dm", id: ADA! } as never), "unsupported");
  assertEquals((await bob.push("welcome")).features.includes("dm"), false);
});

Deno.test("somebody whom the operator has banned from it does not come back by asking again", async () => {
  const log = openLog(new MemoryStore());
  await using server = startServer({ log });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await find(ada, BOB!);
  await log.append(room, { kind: "member", id: "b-operator", name: "Operator", member: BOB!, role: "banned" });
  assertEquals(await codeOf(bob, { type: "dm", id: ADA! } as never), "banned");
  assertEquals(await codeOf(bob, { type: "join", room } as never), "no_access");
});

Deno.test("somebody whose token names its rooms neither asks for one of two nor is told of one", async () => {
  const bob = { id: "t-bob", rooms: [{ room: "lobby", may: "write" as const }], untilMs: Infinity };
  const tokens = { verify: () => Promise.resolve(bob) };
  await using server = startServer({ admission: new Admission("open", tokens) });
  await using ada = await open(server, "ada");
  await using site = await ChatClient.connect(server, "7");
  await site.ask({ type: "hello", token: "x" }, "welcome");
  const room = await find(ada, "t-bob");
  await ada.join(room);
  await ada.publish(room, "hello");
  assertEquals(await codeOf(site, { type: "dm", id: ADA! } as never), "not_allowed");
  assertEquals([site.all("mine"), site.frames.join().includes(room)], [[], false]);
});

Deno.test("somebody may have a room for notes", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using phone = await open(server, "ada");
  const room = await find(ada, ADA!);
  await ada.join(room);
  await ada.publish(room, "milk");
  const { with: other, places } = await phone.push("mine");
  assertEquals([other?.id, places], [ADA!, 1]);
});

Deno.test("nobody begins to talk with everybody: new rooms of two have a rate, those that are there have none", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(new MemoryStore(), clock) });
  await using ada = await open(server, "ada");
  const people = await Promise.all(
    Array.from({ length: limits.DIRECT_PER_HOUR + 1 }, (_, index) => idOf(`person ${index}`)),
  );
  const last = people.pop()!;
  for (const id of people) {
    await find(ada, id);
    clock.advance(1_000 / limits.COMMANDS_PER_S);
  }
  const { retryAfterMs } = await ada.ask({ type: "dm", id: last }, "error");
  assert(retryAfterMs! > 60_000 && retryAfterMs! <= 3_600_000 / limits.DIRECT_PER_HOUR);
  await find(ada, people[0]!);
  clock.advance(retryAfterMs!);
  await find(ada, last);
});

Deno.test("somebody who is erased has given up its place, and is found by its id", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  await bob.ask({ type: "rename", name: "Bob the builder" }, "ok");
  const room = await find(ada, BOB!);
  for (const one of [ada, bob]) await one.join(room);
  await bob.publish(room, "from Bob");
  await bob.ask({ type: "erase", nonce: nonce() }, "ok");
  assertEquals(await mine(bob), []);
  const [row] = await mine(ada);
  assertEquals([row!.places, row!.with], [1, { id: BOB!, name: `Client #${BOB}` }]);
  assertEquals(await find(bob, ADA!), room);
  assertEquals((await bob.join(room)).messages.map((event) => "text" in event && event.text), [""]);
});

Deno.test("somebody who is given a place in a room is told of it, wherever it is, and no more often than one can read", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using desk = await open(server, "ada");
  await using bob = await open(server, "bob");
  const set = { title: "Den", visibility: "private" } as const;
  const { room } = await ada.ask({ type: "create", nonce: nonce(), set }, "ok");
  assertEquals([(await desk.push("mine")).title, ada.all("mine")], ["Den", []]);
  await ada.join(room!);
  const place = (role: "member" | "guest") =>
    ({ type: "member", room: room!, nonce: nonce(), id: BOB!, role }) as const;
  await ada.ask(place("member"), "ok");
  const { type: _, ts: __, ...row } = await bob.push("mine");
  assertEquals(row, { room: room!, head: 2, title: "Den", places: 2, mine: true, members: 1 });
  await ada.ask(place("guest"), "ok");
  const { secret } = await ada.ask({ type: "invite", room: room! }, "invited");
  await using phone = await open(server, "bob");
  await phone.ask({ type: "redeem", room: room!, nonce: nonce(), secret }, "ok");
  await bob.until(() => bob.all("mine").length === 2, "the second time");
  assertEquals(phone.all("mine"), []);
});

Deno.test("nobody makes everybody a member of rooms without their wish", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(new MemoryStore(), clock) });
  await using eve = await open(server, "eve");
  const { room } = await eve.ask({ type: "create", nonce: nonce() }, "ok");
  await eve.join(room!);
  const add = (id: string) => ({ type: "member", room: room!, nonce: nonce(), id, role: "member" }) as const;
  for (let index = 0; index < limits.MEMBERS_PER_HOUR; index++) {
    await eve.ask(add(`k-${index}`), "ok");
    clock.advance(1_000 / limits.COMMANDS_PER_S);
  }
  const { code, retryAfterMs } = await eve.ask(add("k-last"), "error");
  assertEquals([code, retryAfterMs! > 0], ["rate_limited", true]);
  await eve.ask(add("k-0"), "ok");
  clock.advance(retryAfterMs!);
  await eve.ask(add("k-last"), "ok");
});

Deno.test("somebody who may make nobody a member uses up no share of it, whatever its id is the name of", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(new MemoryStore(), clock) });
  await using ada = await open(server, "ada");
  const { room } = await ada.ask({ type: "create", nonce: nonce() }, "ok");
  await using stranger = await ChatClient.open(server, "203.0.113.7", room!);
  const answers = new Set<string>();
  for (let index = 0; index <= limits.MEMBERS_PER_HOUR; index++) {
    const place = { type: "member", room: room!, nonce: nonce(), id: `k-${index}`, role: "member" } as const;
    answers.add((await stranger.ask(place, "error")).code);
    clock.advance(1_000 / limits.COMMANDS_PER_S);
  }
  assertEquals([...answers], ["not_allowed"]);
});

Deno.test("a stranger cannot flood somebody with places", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(new MemoryStore(), clock) });
  await using eve = await open(server, "eve");
  await using bob = await open(server, "bob");
  const { room } = await eve.ask({ type: "create", nonce: nonce() }, "ok");
  await eve.join(room!);
  for (let index = 0; index < limits.PLACES_TOLD_PER_MIN + 5; index++) {
    for (const role of ["member", "guest"] as const) {
      await eve.ask({ type: "member", room: room!, nonce: nonce(), id: BOB!, role }, "ok");
      clock.advance(1_000 / limits.COMMANDS_PER_S);
    }
  }
  await bob.settled();
  const seconds = 2 * (limits.PLACES_TOLD_PER_MIN + 5) / limits.COMMANDS_PER_S;
  const most = limits.PLACES_TOLD_PER_MIN + Math.ceil(seconds * limits.PLACES_TOLD_PER_MIN / 60);
  assert(bob.all("mine").length <= most, `${bob.all("mine").length} of at most ${most}`);
});

Deno.test("strangers who begin rooms with somebody, and say nothing, do not push its own ones out of its list", async () => {
  const log = openLog(new MemoryStore());
  await using server = startServer({ log });
  await using bob = await open(server, "bob");
  const { room } = await bob.ask({ type: "create", nonce: nonce(), set: { visibility: "private" } }, "ok");
  await Promise.all(Array.from({ length: PLACES_SEARCHED }, (_, index) => {
    const between: [string, string] = [`k-${index}`, BOB!];
    return log.append(`d-${index}`, { kind: "settings", id: between[0], name: "Eve", set: {}, between });
  }));
  assertEquals((await mine(bob)).map((told) => told.room), [room!]);
  await log.append("d-7", { id: "k-7", name: "Eve", text: "a word" });
  assertEquals((await mine(bob)).map((told) => [told.room, told.places]), [["d-7", 2], [room!, 1]]);
});

Deno.test("strangers who bring somebody into rooms, and write there, do not push its own ones out of its list", async () => {
  const store = new MemoryStore();
  const log = openLog(store);
  await using server = startServer({ log });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const { room } = await bob.ask({ type: "create", nonce: nonce(), set: { visibility: "private" } }, "ok");
  const friends = await find(ada, BOB!);
  await ada.join(friends);
  await ada.publish(friends, "hello, Bob");
  await bob.join(friends);
  await bob.publish(friends, "hello, Ada");
  await Promise.all(Array.from({ length: PLACES_SEARCHED }, async (_, index) => {
    const eve = { id: `k-${index}`, name: "Eve" };
    const between: [string, string] = [eve.id, BOB!];
    await log.append(`d-${index}`, { kind: "settings", ...eve, set: {}, between });
    await log.append(`d-${index}`, { ...eve, text: "a word" });
    await log.append(`eves-${index}`, { kind: "settings", ...eve, set: { visibility: "private" }, owner: eve.id });
    await log.append(`eves-${index}`, { kind: "member", ...eve, member: BOB!, role: "member" });
  }));
  const rooms = await store.rooms({ limit: 9_999, reader: { id: BOB!, now: 0 }, mine: true });
  const found = rooms.map((told) => told.room);
  assertEquals([found.length, found.includes(room!), found.includes(friends)], [2 + GIVEN_SEARCHED, true, true]);
});

Deno.test("whoever left a room of two before its first message is not in it for that", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await find(ada, BOB!);
  await ada.join(room);
  await bob.join(room);
  await bob.ask(leaving(room, BOB!), "ok");
  await ada.publish(room, "hello, Bob");
  assertEquals((await mine(bob)).map((told) => told.room), []);
  assertEquals((await mine(ada)).map((told) => [told.room, told.places]), [[room, 1]]);
});
