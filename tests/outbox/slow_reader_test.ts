/** Peers that read slowly or not at all, and those that merely read much. @module */

import { type Clock, systemClock } from "../../chat/base/clock.ts";
import * as limits from "../../chat/limits.ts";
import { Backlog } from "../../chat/outbox/outbox.ts";
import { frameOf } from "../../chat/wire/frame.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../lib/assert.ts";
import { ChatClient, type Line, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { FakeSocket } from "../lib/fake_socket.ts";
import { eventually } from "../lib/patience.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { outboxOf } from "../lib/reader.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** More than the system holds between a server and a peer that does not read, by far. */
const FLOOD_MESSAGES = 6_000;

/** Says something of 4,000 characters many times, not more at once than a busy room would have. */
async function flood(server: TestServer, count: number, goOn: () => boolean = () => true): Promise<number> {
  let last = 0;
  for (let said = 0; said < count && goOn(); said += 20) {
    const some = range(1, 20).map(() =>
      server.manager.broadcast("lobby", "author", "x".repeat(limits.TEXT_CHARACTERS))
    );
    for (const { seq } of await Promise.all(some)) last = seq;
    await new Promise((turn) => setImmediate(turn));
  }
  return last;
}

/** A `chat.v1` peer on bare TCP, in the lobby, which has read the `joined` and nothing since. */
async function openReader(server: TestServer): Promise<RawPeer> {
  const peer = await RawPeer.open(server.port, "/ws/slow", "chat.v1");
  await peer.send('{"type":"hello","ref":"1"}\n{"type":"join","ref":"2","room":"lobby"}');
  await peer.readText((frame) => frame.includes('"joined"'));
  return peer;
}

for (const dialect of ["chat.v1", "plain"]) {
  Deno.test(`a ${dialect} peer that never reads is forgotten, and the others get everything`, async () => {
    const closes: unknown[][] = [];
    await using server = startServer({
      logger: (event, details) => event === "disconnect" && closes.push([details!.id, details!.code]),
    });
    await using good = await ChatClient.open(server, "good", "lobby");
    await using plain = await PlainClient.open(server, "plain");
    using _peer = dialect === "plain" ? await RawPeer.open(server.port, "/ws/slow") : await openReader(server);
    await eventually(() => server.manager.stats.connections === 3, "the peer");
    const last = await flood(server, FLOOD_MESSAGES);
    await eventually(() => closes.length > 0, "the close", 60_000);
    assertEquals(closes, [["slow", 4008]]);
    assertEquals([server.manager.stats.connections, server.manager.stats.tooSlow], [2, 1]);
    assertEquals((await good.untilSeq("lobby", last)).map(({ seq }) => seq), range(1, last));
    assertEquals((await plain.untilCount(last)).length, last);
  });
}

Deno.test("a reader that stops and goes on gets everything, once, in order", async () => {
  await using server = startServer();
  using peer = await openReader(server);
  const last = await flood(server, FLOOD_MESSAGES);
  await using _late = await ChatClient.open(server, "late", "lobby");
  const seqs: number[] = [];
  while (seqs.at(-1) !== last) {
    for (const line of (await peer.readText()).split("\n")) {
      const read: Line = JSON.parse(line);
      if (read.type === "message") seqs.push(read.seq);
    }
  }
  assertEquals(seqs, range(1, last));
  assertEquals(server.manager.stats.tooSlow, 0);
  const next = await server.manager.broadcast("lobby", "author", "and on");
  assert((await peer.readText((frame) => frame.includes("and on"))).includes(`"seq":${next.seq},`));
});

/** A room full of the longest messages there are, in a script of three bytes a character. */
async function serverWithLongMessages(count: number, clock?: Clock): Promise<TestServer> {
  const server = startServer({ limitRate: false, clock });
  const text = "語".repeat(limits.TEXT_CHARACTERS);
  await Promise.all(range(1, count).map(() => server.manager.broadcast("lobby", "author", text)));
  return server;
}

Deno.test("a page of the longest messages has fewer of them, and one page after the other there are all", async () => {
  await using server = await serverWithLongMessages(60);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  const seqs: number[] = [];
  for (let before = 61, more = true; more; before = seqs[0]!) {
    const reply = await ada.reply(ada.post({ type: "history", room: "lobby", before }));
    assert(reply.type === "history");
    assertLess(reply.messages.length * limits.TEXT_CHARACTERS, limits.REPLY_CHARACTERS);
    seqs.unshift(...reply.messages.map(({ seq }) => seq));
    more = reply.more;
  }
  assertEquals(seqs, range(1, 60));
});

Deno.test("a client that reads joins many rooms of the longest messages in one go", async () => {
  await using server = startServer({ limitRate: false });
  const text = "語".repeat(limits.TEXT_CHARACTERS);
  const rooms = range(1, 8).map((index) => `room-${index}`);
  for (const room of rooms) await Promise.all(range(1, 50).map(() => server.manager.broadcast(room, "author", text)));
  await using ada = await ChatClient.open(server, "ada");
  const joined = await Promise.all(rooms.map((room) => ada.join(room)));
  for (const { messages } of joined) {
    assertLess(messages.length * limits.TEXT_CHARACTERS, limits.REPLY_CHARACTERS);
    assertEquals(messages.map(({ seq }) => seq), range(51 - messages.length, 50), "the newest");
  }
});

Deno.test("a client that reads resumes over a thousand of the longest messages", async () => {
  await using server = await serverWithLongMessages(1_000);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch } = await ada.join("lobby");
  const { recovered, messages } = await ada.join("lobby", { epoch, seq: 0 });
  assert(recovered);
  const pushed = await ada.untilSeq("lobby", 1_000);
  assertEquals([...messages, ...pushed].map(({ seq }) => seq), range(1, 1_000));
});

Deno.test("a burst of the longest messages costs nobody who reads the connection", async () => {
  await using server = await serverWithLongMessages(0);
  await using chat = await ChatClient.open(server, "chat", "lobby");
  await using plain = await PlainClient.open(server, "plain");
  const text = "語".repeat(limits.TEXT_CHARACTERS);
  await Promise.all(range(1, 500).map(() => server.manager.broadcast("lobby", "author", text)));
  assertEquals((await chat.untilSeq("lobby", 500)).map(({ seq }) => seq), range(1, 500));
  assertEquals((await plain.untilCount(500)).length, 500);
});

/** A socket on paper: nothing that is sent leaves it, until a test says so. */
class PaperSocket extends FakeSocket {
  readonly sent: string[] = [];
  override send(data: string): void {
    this.sent.push(data);
    this.bufferedAmount += frameOf(data).bytes;
  }
}

/** The outbox of such a socket, and how often it gave up. */
function paperOutbox(clock = new FakeClock()) {
  const socket = new PaperSocket();
  const world = { socket, tooSlow: 0 };
  return { world, socket, outbox: outboxOf(socket, clock, () => world.tooSlow++) };
}

Deno.test("behind a large reply small ones are still sent, and who came and went is told once there is room", async () => {
  // However long the test takes, its socket is not taken for one that stalls.
  const patient = { ...systemClock, elapsed: () => systemClock.elapsed() / 20 };
  await using server = await serverWithLongMessages(100, patient);
  const socket = new PaperSocket();
  server.manager.connect(socket, { id: "slow", dialect: "chat.v1", address: "paper" }, "lobby");
  socket.receive('{"type":"hello","ref":"1"}\n{"type":"join","ref":"2","room":"lobby"}');
  await eventually(() => socket.sent.length === 2, "the joined");
  socket.bufferedAmount = 0;
  const ask = (ref: string) => socket.receive(`{"type":"history","ref":"${ref}","room":"lobby"}`);
  for (const ref of ["p1", "p2", "p3", "p4"]) ask(ref);
  await eventually(() => socket.sent.some((frame) => frame.includes('"p4"')), "the history");
  assertGreater(socket.bufferedAmount, limits.OUTBOX_HIGH_WATER_BYTES);
  ask("4");
  const has = (text: string) => socket.sent.some((frame) => frame.includes(text));
  await using bob = await ChatClient.open(server, "bob", "lobby");
  await bob.push("presence", ({ joins }) => joins.some(({ id }) => id === "bob"));
  await bob.publish("lobby", "kept for later");
  await bob.untilSeq("lobby", 101);
  socket.receive("bad");
  await eventually(() => has('"bad_json"'), "the small reply");
  // That it came itself it may be told at any time.
  assertEquals(['"id":"bob"', "kept for later", '"ref":"4"'].filter(has), [], "what can wait waits");
  socket.bufferedAmount = 0;
  await eventually(() => has('"ref":"4"'), "the next reply");
  socket.bufferedAmount = 0;
  await eventually(() => has("kept for later"), "the message");
  await eventually(() => has('"members":[{"id":"slow","name":"Client #slow"},{"id":"bob"'), "everybody");
  for (const ref of ["p5", "p6", "p7", "p8"]) ask(ref);
  await eventually(() => has('"p8"'), "the history again");
  await bob.publish("lobby", "later still");
  await bob.untilSeq("lobby", 102);
  // Longer than anybody waits for space before giving it up for now.
  await new Promise((resolve) => setTimeout(resolve, 4 * limits.OUTBOX_PAUSE_MS));
  assert(!has("later still"));
  socket.bufferedAmount = 0;
  await eventually(() => has("later still"), "the message that no answer brings along");
  assertEquals(socket.closedWith, undefined);
  socket.close(1000, "");
});

Deno.test("a peer that takes nothing of many large replies is closed in the end", () => {
  const { world, socket, outbox } = paperOutbox();
  const page = "\\u0000".repeat(limits.REPLY_CHARACTERS);
  outbox.line(page);
  outbox.line("small");
  outbox.flush();
  assertEquals([world.tooSlow, socket.sent.length], [0, 2], "one of the largest is no reason");
  for (let bytes = 0; bytes < limits.OUTBOX_BYTES; bytes += page.length) outbox.frame(frameOf(page));
  assertEquals(world.tooSlow, 1);
});

Deno.test("an outbox lets a bounded number of bytes wait, then gives up, once, and says no more", () => {
  const { world, socket, outbox } = paperOutbox();
  const frame = frameOf("x".repeat(10_000));
  for (let sent = 0; sent < 1_000; sent++) outbox.frame(frame);
  outbox.frame(frameOf("small"));
  assertEquals(world.tooSlow, 1);
  assertLess(socket.bufferedAmount, limits.OUTBOX_BYTES + frame.bytes);
  assert(!socket.sent.includes("small"), "nothing comes after what was left out");
});

Deno.test("an outbox gives up on a peer that takes nothing for too long, and not on one that takes a little", () => {
  const clock = new FakeClock();
  const { world, socket, outbox } = paperOutbox(clock);
  outbox.frame(frameOf("x".repeat(1_000)));
  for (let left = 900; left >= 100; left -= 100) {
    clock.advance(limits.OUTBOX_STALL_MS - 1);
    socket.bufferedAmount = left;
    outbox.check();
  }
  assertEquals(world.tooSlow, 0);
  clock.advance(limits.OUTBOX_STALL_MS + 1);
  outbox.check();
  assertEquals(world.tooSlow, 1);
});

Deno.test("replies that wait go in one frame with the message behind them, unless that would be too large", () => {
  const { socket, outbox } = paperOutbox();
  outbox.line("ok 1");
  outbox.line("ok 2");
  outbox.frame(frameOf("message 1\nmessage 2"));
  outbox.frame(frameOf("message 3"));
  outbox.line("ok 3");
  outbox.frame(frameOf("x".repeat(limits.FRAME_OUT_CHARACTERS)));
  assertEquals(socket.sent.slice(0, 3), ["ok 1\nok 2\nmessage 1\nmessage 2", "message 3", "ok 3"]);
  assertEquals(socket.sent[3]!.length, limits.FRAME_OUT_CHARACTERS);
});

Deno.test("a socket that does not close is cut in the end, where that can be done, and one that does is not", () => {
  for (const closes of [false, true]) {
    const clock = new FakeClock();
    let cut = 0;
    const socket = Object.assign(new PaperSocket(), { close: () => {}, terminate: () => void cut++ });
    const outbox = outboxOf(socket, clock);
    outbox.end({ code: 4008, reason: "too slow" });
    clock.advance(limits.CLOSE_MS - 1);
    if (closes) outbox.release();
    assertEquals(cut, 0);
    clock.advance(limits.CLOSE_MS);
    assertEquals([cut, clock.timers], [closes ? 0 : 1, 0]);
  }
});

Deno.test("what waited for a socket that was cut counts no more, though the socket stays", () => {
  const [clock, backlog] = [new FakeClock(), new Backlog()];
  const socket = Object.assign(new PaperSocket(), { close: () => {}, terminate: () => {} });
  const outbox = outboxOf(socket, clock, () => {}, backlog);
  outbox.frame(frameOf("x".repeat(1_000)));
  outbox.end({ code: 4008, reason: "too slow" });
  assertEquals(backlog.bytes, 1_000);
  clock.advance(limits.CLOSE_MS);
  assertEquals(backlog.bytes, 0);
  outbox.release();
  assertEquals(backlog.bytes, 0);
});

Deno.test("an outbox that is empty is never too slow", () => {
  const clock = new FakeClock();
  const { world, socket, outbox } = paperOutbox(clock);
  outbox.frame(frameOf("x"));
  socket.bufferedAmount = 0;
  outbox.check();
  clock.advance(10 * limits.OUTBOX_STALL_MS);
  outbox.check();
  assertEquals(world.tooSlow, 0);
});

Deno.test("when too much waits in all, clients that read go on, and the others get nothing more", () => {
  const backlog = new Backlog();
  const [idler, reader] = [new PaperSocket(), new PaperSocket()];
  const [idle, read] = [idler, reader].map((socket) => outboxOf(socket, new FakeClock(), () => {}, backlog));
  for (const outbox of [idle!, read!]) outbox.frame(frameOf("x".repeat(1_000)));
  reader.bufferedAmount = 0;
  assertEquals([idle!.full, read!.full, backlog.bytes], [false, false, 2_000]);
  backlog.bytes += limits.BACKLOG_BYTES;
  assertEquals([idle!.full, read!.full], [true, false]);
  backlog.bytes -= limits.BACKLOG_BYTES;
  assertEquals([idle!.full, backlog.bytes], [false, 1_000]);
});

Deno.test("bytes that wait for a peer that was given up on count until its socket has closed", async () => {
  await using server = startServer();
  const socket = new PaperSocket();
  const close = socket.close;
  socket.close = () => void (socket.readyState = 2);
  const connection = server.manager.connect(socket, { id: "p", dialect: "plain", address: "paper" }, "lobby");
  await server.manager.broadcast("lobby", "author", "x".repeat(1_000));
  await eventually(() => socket.sent.length === 1, "the message");
  connection.close({ code: 4008, reason: "too slow" });
  await new Promise((turn) => setImmediate(turn));
  assertGreater(server.manager.stats.waitingBytes, 1_000);
  close.call(socket, 4008, "");
  assertEquals(server.manager.stats.waitingBytes, 0);
});
