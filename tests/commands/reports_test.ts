/** Messages are reported: who may, who is told, and that nobody learns by whom. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open, openOwner, refused, ROOM } from "../lib/tea_room.ts";

const [BOBS, EVES] = [await idOf("bob"), await idOf("eve")];
const report = (target: number, reason?: string) => ({ type: "report", room: ROOM, target, reason }) as const;
const reports = (before?: number) => ({ type: "reports", room: ROOM, before }) as const;

Deno.test("a report reaches those who moderate the room, with the message as it is now, and nobody learns whose it is", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  await using eve = await open(server, "eve", ROOM);
  const { seq } = await bob.publish(ROOM, "rude words");
  await eve.ask(report(seq!, "insults people"), "ok");
  assertEquals(await ada.push("reported"), { type: "reported", room: ROOM, count: 1 });
  await bob.ask({ type: "edit", room: ROOM, nonce: nonce(), target: seq!, version: 0, text: "kind words" }, "ok");
  const { reports: [one], count, more } = await ada.ask(reports(), "reports");
  assertEquals([one?.target, one?.count, one?.reasons, count, more], [seq, 1, ["insults people"], 1, false]);
  assertEquals([one?.message?.id, one?.message?.text], [BOBS, "kind words"]);
  await Promise.all([bob.settled(), eve.settled()]);
  assertEquals([bob.all("reported"), eve.all("reported")], [[], []]);
  const told = ada.lines.filter((line) => line.type === "reported" || line.type === "reports");
  assert(!JSON.stringify(told).includes(EVES));
});

Deno.test("those who moderate a room are told of reports wherever they are, and nobody else is", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using elsewhere = await open(server, "ada", "lobby");
  await using bob = await open(server, "bob", ROOM);
  await ada.ask({ type: "member", room: ROOM, nonce: nonce(), id: BOBS, role: "member" }, "ok");
  const { seq } = await ada.publish(ROOM, "mine");
  await bob.ask(report(seq!), "ok");
  await ada.push("reported");
  assertEquals(await elsewhere.push("reported"), { type: "reported", room: ROOM, count: 1 });
  await Promise.all([ada.settled(), bob.settled()]);
  assertEquals([ada.all("reported").length, bob.all("reported").length], [1, 0]);
});

Deno.test("only those who moderate see reports, and close them", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  const { seq } = await ada.publish(ROOM, "mine");
  await bob.ask(report(seq!), "ok");
  const resolve = { type: "resolve", room: ROOM, target: seq! } as const;
  assertEquals(await refused(bob.ask(reports(), "error")), "not_allowed");
  assertEquals(await refused(bob.ask(resolve, "error")), "not_allowed");
  await ada.ask({ type: "member", room: ROOM, nonce: nonce(), id: BOBS, role: "moderator" }, "ok");
  assertEquals((await bob.ask(reports(), "reports")).reports.map(({ target }) => target), [seq]);
  await bob.ask(resolve, "ok");
  await ada.push("reported", ({ count }) => count === 0);
  assertEquals((await ada.ask(reports(), "reports")).reports, []);
  await bob.ask(resolve, "ok");
});

Deno.test("somebody who was demoted while reports were read for it sees none", async () => {
  const log = openLog(new MemoryStore());
  let meanwhile = () => Promise.resolve();
  const slow = {
    ...log,
    reports: {
      ...log.reports!,
      list: async (...args: Parameters<NonNullable<typeof log.reports>["list"]>) => {
        const found = await log.reports!.list(...args);
        await meanwhile();
        return found;
      },
    },
  };
  await using server = startServer({ log: slow });
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  const place = { type: "member", room: ROOM, id: BOBS } as const;
  await ada.ask({ ...place, nonce: nonce(), role: "moderator" }, "ok");
  const { seq } = await ada.publish(ROOM, "mine");
  await bob.ask(report(seq!), "ok");
  meanwhile = async () => void await ada.ask({ ...place, nonce: nonce(), role: "guest" }, "ok");
  assertEquals(await refused(bob.ask(reports(), "error")), "not_allowed");
});

Deno.test("one id counts once for a message, and the newest reason stands", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using eve = await open(server, "eve", ROOM);
  const { seq } = await ada.publish(ROOM, "mine");
  await eve.ask(report(seq!, "first"), "ok");
  await eve.ask(report(seq!, "second"), "ok");
  const [one] = (await ada.ask(reports(), "reports")).reports;
  assertEquals([one?.count, one?.reasons], [1, ["second"]]);
});

Deno.test("what is not there or deleted is not reported, and an id that anybody may use reports nothing", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "mine");
  await ada.ask({ type: "delete", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  assertEquals(await refused(ada.ask(report(99), "error")), "no_such_message");
  assertEquals(await refused(ada.ask(report(1), "error")), "no_such_message");
  assertEquals(await refused(ada.ask(report(seq!), "error")), "deleted");
  await using free = await ChatClient.open(server, "7", ROOM);
  assertEquals(await refused(free.ask(report(seq!), "error")), "needs_proof");
});

Deno.test("nothing is reported in a room of two people, where nobody would read it", async () => {
  await using server = startServer();
  await using bob = await open(server, "bob");
  await using eve = await open(server, "eve");
  const { room } = await bob.ask({ type: "dm", id: EVES }, "ok");
  await bob.join(room!);
  const { seq } = await bob.publish(room!, "rude words");
  await eve.join(room!);
  assertEquals(await refused(eve.ask({ type: "report", room: room!, target: seq! }, "error")), "not_allowed");
});

Deno.test("a message that is deleted after it was reported stays on the list, without its text", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using bob = await open(server, "bob", ROOM);
  const { seq } = await bob.publish(ROOM, "rude words");
  await ada.ask(report(seq!), "ok");
  await bob.ask({ type: "delete", room: ROOM, nonce: nonce(), target: seq! }, "ok");
  const [one] = (await ada.ask(reports(), "reports")).reports;
  assertEquals([one?.message?.id, one?.message?.text, one?.message?.deleted], [BOBS, "", true]);
});

Deno.test("reports come in pages, the newest messages first", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await openOwner(server);
  const targets: number[] = [];
  for (let n = 0; n < limits.PAGE_REPORTS + 1; n++) targets.unshift((await ada.publish(ROOM, `${n}`)).seq!);
  for (const target of targets) await ada.ask(report(target), "ok");
  const first = await ada.ask(reports(), "reports");
  assertEquals(first.reports.map(({ target }) => target), targets.slice(0, -1));
  assertEquals([first.more, first.count], [true, targets.length]);
  const second = await ada.ask(reports(first.reports.at(-1)!.target), "reports");
  assertEquals([second.reports.map(({ target }) => target), second.more], [targets.slice(-1), false]);
});

Deno.test("an id reports five messages at once, and more only as time goes", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await openOwner(server);
  const { seq } = await ada.publish(ROOM, "mine");
  for (let n = 0; n < limits.REPORTS_PER_HOUR; n++) await ada.ask(report(seq!), "ok");
  const { code, retryAfterMs } = await ada.ask(report(seq!), "error");
  assertEquals([code, retryAfterMs], ["rate_limited", 3_600_000 / limits.REPORTS_PER_HOUR]);
});

Deno.test("with somebody who is erased go the reports that it made", async () => {
  await using server = startServer();
  await using ada = await openOwner(server);
  await using eve = await open(server, "eve", ROOM);
  const { seq } = await ada.publish(ROOM, "mine");
  await eve.ask(report(seq!, "I am eve@example.org"), "ok");
  await eve.ask({ type: "erase", nonce: nonce() }, "ok");
  assertEquals((await ada.ask(reports(), "reports")).reports, []);
});

Deno.test("where the store keeps none, reports are not supported, and welcome does not promise them", async () => {
  const { reports: _, ...rest } = openLog(new MemoryStore());
  await using server = startServer({ log: rest });
  await using ada = await openOwner(server);
  assert(!ada.all("welcome")[0]!.features.includes("reports"));
  const { seq } = await ada.publish(ROOM, "mine");
  assertEquals(await refused(ada.ask(report(seq!), "error")), "unsupported");
  assertEquals(await refused(ada.ask(reports(), "error")), "unsupported");
  assertEquals(await refused(ada.ask({ type: "resolve", room: ROOM, target: seq! }, "error")), "unsupported");
});
