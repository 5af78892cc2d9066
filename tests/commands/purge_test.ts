/** A moderator deletes all that one id has written lately. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import { messagesOf } from "../../chat/log/whole.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open, openOwner, ROOM } from "../lib/tea_room.ts";

const [ADAS, BOBS, EVES] = [await idOf("ada"), await idOf("bob"), await idOf("eve")];
const HOUR = 3_600_000;
const purge = (id: string, sinceMs = HOUR) => ({ type: "purge", room: ROOM, id, sinceMs }) as const;
const place = (id: string, role: "moderator" | "member" | "guest") =>
  ({ type: "member", room: ROOM, nonce: nonce(), id, role }) as const;

const textsIn = async (client: ChatClient) => messagesOf((await client.join(ROOM)).messages).map(({ text }) => text);

Deno.test("everything that one id wrote of late is deleted, each by an event that all are sent, and nothing else is", async () => {
  const clock = new FakeClock();
  const log = openLog(new MemoryStore(), clock);
  await using server = startServer({ log, clock, limitRate: false });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await using eve = await open(server, "eve", ROOM);
  await eve.publish(ROOM, "long ago");
  await bob.publish(ROOM, "of Bob, long ago");
  clock.advance(HOUR);
  const spam = [(await eve.publish(ROOM, "spam")).seq, (await eve.publish(ROOM, "more spam")).seq];
  await bob.publish(ROOM, "of Bob");
  const own = await eve.publish(ROOM, "gone already");
  await eve.ask({ type: "delete", room: ROOM, nonce: nonce(), target: own.seq! }, "ok");
  assertEquals((await ada.ask(purge(EVES, HOUR - 1), "ok")).deleted, 2);
  await bob.push("change", (event) => event.kind === "delete" && event.target === spam[1]);
  const deletions = bob.all("change").filter((event) => event.kind === "delete" && event.id === ADAS);
  assertEquals(deletions.map(({ target }) => target), spam);
  assertEquals(await textsIn(bob), ["long ago", "of Bob, long ago", "", "", "of Bob", ""]);
  const again = await ada.ask(purge(EVES), "ok");
  assertEquals([again.deleted, again.more], [1, undefined]);
  assertEquals((await ada.ask(purge(EVES), "ok")).deleted, 0);
});

Deno.test("a moderator purges those who are less, and itself; nobody purges its equals and betters", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await using eve = await open(server, "eve", ROOM);
  await ada.publish(ROOM, "of Ada");
  await bob.publish(ROOM, "of Bob");
  await eve.publish(ROOM, "of Eve");
  const refused = async (by: ChatClient, id: string) => (await by.ask(purge(id), "error")).code;
  assertEquals([await refused(eve, BOBS), await refused(eve, EVES)], ["not_allowed", "not_allowed"]);
  await ada.ask(place(BOBS, "moderator"), "ok");
  await ada.ask(place(EVES, "moderator"), "ok");
  assertEquals([await refused(bob, ADAS), await refused(bob, EVES)], ["not_allowed", "not_allowed"]);
  await bob.ask(purge(BOBS), "ok");
  await ada.ask(place(EVES, "member"), "ok");
  await bob.ask(purge(EVES), "ok");
  assertEquals(await textsIn(ada), ["of Ada", "", ""]);
});

Deno.test("a moderator that loses its role meanwhile deletes nothing behind that, and is told so", async () => {
  const log = openLog(new MemoryStore());
  let meanwhile = () => Promise.resolve();
  const people = {
    ...log.people!,
    tracesIn: async (...args: [string, string, number]) => {
      const traces = await log.people!.tracesIn(...args);
      await meanwhile();
      return traces;
    },
  };
  await using server = startServer({ log: { ...log, people } });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await using eve = await open(server, "eve", ROOM);
  await ada.ask(place(BOBS, "moderator"), "ok");
  await eve.publish(ROOM, "of Eve");
  meanwhile = async () => void await ada.ask(place(BOBS, "guest"), "ok");
  assertEquals((await bob.ask(purge(EVES), "error")).code, "not_allowed");
  assertEquals(await textsIn(ada), ["of Eve"]);
});

Deno.test("very many messages are deleted in several commands, each of which says that there are more", async () => {
  const log = openLog(new MemoryStore());
  await using server = startServer({ log, limitRate: false });
  await using ada = await openOwner(server);
  const COUNT = 3_500;
  const spam = (n: number) => ({ id: EVES, name: "Eve", text: `spam ${n}`, nonce: `${n}` });
  await Promise.all(Array.from({ length: COUNT }, (_, n) => log.append(ROOM, spam(n))));
  let deleted = 0;
  const counts: number[] = [];
  for (let more: true | undefined = true; more;) {
    const answer = await ada.ask(purge(EVES), "ok");
    counts.push(answer.deleted!);
    deleted += answer.deleted!;
    more = answer.more;
  }
  assertEquals(deleted, COUNT);
  assert(counts.length > 1 && counts.every((count) => count <= limits.PURGE_MESSAGES + 1_000), `${counts}`);
  assertEquals((await log.people!.tracesIn(ROOM, EVES, 0)).messages, []);
});

Deno.test("a purge that the store breaks off is finished by the same command", async () => {
  const log = openLog(new MemoryStore());
  let deletes = 0;
  let isBroken = true;
  const failing: typeof log.append = (room, event, condition) => {
    const fails = event.kind === "delete" && isBroken && ++deletes > 60;
    return fails ? Promise.reject(new StoreUnavailableError("gone")) : log.append(room, event, condition);
  };
  await using server = startServer({ log: { ...log, append: failing }, limitRate: false });
  await using ada = await openOwner(server);
  for (let n = 0; n < 100; n++) await log.append(ROOM, { id: EVES, name: "Eve", text: "spam", nonce: `${n}` });
  assertEquals((await ada.ask(purge(EVES), "error")).code, "unavailable");
  isBroken = false;
  // At least the first part, which had been acknowledged, is not done again.
  assert((await ada.ask(purge(EVES), "ok")).deleted! <= 50);
  assertEquals((await log.people!.tracesIn(ROOM, EVES, 0)).messages, []);
});

Deno.test("where the store cannot find what one id has written, a purge is not supported", async () => {
  const { people: _, ...rest } = openLog(new MemoryStore());
  await using server = startServer({ log: rest });
  await using ada = await openOwner(server);
  assert(!ada.all("welcome")[0]!.features.includes("purge"));
  assertEquals((await ada.ask(purge(EVES), "error")).code, "unsupported");
});
