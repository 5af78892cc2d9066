/** The members of a room are told of each other. @module */

import * as limits from "../../chat/limits.ts";
import { Presence } from "../../chat/room/presence.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

Deno.test("everybody in the room sees who comes, by id and name, once per id", async () => {
  await using server = startServer();
  await using watcher = await ChatClient.open(server, "w", "lobby");
  await using one = await ChatClient.open(server, "ada");
  await one.ask({ type: "rename", name: "Ada" }, "ok");
  await one.join("lobby");
  await watcher.push("presence", ({ joins }) => joins.some(({ id, name }) => id === "ada" && name === "Ada"));
  await using two = await ChatClient.open(server, "ada");
  await two.ask({ type: "rename", name: "Ada" }, "ok");
  const joined = await two.join("lobby");
  assertEquals(joined.memberCount, 2);
  assertEquals(joined.members, [{ id: "w", name: "Client #w" }, { id: "ada", name: "Ada" }]);
  await using plain = await PlainClient.open(server, "7");
  await watcher.push("presence", ({ joins, memberCount }) => joins.some(({ id }) => id === "7") && memberCount === 3);
  const joins = watcher.all("presence").flatMap((push) => push.joins.map(({ id }) => id));
  assertEquals(joins.filter((id) => id === "ada").length, 1);
  await plain.close();
});

Deno.test("a member is gone seven seconds after its last connection, and who reloads never is", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock, limitRate: false });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  const settle = async () => {
    clock.advance(limits.PRESENCE_DELAY_MS);
    await watcher.publish("lobby", "mark");
    await watcher.untilSeq("lobby", watcher.all("ok").length);
    return watcher.all("presence").flatMap(({ leaves }) => leaves);
  };
  const one = await ChatClient.open(server, "ada", "lobby");
  const two = await ChatClient.open(server, "ada", "lobby");
  const other = await PlainClient.open(server, "7");
  await settle();
  const gone = async (client: { close(): Promise<unknown> }, left: number) => {
    await client.close();
    await eventually(() => server.manager.stats.connections === left, `${left} connections`);
  };
  await gone(one, 3);
  clock.advance(2 * limits.PRESENCE_GRACE_MS);
  assertEquals(await settle(), [], "another connection of the id is still there");
  await gone(two, 2);
  clock.advance(limits.PRESENCE_GRACE_MS - 2 * limits.PRESENCE_DELAY_MS);
  assertEquals(await settle(), []);
  assert((await watcher.join("lobby")).members!.some(({ id }) => id === "ada"));
  const back = await ChatClient.open(server, "ada", "lobby");
  clock.advance(2 * limits.PRESENCE_GRACE_MS);
  assertEquals(await settle(), [], "who comes back in time is never reported");
  await gone(back, 2);
  await gone(other, 1);
  clock.advance(limits.PRESENCE_GRACE_MS + limits.PRESENCE_DELAY_MS);
  assertEquals(await settle(), ["ada", "7"]);
  const { members, memberCount } = await watcher.join("lobby");
  assertEquals([members!.length, memberCount], [1, 1]);
});

Deno.test("a member that leaves by command is gone like one that closes", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  clock.advance(limits.PRESENCE_GRACE_MS + limits.PRESENCE_DELAY_MS);
  const { memberCount } = await watcher.push("presence", ({ leaves }) => leaves.includes("ada"));
  assertEquals(memberCount, 1);
});

Deno.test("a room of more than 500 members is counted, not listed", async () => {
  await using server = startServer({ limitRate: false });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  const crowd = await Promise.all(
    Array.from({ length: limits.MEMBERS_LISTED }, (_, index) => PlainClient.open(server, `p${index}`)),
  );
  const { joins, leaves, members } = await watcher.push(
    "presence",
    ({ memberCount }) => memberCount === limits.MEMBERS_LISTED + 1,
  );
  assertEquals([joins, leaves, members], [[], [], undefined]);
  await using late = await ChatClient.open(server, "late");
  const joined = await late.join("lobby");
  assertEquals([joined.memberCount, "members" in joined], [limits.MEMBERS_LISTED + 2, false]);
  await Promise.all(crowd.map((client) => client.close()));
});

Deno.test("when a crowd shrinks to 500 members, everybody is listed again", async () => {
  const clock = new FakeClock();
  await using server = startServer({ limitRate: false, clock });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  const crowd = await Promise.all(
    Array.from({ length: limits.MEMBERS_LISTED }, (_, index) => PlainClient.open(server, `p${index}`)),
  );
  await eventually(() => server.manager.stats.connections === limits.MEMBERS_LISTED + 1, "the crowd");
  const delayMs = (limits.MEMBERS_LISTED + 1) * limits.PRESENCE_DELAY_PER_MEMBER_MS;
  clock.advance(delayMs);
  await watcher.push("presence", ({ memberCount }) => memberCount === limits.MEMBERS_LISTED + 1);
  await crowd[0]!.close();
  await eventually(() => server.manager.stats.connections === limits.MEMBERS_LISTED, "the one who goes");
  clock.advance(limits.PRESENCE_GRACE_MS + 2 * delayMs);
  const { members } = await watcher.push("presence", ({ memberCount }) => memberCount === limits.MEMBERS_LISTED);
  assertEquals(members?.length, limits.MEMBERS_LISTED);
  await Promise.all(crowd.map((client) => client.close()));
});

Deno.test("in a crowd a message takes along how many there are, and without one that waits for each member", async () => {
  const clock = new FakeClock();
  await using server = startServer({ limitRate: false, clock });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  const count = limits.MEMBERS_LISTED + 100;
  const crowd = await Promise.all(Array.from({ length: count }, (_, index) => PlainClient.open(server, `p${index}`)));
  await eventually(() => server.manager.stats.connections === count + 1, "the crowd");
  const told = () => watcher.all("presence").map(({ memberCount }) => memberCount);
  clock.advance((count + 1) * limits.PRESENCE_DELAY_PER_MEMBER_MS);
  await watcher.push("presence", ({ memberCount }) => memberCount === count + 1);
  const before = told().length;
  await using late = await ChatClient.open(server, "late", "lobby");
  clock.advance(count * limits.PRESENCE_DELAY_PER_MEMBER_MS - 1);
  await watcher.settled();
  assertEquals(told().length, before, "it has not waited long enough");
  await late.publish("lobby", "hello");
  await watcher.push("presence", ({ memberCount }) => memberCount === count + 2);
  await watcher.untilSeq("lobby", 1);
  // Other names change nothing in how many there are.
  const after = told().length;
  await late.ask({ type: "rename", name: "Late" }, "ok");
  clock.advance(2 * count * limits.PRESENCE_DELAY_PER_MEMBER_MS);
  await watcher.settled();
  assertEquals(told().length, after);
  await Promise.all(crowd.map((client) => client.close()));
});

Deno.test("when very many take other names, each is told at last, and the room spends no more than its share on it", () => {
  const clock = new FakeClock();
  let bytes = 0;
  let told = 0;
  const known = new Map<string, string>();
  const take = () => {
    for (const line of presence.takeLines()) {
      bytes += line.length * count;
      told++;
      for (const { id, name } of JSON.parse(line).joins) known.set(id, name);
    }
  };
  const presence = new Presence("lobby", clock, take);
  const count = 480;
  const members = Array.from({ length: count }, (_, n) => ({ id: `m${n}` }));
  for (const member of members) presence.note(member.id, member, member.id);
  clock.advance(60_000);
  const before = bytes;
  told = 0;
  for (let round = 0; round < 40; round++) {
    // All names told at once are more than the share of some seconds: so long nothing more is told.
    if (round === 5) assertEquals(told, 1);
    for (const member of members) presence.note(member.id, member, `Mask ${round}`);
    // Messages take along what is new.
    take();
    clock.advance(500);
  }
  assert(bytes - before > 0);
  assertLess((bytes - before) / 20, 2 * limits.PRESENCE_BYTES_PER_S);
  clock.advance(3 * limits.RENAME_MS);
  assertEquals(new Set(known.values()), new Set(["Mask 39"]));
  presence.stop();
  assertEquals(clock.timers, 0);
});

Deno.test("typing is passed on once in three seconds for an id, however often it comes and goes", () => {
  const clock = new FakeClock();
  let told = 0;
  const take = () => void (told += presence.takeLines().filter((line) => line.includes("typing")).length);
  const presence = new Presence("lobby", clock, take);
  for (let time = 0; time < 2 * limits.TYPING_MS; time += 100) {
    const connection = {};
    presence.note("ada", connection, "Ada");
    presence.typing("ada");
    presence.leave("ada", connection);
    clock.advance(100);
  }
  assertEquals(told, 2);
  presence.stop();
});
