/** A stream is read by those who may, for as long as they may, and others are told of it or not. @module */

import { OUTBOX_SWEEP_MS, TICKET_MS, TOKEN_GRACE_MS } from "../../../chat/limits.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { Admission } from "../../../chat/policy/admission.ts";
import { tokensBy } from "../../../chat/policy/tokens.ts";
import { assertEquals, assertMatch } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { bySecret, makeToken } from "../../lib/jwt.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { eventually } from "../../lib/patience.ts";
import { startServer } from "../../lib/server.ts";
import { StreamReader, streamUrl } from "../../lib/stream_reader.ts";
import { idOf, keyOf, nonce, open, openOwner, ROOM } from "../../lib/tea_room.ts";
import { call } from "./api.ts";
import { type Entry, page, range, refusal } from "./stream_pages.ts";

Deno.test("nobody in a room is told of those who only read it", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using reader = await StreamReader.ask(streamUrl(server, "lobby", { id: "bob", live: "sse", offset: "now" }));
  await using _carol = await ChatClient.open(server, "carol", "lobby");
  await ada.push("presence", ({ joins }) => joins.some(({ id }) => id === "carol"));
  await reader.close();
  await eventually(() => server.manager.stats.connections === 2, "the end of the reader");
  await using dan = await ChatClient.open(server, "dan");
  assertEquals((await dan.join("lobby")).members!.map(({ id }) => id).sort(), ["ada", "carol", "dan"]);
  await ada.push("presence", ({ joins }) => joins.some(({ id }) => id === "dan"));
  assertEquals(
    ada.all("presence").flatMap(({ joins, leaves }) => [...joins.map(({ id }) => id), ...leaves]).includes("bob"),
    false,
  );
});

Deno.test("a stream of somebody who is sent out ends behind that, and nothing later reaches it", async () => {
  await using server = startServer({ guardClock: new FakeClock() });
  await using ada = await openOwner(server);
  const bob = await idOf("bob");
  const place = (fields: object) => ({ type: "member", room: ROOM, nonce: nonce(), id: bob, ...fields }) as const;
  const headers = { authorization: `Bearer ${keyOf("bob")}` };
  const asBob = (query: object) => streamUrl(server, ROOM, { id: bob, ...query });
  for (const fields of [{ kick: true }, { role: "banned" }] as const) {
    const isBan = "role" in fields;
    await using reader = await StreamReader.ask(asBob({ live: "sse", offset: "-1" }), headers);
    const waiting = isBan ? fetch(asBob({ live: "long-poll", offset: "now" }), { headers }) : undefined;
    await eventually(() => server.manager.stats.connections === (isBan ? 3 : 2), "the readers");
    // It came later, and so is served later.
    await using other = await StreamReader.open(server, ROOM, "now");
    const { seq } = await ada.ask(place(fields), "ok");
    const { seq: later } = await ada.publish(ROOM, "what Bob may not read");
    await other.untilSeq(later!);
    await reader.untilSeq(seq!);
    assertEquals(reader.seqs, range(1, seq!));
    await reader.untilEnd();
    assertEquals(reader.seqs, range(1, seq!));
    const back = await fetch(asBob({ offset: reader.lastId! }), { headers });
    const said = await back.json();
    // Somebody who was only sent out may come back, and reads on where it was.
    if (isBan) assertEquals([back.status, said.code], [403, "banned"]);
    else assertEquals(said.map((entry: Entry) => entry.seq), [later]);
    // It was sent the ban and nothing else, or came later than that.
    assertEquals((await (await waiting)?.text())?.includes("may not read"), isBan ? false : undefined);
    await other.close();
    await eventually(() => server.manager.stats.connections === 1, "the end of the readers");
  }
});

Deno.test("of a room that is hidden nobody learns more than of one that there is not", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const made = await ada.ask(
    { type: "create", nonce: nonce(), set: { visibility: "private", history: "joined" } },
    "ok",
  );
  const room = made.room!;
  await ada.join(room);
  await ada.publish(room, "before Bob");
  const bob = await idOf("bob");
  const headers = { authorization: `Bearer ${keyOf("bob")}` };
  const answers = [];
  for (const name of [room, `${room.slice(0, -1)}a`]) {
    for (const query of [["offset=-1"], ["offset=now"], ["offset=-1", "live=sse"], ["offset=-1", "live=long-poll"]]) {
      const response = await fetch(`${streamUrl(server, name, { id: bob })}&${query.join("&")}`, { headers });
      answers.push(`${response.status} ${await response.text()}`);
    }
  }
  assertEquals(new Set(answers).size, 1);
  assertMatch(answers[0]!, /^404 .*no_access/);
  const { seq } = await ada.ask({ type: "member", room, nonce: nonce(), id: bob, role: "member" }, "ok");
  await ada.publish(room, "before everybody");
  const { entries } = await page(server, { id: bob, offset: "-1" }, { room, headers });
  assertEquals(entries.map((entry) => entry.seq), [seq, seq! + 1]);
  const { next } = await page(server, { id: await idOf("ada"), offset: "-1" }, {
    room,
    headers: { authorization: `Bearer ${keyOf("ada")}` },
  });
  assertEquals(
    await refusal(server, { id: bob, offset: next.replace(/\d{16}$/, "1".padStart(16, "0")) }, room, headers),
    [410, "gone"],
  );
  await using reader = await StreamReader.ask(streamUrl(server, room, { id: bob, live: "sse", offset: "-1" }), headers);
  await reader.untilSeq(seq! + 1);
  assertEquals(reader.seqs, [seq, seq! + 1]);
});

Deno.test("a stream ends with the token that it was begun with", async () => {
  const clock = new FakeClock();
  const signer = bySecret("a secret of thirty-two bytes, at least");
  const admission = new Admission("token", tokensBy({ secret: "a secret of thirty-two bytes, at least" }, clock));
  await using server = startServer({ clock, guardClock: clock, admission, log: openLog(new MemoryStore(), clock) });
  const lifeMs = 10 * 60_000;
  const token = await makeToken({ sub: "ada", exp: (clock.now() + lifeMs) / 1000 }, signer);
  const headers = { authorization: `Bearer ${token}` };
  assertEquals(await refusal(server, { offset: "-1" }), [401, "needs_proof"]);
  assertEquals(await refusal(server, { offset: "-1" }, "lobby", { authorization: "Bearer x" }), [401, "bad_token"]);
  await using reader = await StreamReader.open(server, "lobby", "now", headers);
  clock.advance(lifeMs + TOKEN_GRACE_MS);
  assertEquals(server.manager.stats.connections, 1);
  // It is found by one of the next sweeps.
  await eventually(() => {
    clock.advance(OUTBOX_SWEEP_MS);
    return server.manager.stats.connections === 0;
  }, "the end of the stream");
  await reader.ended;
  assertEquals(await refusal(server, { offset: "-1" }, "lobby", headers), [401, "expired"]);
});

Deno.test("a stream ends when its id is called back", async () => {
  await using server = startServer();
  await using ada = await open(server, "ada");
  const query = { id: await idOf("ada"), offset: "now" };
  const headers = { authorization: `Bearer ${keyOf("ada")}` };
  await using reader = await StreamReader.ask(streamUrl(server, "lobby", { ...query, live: "sse" }), headers);
  await ada.ask({ type: "revoke" }, "ok");
  await reader.ended;
  assertEquals(await refusal(server, query, "lobby", headers), [401, "revoked"]);
});

Deno.test("a ticket opens one stream in the name of who asked for it, within half a minute", async () => {
  const guardClock = new FakeClock();
  const told: string[] = [];
  await using server = startServer({ guardClock, logger: (...line) => told.push(JSON.stringify(line)) });
  await using ada = await open(server, "ada");
  const made = await ada.ask({ type: "create", nonce: nonce(), set: { visibility: "private" } }, "ok");
  const room = made.room!;
  const proof = { headers: { authorization: `Bearer ${keyOf("ada")}` } };
  const ask = async () =>
    (await call(server, "POST", `tickets?id=${await idOf("ada")}`, proof)).fields.ticket as string;
  const ticket = await ask();
  await using reader = await StreamReader.ask(streamUrl(server, room, { live: "sse", offset: "-1", ticket }));
  await reader.untilSeq(1);
  assertEquals(await refusal(server, { ticket }, room), [401, "bad_token"], "used");
  assertEquals(await refusal(server, { ticket: crypto.randomUUID() }, room), [401, "bad_token"], "made up");
  const late = await ask();
  guardClock.stall(TICKET_MS);
  assertEquals(await refusal(server, { ticket: late }, room), [401, "bad_token"], "too late");
  const other = { headers: { authorization: "Bearer not the key of anybody, and long" } };
  const wrong = await call(server, "POST", `tickets?id=${await idOf("ada")}`, other);
  assertEquals([wrong.status, wrong.fields.code], [401, "bad_key"]);
  assertEquals(told.filter((line) => line.includes(ticket) || line.includes(keyOf("ada"))), []);
});
