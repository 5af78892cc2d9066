/** Invitations: who makes them, who comes in by them, and how many. */

import type { Cancel } from "../../chat/base/clock.ts";
import * as limits from "../../chat/limits.ts";
import type { RoomChanges } from "../../chat/log/message_log.ts";
import type { Reply } from "../../chat/wire/lines.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";
import { idOf, nonce, open, refused } from "../lib/tea_room.ts";

/** Makes a private room; its maker has joined it. */
async function makeRoom(by: ChatClient, visibility = "private"): Promise<string> {
  const { room } = await by.ask({ type: "create", nonce: nonce(), set: { visibility } } as never, "ok");
  await by.join(room!);
  return room!;
}

const redeem = (room: string, secret: string) => ({ type: "redeem", room, nonce: nonce(), secret }) as const;
const place = (room: string, id: string, fields: object) =>
  ({ type: "member", room, nonce: nonce(), id, ...fields }) as const;

Deno.test("somebody who has the secret becomes a member, and can read nothing before", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  await ada.publish(room, "a secret matter");
  const { secret, role, uses, until } = await ada.ask({ type: "invite", room }, "invited");
  assertMatch(secret, /^[a-z2-7]{26}$/);
  assertEquals([role, uses, Math.round((until - Date.now()) / 1000)], ["member", limits.INVITE_USES, 7 * 24 * 3600]);
  await using bob = await open(server, "bob");
  assertEquals(await refused(bob.ask({ type: "join", room }, "error")), "no_access");
  assert(!bob.frames.join().includes("matter"));
  const { seq } = await bob.ask(redeem(room, secret), "ok");
  const change = await ada.push("change", ({ kind }) => kind === "member");
  assertEquals([change.seq, change.id, (change as { member?: string }).member], [seq!, bobId, bobId]);
  assertEquals((await bob.join(room)).messages.map((event) => "text" in event && event.text), ["a secret matter"]);
  const told = [...ada.frames, ...bob.frames].filter((frame) => frame.includes(secret));
  assertEquals(told.map((frame) => JSON.parse(frame).type), ["invited"]);
});
const bobId = await idOf("bob");

Deno.test("exactly as many come in as may, however many try at once", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  const { secret } = await ada.ask({ type: "invite", room, uses: 7 }, "invited");
  const crowd = await Promise.all(
    Array.from({ length: 50 }, (_, index) => open(server, `guest ${index}`)),
  );
  const replies = await Promise.all(crowd.map((guest) => guest.reply(guest.post(redeem(room, secret)))));
  assertEquals(replies.filter(({ type }) => type === "ok").length, 7);
  assertEquals(
    new Set(replies.map((reply) => reply.type === "error" ? reply.code : "in")),
    new Set(["in", "no_access"]),
  );
  const joined = await Promise.all(crowd.map((guest) => guest.reply(guest.post({ type: "join", room }))));
  assertEquals(joined.map(({ type }) => type === "joined"), replies.map(({ type }) => type === "ok"));
  for (const guest of crowd) await guest.close();
});

Deno.test("the same redeem twice at once takes one use, and so does another one by somebody who is in", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  const { secret } = await ada.ask({ type: "invite", room, uses: 2 }, "invited");
  await using bob = await open(server, "bob");
  await using again = await open(server, "bob");
  const command = redeem(room, secret);
  await Promise.all([bob.ask(command, "ok"), again.ask(command, "ok")]);
  await bob.ask(redeem(room, secret), "ok");
  const { invites } = await ada.ask({ type: "invites", room }, "invites");
  assertEquals(invites.map(({ uses }) => uses), [1]);
});

Deno.test("whatever is wrong with it, the answer is that there is no such room, byte for byte", async () => {
  const clock = new FakeClock();
  await using server = startServer({ log: openLog(new MemoryStore(), clock), clock, limitRate: false });
  await using ada = await open(server, "ada");
  const [room, other, mods] = [await makeRoom(ada), await makeRoom(ada), await makeRoom(ada)];
  await using eve = await open(server, "eve");
  const invited = async (room: string, fields: object = {}, by = ada) =>
    (await by.ask({ type: "invite", room, ...fields } as never, "invited")).secret;
  const [good, ofOther, brief] = [
    await invited(room),
    await invited(other),
    await invited(room, { untilMs: clock.now() + 5 }),
  ];
  const single = await invited(room, { uses: 1 });
  await using bob = await open(server, "bob");
  await bob.ask(redeem(room, single), "ok");
  const revoked = await invited(room, { uses: 3 });
  const { invites } = await ada.ask({ type: "invites", room }, "invites");
  await ada.ask({ type: "uninvite", room, invite: invites.find(({ uses }) => uses === 3)!.invite }, "ok");
  await using carl = await open(server, "carl");
  const carlId = await idOf("carl");
  await ada.ask(place(mods, carlId, { role: "moderator" }), "ok");
  await carl.join(mods);
  const ofCarl = await invited(mods, {}, carl);
  await ada.ask(place(mods, carlId, { role: "member" }), "ok");
  await using dora = await open(server, "dora");
  await ada.ask(place(room, await idOf("dora"), { role: "banned" }), "ok");
  clock.advance(10);

  const answers: Reply[] = [];
  for (
    const [who, to, secret] of [
      [eve, room, "a".repeat(26)],
      [eve, room, ofOther],
      [eve, room, brief],
      [eve, room, single],
      [eve, room, revoked],
      [eve, mods, ofCarl],
      [eve, `p-${"a".repeat(26)}`, good],
      [eve, "lobby", good],
      [dora, room, good],
    ] as const
  ) answers.push(await who.ask(redeem(to, secret), "error"));
  answers.push(await eve.ask({ type: "join", room }, "error"));
  assertEquals(
    new Set(answers.map((answer) => JSON.stringify({ ...answer, ref: "" }))).size,
    1,
    JSON.stringify(answers),
  );
  assertEquals((answers[0] as { code: string }).code, "no_access");
  await eve.ask(redeem(room, good), "ok");
});

Deno.test("nobody invites to what is not less than itself, and only moderators invite, list and revoke", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  await using bob = await open(server, "bob");
  await bob.ask(redeem(room, (await ada.ask({ type: "invite", room, role: "moderator" }, "invited")).secret), "ok");
  await bob.join(room);
  assertEquals(await refused(bob.ask({ type: "invite", room, role: "moderator" }, "error")), "not_allowed");
  const { secret } = await bob.ask({ type: "invite", room }, "invited");
  await using carl = await open(server, "carl");
  await carl.ask(redeem(room, secret), "ok");
  await carl.join(room);
  for (const type of ["invite", "invites"] as const) {
    assertEquals(await refused(carl.ask({ type, room }, "error")), "not_allowed");
  }
  assertEquals(await refused(carl.ask({ type: "uninvite", room, invite: "x" }, "error")), "not_allowed");
  const listed = await bob.ask({ type: "invites", room }, "invites");
  assertEquals(listed.invites.map(({ role, uses, by }) => [role, uses, by === bobId]).sort(), [
    ["member", 24, true],
    ["moderator", 24, false],
  ]);
  assert(!JSON.stringify(listed).includes(secret));
  await using free = await ChatClient.open(server, "77");
  assertEquals(await refused(free.ask(redeem(room, secret), "error")), "needs_proof");
});

Deno.test("somebody who is sent out comes back by an invitation that has uses left, and not by one that has none", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  const { secret } = await ada.ask({ type: "invite", room, uses: 2 }, "invited");
  await using bob = await open(server, "bob");
  for (const expected of ["ok", "ok", "error"] as const) {
    await bob.ask(redeem(room, secret), expected);
    await ada.ask(place(room, bobId, { role: "guest" }), "ok");
  }
  assertEquals(await refused(bob.ask({ type: "join", room }, "error")), "no_access");
});

Deno.test("an id makes 20 invitations at once, and a room has 100 at most", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  const ask = (fields = {}) => ada.reply(ada.post({ type: "invite", room, ...fields } as never));
  for (let index = 0; index < limits.INVITES_PER_HOUR; index++) {
    assertEquals((await ask()).type, "invited");
    clock.advance(200);
  }
  const refused = await ask() as { code: string; retryAfterMs: number };
  assertEquals(refused.code, "rate_limited");
  assert(refused.retryAfterMs > 100_000, `${refused.retryAfterMs}`);
  await using unlimited = startServer({ limitRate: false });
  await using bob = await open(unlimited, "bob");
  const full = await makeRoom(bob);
  const all = await Promise.all(Array.from({ length: 101 }, () => bob.reply(bob.post({ type: "invite", room: full }))));
  assertEquals(all.filter(({ type }) => type === "invited").length, 100);
});

/** A store that says what rooms are only once a test lets it. */
class HeldStore extends MemoryStore {
  /** The rooms that are followed. */
  readonly followed = new Set<string>();
  /** What rooms are cannot be learned before this. */
  known: Promise<void> = Promise.resolve();
  /** How many wait for that. */
  learning = 0;

  override async roomChanges(...asked: Parameters<MemoryStore["roomChanges"]>): Promise<RoomChanges> {
    this.learning++;
    await this.known;
    this.learning--;
    return await super.roomChanges(...asked);
  }

  override follow(room: string): Cancel {
    const cancel = super.follow(room);
    this.followed.add(room);
    return () => {
      this.followed.delete(room);
      cancel();
    };
  }
}

Deno.test("a room that everybody has left does not close under somebody who comes in by an invitation", async () => {
  const store = new HeldStore();
  const clock = new FakeClock();
  await using server = startServer({ log: openLog(store, clock), clock });
  await using ada = await open(server, "ada");
  await using bob = await open(server, "bob");
  const room = await makeRoom(ada);
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  await ada.ask({ type: "leave", room }, "ok");
  const { promise, resolve } = Promise.withResolvers<void>();
  store.known = promise;
  const coming = bob.ask(redeem(room, secret), "ok");
  await eventually(() => store.learning === 1, "Bob to wait for what the room is");
  await ada.join("lobby");
  await ada.ask({ type: "leave", room: "lobby" }, "ok");
  clock.advance(limits.OUTBOX_SWEEP_MS);
  await eventually(() => !store.followed.has("lobby"), "empty rooms to be closed");
  resolve();
  await coming;
  assertEquals([...store.followed], [room]);
});

Deno.test("where the store keeps none, invitations are not supported", async () => {
  const { invites: _, ...rest } = openLog(new MemoryStore());
  await using server = startServer({ log: rest });
  await using ada = await open(server, "ada");
  const room = await makeRoom(ada);
  assertEquals(await refused(ada.ask({ type: "invite", room }, "error")), "unsupported");
  assertEquals(await refused(ada.ask(redeem(room, "x"), "error")), "unsupported");
});
