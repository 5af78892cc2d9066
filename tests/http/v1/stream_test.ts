/** Reading a room as a stream: pages, waiting, server-sent events; from any place on, and only what the reader may read. */

import type { NewEvent, StoredMessage } from "../../../chat/event/event.ts";
import {
  LONG_POLL_MS,
  OUTBOX_HIGH_WATER_BYTES,
  OUTBOX_STALL_MS,
  OUTBOX_SWEEP_MS,
  PAGE_MESSAGES,
  STREAM_ALIVE_MS,
  STREAM_BEATS,
  STREAM_CHUNK_BYTES,
  TEXT_CHARACTERS,
  TICKET_MS,
  TOKEN_GRACE_MS,
} from "../../../chat/limits.ts";
import { StreamSocket } from "../../../chat/http/v1/stream_socket.ts";
import { CHANGES_KEPT } from "../../../chat/log/bounds.ts";
import type { Page as LogPage, Range } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { Admission } from "../../../chat/policy/admission.ts";
import { tokensBy } from "../../../chat/policy/tokens.ts";
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { bySecret, makeToken } from "../../lib/jwt.ts";
import { listener } from "../../lib/listener.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { eventually } from "../../lib/patience.ts";
import { RawPeer } from "../../lib/raw_peer.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { StreamReader, streamUrl } from "../../lib/stream_reader.ts";
import { idOf, keyOf, nonce, open, openOwner, ROOM } from "../../lib/tea_room.ts";
import { call } from "./api.ts";

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

type Entry = Partial<StoredMessage> & { seq: number; kind?: string };

/** A page of a stream. */
interface Page {
  status: number;
  entries: Entry[];
  next: string;
  isUpToDate: boolean;
  headers: Headers;
}

/** Asks for one page. */
async function page(
  server: TestServer,
  query: Record<string, string> = {},
  { room = "lobby", headers = {}, method = "GET" }: { room?: string; headers?: HeadersInit; method?: string } = {},
): Promise<Page> {
  const response = await fetch(streamUrl(server, room, query), { headers, method });
  const text = await response.text();
  const [next = "", upToDate] = ["stream-next-offset", "stream-up-to-date"].map((name) =>
    response.headers.get(name) ?? undefined
  );
  const entries = text === "" ? [] : JSON.parse(text);
  return { status: response.status, entries, next, isUpToDate: upToDate === "true", headers: response.headers };
}

/** Why a request is refused. */
async function refusal(server: TestServer, query: Record<string, string>, room = "lobby", headers: HeadersInit = {}) {
  const response = await fetch(streamUrl(server, room, query), { headers });
  return [response.status, (await response.json()).code];
}

async function say(server: TestServer, count: number, room = "lobby"): Promise<void> {
  for (let said = 0; said < count; said++) await server.manager.broadcast(room, "ada", `text ${said + 1}`);
}

/** Whether the condition holds within a moment. */
async function becomes(condition: () => boolean): Promise<boolean> {
  for (let looks = 0; looks < 20 && !condition(); looks++) await new Promise((turn) => setTimeout(turn, 5));
  return condition();
}

/** A test of what depends on time alone. The guarded listener has timers of its own on that clock. */
function timed(name: string, run: () => Promise<void>): void {
  if (listener() === "plain") Deno.test(name, run);
}

Deno.test("a room is read page after page from its start, with its changes, and no entry twice", async () => {
  await using server = startServer();
  await say(server, 2 * PAGE_MESSAGES + 50);
  await using ada = await open(server, "ada", "lobby");
  const { seq } = await ada.publish("lobby", "old words");
  await ada.ask({ type: "edit", room: "lobby", nonce: nonce(), target: seq!, text: "new words", version: 0 }, "ok");
  await ada.ask({ type: "react", room: "lobby", nonce: nonce(), target: 1, emoji: "👍", on: true }, "ok");
  const pages = [await page(server)];
  while (!pages.at(-1)!.isUpToDate) pages.push(await page(server, { offset: pages.at(-1)!.next }));
  const entries = pages.flatMap((one) => one.entries);
  assertEquals(pages.map((one) => one.entries.length), [PAGE_MESSAGES, PAGE_MESSAGES, 53]);
  assertEquals(entries.map((entry) => entry.seq), range(1, seq! + 2));
  assertEquals(entries[0], { ...entries[0]!, text: "text 1", reactions: [{ emoji: "👍", count: 1 }], rev: seq! + 2 });
  assertEquals(entries.slice(-3).map(({ kind }) => kind), [undefined, "edit", "react"]);
  const offsets = pages.map((one) => one.next);
  assertEquals(offsets, offsets.toSorted());
  const last = await page(server, { offset: pages.at(-1)!.next });
  assertEquals([last.entries, last.isUpToDate, last.next], [[], true, pages.at(-1)!.next]);
});

Deno.test("a page says that nobody may keep it, and a request for its head that there is one", async () => {
  await using server = startServer();
  await say(server, 3);
  const { headers, entries, next } = await page(server, { offset: "-1" });
  assertEquals(entries.length, 3);
  assertEquals(headers.get("content-type"), "application/json");
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertMatch(headers.get("stream-cursor")!, /^\d+$/);
  const head = await page(server, {}, { method: "HEAD" });
  assertEquals([head.status, head.next, head.headers.get("cache-control")], [200, next, "no-store"]);
  const now = await page(server, { offset: "now" });
  assertEquals([now.entries, now.next, now.isUpToDate], [[], next, true]);
});

Deno.test("server-sent events bring what is kept and what comes, in one run, and end in a place to come back to", async () => {
  await using server = startServer();
  await say(server, 3 * PAGE_MESSAGES);
  await using reader = await StreamReader.open(server, "lobby", "-1");
  assertEquals(reader.response.headers.get("content-type"), "text/event-stream");
  assertEquals(reader.response.headers.get("cache-control"), "no-store, no-cache");
  await reader.untilSeq(3 * PAGE_MESSAGES);
  await say(server, 20);
  await reader.untilSeq(3 * PAGE_MESSAGES + 20);
  assertEquals(reader.seqs, range(1, 3 * PAGE_MESSAGES + 20));
  await reader.until(() => reader.places.at(-1)?.streamNextOffset === reader.lastId, "the place behind the last entry");
  assertEquals(reader.places.at(-1)!.upToDate, true);
  await reader.close();
  await say(server, 5);
  // As a browser comes back: with the address of its first request.
  await using again = await StreamReader.open(server, "lobby", "-1", { "last-event-id": reader.lastId! });
  await again.untilSeq(3 * PAGE_MESSAGES + 25);
  assertEquals(again.seqs, range(3 * PAGE_MESSAGES + 21, 3 * PAGE_MESSAGES + 25));
});

Deno.test("a reader that has been sent nothing yet comes back to where it was", async () => {
  await using server = startServer();
  await say(server, 3);
  await using reader = await StreamReader.open(server, "lobby", "now");
  await reader.until(() => reader.places.length > 0, "its place");
  assertEquals(reader.places[0]!.upToDate, true);
  await reader.close();
  await say(server, 2);
  await using again = await StreamReader.open(server, "lobby", "now", { "last-event-id": reader.lastId! });
  await again.untilSeq(5);
  assertEquals(again.seqs, [4, 5]);
});

timed(
  "a reader that waits for something new gets it when it comes, and else is told that there is nothing",
  async () => {
    const guardClock = new FakeClock();
    await using server = startServer({ guardClock });
    await say(server, 1);
    const { next, headers } = await page(server, { offset: "-1", live: "long-poll" });
    const cursor = headers.get("stream-cursor")!;
    const waiting = page(server, { offset: next, live: "long-poll", cursor });
    await eventually(() => server.manager.stats.connections === 1, "the reader that waits");
    await say(server, 1);
    const come = await waiting;
    assertEquals([come.status, come.entries.map(({ seq }) => seq), come.isUpToDate], [200, [2], true]);
    assertGreater(Number(come.headers.get("stream-cursor")), Number(cursor));
    await eventually(() => server.manager.stats.sockets === 0, "the end of the reader");
    const inVain = page(server, { offset: come.next, live: "long-poll" });
    await eventually(() => guardClock.timers === 1, "the reader that waits in vain");
    guardClock.advance(LONG_POLL_MS);
    const { status, isUpToDate, next: still } = await inVain;
    assertEquals([status, isUpToDate, still], [204, true, come.next]);
  },
);

timed("a stream with nothing to say says so, and ends after a while, so that its reader comes again", async () => {
  const guardClock = new FakeClock();
  await using server = startServer({ guardClock });
  await using reader = await StreamReader.open(server, "lobby", "now");
  await reader.until(() => reader.places.length > 0, "its place");
  for (let beats = 1; beats < STREAM_BEATS; beats++) {
    guardClock.advance(STREAM_ALIVE_MS);
    await reader.until(() => reader.asides.length > beats, `comment ${beats}`);
  }
  assertMatch(reader.asides.join("\n"), /^retry: \d+(\n:)+$/);
  guardClock.advance(STREAM_ALIVE_MS);
  await reader.ended;
  assertEquals([server.manager.stats.connections, guardClock.timers], [0, 0]);
});

Deno.test("what is asked for wrongly is refused, and what cannot be read on is gone", async () => {
  const log = openLog(new MemoryStore("life1"));
  await using server = startServer({ log });
  await say(server, 3);
  const { next } = await page(server);
  for (const offset of ["", "3", "-2", "a,b", "a b", "life1:3", `${next}0`, "life1:99999999999999999"]) {
    assertEquals(await refusal(server, { offset }), [400, "bad_command"], offset);
  }
  assertEquals(await refusal(server, { live: "sse" }), [400, "bad_command"]);
  assertEquals(await refusal(server, { live: "often", offset: "-1" }), [400, "bad_command"]);
  assertEquals(await refusal(server, { offset: "-1" }, "No%20room"), [400, "bad_command"]);
  const twice = await fetch(`${streamUrl(server, "lobby")}?offset=-1&offset=${next}`);
  assertEquals([twice.status, (await twice.json()).code], [400, "bad_command"]);
  const digits = (seq: number) => String(seq).padStart(16, "0");
  for (const live of ["sse", "long-poll", undefined]) {
    const ask = (offset: string) => refusal(server, live ? { offset, live } : { offset });
    assertEquals(await ask(`life2:${digits(3)}`), [410, "gone"], "of another life of the store");
    assertEquals(await ask(`life1:${digits(4)}`), [410, "gone"], "of what is still to come");
  }
  assertEquals((await page(server, { offset: `life1:${digits(2)}` })).entries.map(({ seq }) => seq), [3]);
  await eventually(() => server.manager.stats.sockets === 0, "the end of all that were refused");
});

Deno.test("below where every change is kept a reader is sent the messages as they are, and then every event", async () => {
  const store = new MemoryStore("life1");
  const commit = (events: object[]) =>
    store.commit(events.map((event) => ({ room: "lobby", event: { name: "Ada", ...event } as NewEvent })), {
      ts: 1,
      day: 0,
    });
  const count = PAGE_MESSAGES + 20;
  await commit(range(1, count).map((n) => ({ id: "k-ada", text: `text ${n}` })));
  // Some more than are kept, of all of which the effect stays.
  const surplus = 30;
  const react = (from: number, to: number) =>
    commit(range(from, to).map((n) => ({ id: `k-${n}`, kind: "react", target: 1, emoji: "👍", on: true })));
  for (let made = 0; made < CHANGES_KEPT; made += 1_000) await react(made + 1, made + 1_000);
  await react(CHANGES_KEPT + 1, CHANGES_KEPT + surplus);
  const head = count + CHANGES_KEPT + surplus;
  while (await store.trim(Number.MAX_SAFE_INTEGER, 0));
  const clock = new FakeClock();
  await using server = startServer({ clock, log: openLog(store, clock) });
  const first = await page(server, { offset: "-1" });
  assertEquals(first.entries.map(({ seq }) => seq), range(1, PAGE_MESSAGES));
  assertEquals(first.entries[0], {
    ...first.entries[0]!,
    rev: head,
    reactions: [{ emoji: "👍", count: CHANGES_KEPT + surplus }],
  });
  const second = await page(server, { offset: first.next });
  assertEquals(second.entries.map(({ seq }) => seq), range(PAGE_MESSAGES + 1, count));
  assertLess(first.next, second.next);
  const third = await page(server, { offset: second.next });
  assertEquals(third.entries[0]!.seq, count + surplus + 1);
  assertEquals([first, second, third].map(({ isUpToDate }) => isUpToDate), [false, false, false]);
  assertEquals(await refusal(server, { offset: `life1:${String(count).padStart(16, "0")}` }), [410, "gone"]);

  await using reader = await StreamReader.open(server, "lobby", "-1");
  await reader.untilSeq(count + surplus + 2 * PAGE_MESSAGES);
  await reader.close();
  const due = [...range(1, count), ...range(count + surplus + 1, head)];
  assertEquals(reader.seqs, due.slice(0, reader.seqs.length));
  const [place] = reader.places;
  await using again = await StreamReader.open(server, "lobby", place!.streamNextOffset);
  await again.untilSeq(count + surplus + 1);
  await again.close();
  const [begins] = again.seqs;
  assertLess(begins!, count);
  assertEquals(again.seqs, due.slice(begins! - 1, begins! - 1 + again.seqs.length));

  // What was kept when it began is kept no more.
  await react(CHANGES_KEPT + surplus + 1, CHANGES_KEPT + surplus + 5);
  while (await store.trim(Number.MAX_SAFE_INTEGER, 0));
  assertEquals(await refusal(server, { offset: place!.streamNextOffset }), [410, "gone"]);
});

Deno.test("a reader is told that entries are missing before it is sent any behind them", async () => {
  let isDamaged = false;
  class Damaged extends MemoryStore {
    override async read(room: string, range: Range): Promise<LogPage> {
      const page = await super.read(room, range);
      return isDamaged ? { ...page, events: page.events.filter(({ seq }) => seq !== 150) } : page;
    }
  }
  await using server = startServer({ log: openLog(new Damaged()) });
  await say(server, 200);
  isDamaged = true;
  await using reader = await StreamReader.open(server, "lobby", "-1");
  await reader.ended;
  assertEquals(reader.seqs, range(1, PAGE_MESSAGES));
  assertEquals(await refusal(server, { offset: reader.lastId! }), [410, "gone"]);
});

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

Deno.test("a reader that stops reading is ended, and until then not much waits for it", async () => {
  const closes: unknown[][] = [];
  const clock = new FakeClock();
  await using server = startServer({
    clock,
    guardClock: clock,
    log: openLog(new MemoryStore(), clock),
    logger: (event, details) => event === "disconnect" && closes.push([details!.dialect, details!.code]),
  });
  using peer = await RawPeer.connect(server.port);
  await peer.write("GET /v1/stream/rooms/lobby?live=sse&offset=now HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await eventually(() => server.manager.stats.connections === 1, "the peer");
  let most = 0;
  for (let rounds = 0; closes.length === 0; rounds++) {
    // So much the system does not hold between a server and a peer.
    assertLess(rounds, 500);
    await Promise.all(range(1, 20).map(() => server.manager.broadcast("lobby", "ada", "x".repeat(TEXT_CHARACTERS))));
    clock.advance(100);
    await new Promise((turn) => setImmediate(turn));
    most = Math.max(most, server.manager.stats.waitingBytes);
  }
  assertEquals(closes, [["stream", 4008]]);
  assertLess(most, 2 * OUTBOX_HIGH_WATER_BYTES);
  // The runtime's own listener cannot end a connection that is not read: it counts until its peer ends it.
  if (listener() === "plain") return assertEquals(server.manager.stats.sockets, 1);
  await eventually(() => {
    clock.advance(1_000);
    return server.manager.stats.sockets === 0;
  }, "the end of the connection");
});

Deno.test("a reader that takes nothing is ended as soon as any other peer is, though nothing more is sent to it", async () => {
  const closes: unknown[][] = [];
  const clock = new FakeClock();
  await using server = startServer({
    clock,
    guardClock: clock,
    log: openLog(new MemoryStore(), clock),
    logger: (event, details) => event === "disconnect" && closes.push([details!.dialect, details!.code]),
  });
  using peer = await RawPeer.connect(server.port);
  await peer.write("GET /v1/stream/rooms/lobby?live=sse&offset=now HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await eventually(() => server.manager.stats.connections === 1, "the peer");
  const waiting = () => {
    clock.advance(OUTBOX_SWEEP_MS);
    return server.manager.stats.waitingBytes;
  };
  // Not more at a time than is handed over at once, until the system takes no more of it.
  let takesMore = true;
  for (let rounds = 0; takesMore; rounds++) {
    assertLess(rounds, 500);
    await Promise.all(range(1, 20).map(() => server.manager.broadcast("lobby", "ada", "x".repeat(TEXT_CHARACTERS))));
    takesMore = await becomes(() => waiting() === 0);
  }
  assertGreater(waiting(), STREAM_CHUNK_BYTES - 1);
  const since = clock.elapsed();
  await eventually(() => waiting() === 0 || closes.length > 0, "the close");
  assertEquals(closes, [["stream", 4008]]);
  assertLess(clock.elapsed() - since, OUTBOX_STALL_MS + 4 * OUTBOX_SWEEP_MS);
  await eventually(() => waiting() === 0, "what it was not sent, let go");
});

Deno.test("what a reader was given waits until it asks for more, in small parts, and then no more", async () => {
  const socket = new StreamSocket();
  socket.send("a".repeat(2 * STREAM_CHUNK_BYTES + 1));
  const lengths: unknown[] = [];
  for (let given = 0; given < 3; given++) {
    const part = await socket.take(STREAM_CHUNK_BYTES);
    lengths.push([part!.length, part!.buffer.byteLength, socket.bufferedAmount]);
  }
  const [all, part] = [2 * STREAM_CHUNK_BYTES + 1, STREAM_CHUNK_BYTES];
  assertEquals(lengths, [[part, part, all], [part, part, all - part], [1, 1, 1]]);
  let isEnded = false;
  socket.onclose = () => isEnded = true;
  const next = socket.take(STREAM_CHUNK_BYTES);
  assertEquals(socket.bufferedAmount, 0);
  socket.send("b");
  assertEquals([(await next)!.length, socket.bufferedAmount], [1, 1]);
  socket.close(1000, "");
  assertEquals(isEnded, false);
  assertEquals([await socket.take(STREAM_CHUNK_BYTES), isEnded, socket.bufferedAmount], [undefined, true, 0]);
});

Deno.test("a stopping server tells its readers when to come again, and ends their streams", async () => {
  const server = startServer();
  await using reader = await StreamReader.open(server, "lobby", "now");
  const waiting = fetch(streamUrl(server, "lobby", { live: "long-poll", offset: "now" }))
    .then(({ status }) => status, () => undefined);
  await eventually(() => server.manager.stats.connections === 2, "the readers");
  await Promise.all([server.stop(), reader.ended]);
  assertMatch(reader.asides.join("\n"), /^retry: \d+\nretry: \d+$/);
  // It was in the room already, or on the way there; or its connection ended first.
  assert([204, 503, undefined].includes(await waiting));
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
