/** Who is in a room: the rules, and what members see of them. @module */

import { PRESENCE_DELAY_MS, PRESENCE_GRACE_MS } from "../../chat/limits.ts";
import * as limits from "../../chat/limits.ts";
import { Presence } from "../../chat/presence.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

const ada = { id: "ada", name: "Ada" };
const bob = { id: "bob", name: "Bob" };

Deno.test("a member comes with its first connection and goes a grace time after its last", () => {
  const presence = new Presence();
  presence.enter("ada", "Ada");
  presence.enter("ada", "Ada");
  assertEquals(presence.takeChanges(), { joins: [ada], leaves: [] });
  presence.exit("ada", 1_000);
  assertEquals(presence.nextDue, undefined);
  presence.exit("ada", 2_000);
  assertEquals(presence.nextDue, 2_000 + PRESENCE_GRACE_MS);
  presence.expire(2_000 + PRESENCE_GRACE_MS - 1);
  assertEquals(presence.takeChanges(), undefined);
  assertEquals(presence.list(), [ada]);
  presence.expire(2_000 + PRESENCE_GRACE_MS);
  assertEquals(presence.takeChanges(), { joins: [], leaves: ["ada"] });
  assertEquals([presence.count, presence.nextDue], [0, undefined]);
});

Deno.test("who comes back within the grace time is not reported", () => {
  const presence = new Presence();
  presence.enter("ada", "Ada");
  presence.enter("bob", "Bob");
  presence.takeChanges();
  presence.exit("ada", 0);
  presence.exit("bob", 10);
  presence.enter("ada", "Ada");
  presence.expire(PRESENCE_GRACE_MS);
  assertEquals(presence.takeChanges(), undefined);
  presence.expire(PRESENCE_GRACE_MS + 10);
  assertEquals(presence.takeChanges(), { joins: [], leaves: ["bob"] });
});

Deno.test("who comes back under another name is reported with it", () => {
  const presence = new Presence();
  presence.enter("ada", "Ada");
  presence.takeChanges();
  presence.exit("ada", 0);
  presence.enter("ada", "Countess");
  assertEquals(presence.takeChanges(), { joins: [{ id: "ada", name: "Countess" }], leaves: [] });
});

Deno.test("changes are told as they stand when they are asked for", () => {
  const presence = new Presence();
  presence.enter("ada", "Ada");
  presence.rename("ada", "A");
  presence.rename("ada", "Ada");
  presence.rename("nobody", "x");
  presence.enter("bob", "Bob");
  assertEquals(presence.takeChanges(), { joins: [ada, bob], leaves: [] });
  presence.rename("ada", "Ada");
  assertEquals(presence.takeChanges(), undefined);
});

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
  assertEquals(joined.members, [{ id: "w", name: "Client #w" }, ada]);
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
    clock.advance(PRESENCE_DELAY_MS);
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
  clock.advance(2 * PRESENCE_GRACE_MS);
  assertEquals(await settle(), [], "another connection of the id is still there");
  await gone(two, 2);
  clock.advance(PRESENCE_GRACE_MS - 2 * PRESENCE_DELAY_MS);
  assertEquals(await settle(), []);
  assert((await watcher.join("lobby")).members!.some(({ id }) => id === "ada"));
  const back = await ChatClient.open(server, "ada", "lobby");
  clock.advance(2 * PRESENCE_GRACE_MS);
  assertEquals(await settle(), [], "who comes back in time is never reported");
  await gone(back, 2);
  await gone(other, 1);
  clock.advance(PRESENCE_GRACE_MS + PRESENCE_DELAY_MS);
  assertEquals(await settle(), ["ada", "7"]);
  const { members, memberCount } = await watcher.join("lobby");
  assertEquals([members!.length, memberCount], [1, 1]);
});

Deno.test("who leaves by command is gone like who closes", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using watcher = await ChatClient.open(server, "w", "lobby");
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  clock.advance(PRESENCE_GRACE_MS + PRESENCE_DELAY_MS);
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
  clock.advance(PRESENCE_DELAY_MS);
  await watcher.push("presence", ({ memberCount }) => memberCount === limits.MEMBERS_LISTED + 1);
  await crowd[0]!.close();
  await eventually(() => server.manager.stats.connections === limits.MEMBERS_LISTED, "the one who goes");
  clock.advance(PRESENCE_GRACE_MS + PRESENCE_DELAY_MS);
  const { members } = await watcher.push("presence", ({ memberCount }) => memberCount === limits.MEMBERS_LISTED);
  assertEquals(members?.length, limits.MEMBERS_LISTED);
  await Promise.all(crowd.map((client) => client.close()));
});
