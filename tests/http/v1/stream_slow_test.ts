/** Readers of a stream that read slowly, or not at all. @module */

import {
  OUTBOX_HIGH_WATER_BYTES,
  OUTBOX_STALL_MS,
  OUTBOX_SWEEP_MS,
  STREAM_CHUNK_BYTES,
  TEXT_CHARACTERS,
} from "../../../chat/limits.ts";
import { StreamSocket } from "../../../chat/http/v1/stream_socket.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { assertEquals, assertGreater, assertLess } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { listener } from "../../lib/listener.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { eventually } from "../../lib/patience.ts";
import { RawPeer } from "../../lib/raw_peer.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { range } from "./stream_pages.ts";

/** A server of one clock, and how the connections of readers ended. */
function startTimed(): { server: TestServer; clock: FakeClock; closes: unknown[][] } {
  const closes: unknown[][] = [];
  const clock = new FakeClock();
  const server = startServer({
    clock,
    guardClock: clock,
    log: openLog(new MemoryStore(), clock),
    logger: (event, details) => event === "disconnect" && closes.push([details!.dialect, details!.code]),
  });
  return { server, clock, closes };
}

Deno.test("a reader that stops reading is ended, and until then not much waits for it", async () => {
  const { server, clock, closes } = startTimed();
  await using _ = server;
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
  const { server, clock, closes } = startTimed();
  await using _ = server;
  using peer = await RawPeer.connect(server.port);
  await peer.write("GET /v1/stream/rooms/lobby?live=sse&offset=now HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await eventually(() => server.manager.stats.connections === 1, "the peer");
  let [last, since] = [0, 0];
  const isTakenOrEnded = () => {
    clock.advance(OUTBOX_SWEEP_MS);
    const { waitingBytes } = server.manager.stats;
    if (closes.length === 0 && waitingBytes !== last) [last, since] = [waitingBytes, clock.elapsed()];
    return waitingBytes === 0 || closes.length > 0;
  };
  // Not more at a time than is handed over at once, until the system takes no more of it.
  for (let rounds = 0; closes.length === 0; rounds++) {
    assertLess(rounds, 500);
    await Promise.all(range(1, 20).map(() => server.manager.broadcast("lobby", "ada", "x".repeat(TEXT_CHARACTERS))));
    await eventually(isTakenOrEnded, "the peer to take it, or its end");
  }
  assertEquals(closes, [["stream", 4008]]);
  assertGreater(last, STREAM_CHUNK_BYTES - 1);
  assertLess(clock.elapsed() - since, OUTBOX_STALL_MS + 4 * OUTBOX_SWEEP_MS);
  await eventually(() => {
    clock.advance(OUTBOX_SWEEP_MS);
    return server.manager.stats.waitingBytes === 0;
  }, "what it was not sent, let go");
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
