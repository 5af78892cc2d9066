/** The bounds of `GUARD=on`: a stranger reaches and passes each. @module */

import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Assets } from "../../../chat/http/assets.ts";
import type { RefusedRequest } from "../../../chat/http/options.ts";
import { createGuardedServer } from "../../../chat/listen/guard/server.ts";
import * as bounds from "../../../chat/listen/guard/bounds.ts";
import * as limits from "../../../chat/limits.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import type { EventedSocket } from "../../../chat/outbox/outbox.ts";
import { abuse, ABUSES } from "../../bench/attack/strangers.ts";
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "../../lib/assert.ts";
import { makeCertificate } from "../../lib/certificate.ts";
import { PlainClient } from "../../lib/client.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { listenBy } from "../../lib/listener.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { eventually } from "../../lib/patience.ts";
import { frameBytes, RawPeer, upgradeHead } from "../../lib/raw_peer.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { testWith } from "../../lib/tools.ts";

listenBy("guarded");

/** Longer than any bound: what is not cut by then is not cut. */
const NEVER_MS = 60_000;
const PONG = frameBytes("", { opcode: 10 });
const PING = 9;

/** Every stranger does what it does while two members chat. @param tls the server's; then all of them come by TLS */
async function attacked(tls?: { cert: string; key: string }): Promise<void> {
  await using server = startServer({ tls });
  using ada = await RawPeer.open(server.port, "/ws/ada", undefined, tls?.cert);
  using bob = await RawPeer.open(server.port, "/ws/bob", undefined, tls?.cert);
  const signal = AbortSignal.timeout(NEVER_MS);
  const going = Object.entries(ABUSES).map(async ([what, run]) => {
    // Without a word of TLS, too.
    const { cut } = await abuse(server.port, run, signal, what === "sends nothing" ? undefined : tls?.cert);
    return cut ? [] : [what];
  });
  let over = false;
  const all = Promise.all(going).finally(() => over = true);
  for (let said = 0; !over; said++) {
    await ada.send(`${said}`);
    await bob.readText((text) => text === `Client #ada says: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assertEquals((await all).flat(), [], "not cut");
}

Deno.test("a stranger's attack below the level of messages is cut, and the others go on", () => attacked());

testWith("openssl", {
  name: "a stranger's attack by TLS is cut, and the others go on",
  async fn() {
    await using files = await makeCertificate();
    const read = (name: string) => Deno.readTextFile(`${files.path}/${name}.pem`);
    await attacked({ cert: await read("cert"), key: await read("key") });
  },
});

Deno.test("pongs and pings are taken as many as there may be, and one more ends the connection", async () => {
  for (const opcode of [9, 10]) {
    await using server = startServer({ guardClock: new FakeClock() });
    using peer = await RawPeer.open(server.port, "/ws/peer");
    const frame = frameBytes("", { opcode });
    for (let sent = 0; sent < bounds.CONTROL_FRAMES_BURST; sent++) await peer.write(frame);
    await peer.send("still here");
    assertEquals(await peer.readText(), "Client #peer says: still here");
    await peer.write(frame);
    assertEquals(await peer.readClose(), undefined);
  }
});

Deno.test("a message may have 128 fragments, and with one more the connection is closed with 1008", async () => {
  await using server = startServer();
  for (const fragments of [bounds.MESSAGE_FRAGMENTS, bounds.MESSAGE_FRAGMENTS + 1]) {
    using peer = await RawPeer.open(server.port, "/ws/peer");
    for (let sent = 1; sent <= fragments; sent++) {
      await peer.send("x", { opcode: sent === 1 ? 1 : 0, final: sent === fragments });
    }
    if (fragments > bounds.MESSAGE_FRAGMENTS) assertEquals(await peer.readClose(), 1008);
    else assertEquals(await peer.readText(), `Client #peer says: ${"x".repeat(fragments)}`);
  }
});

Deno.test("a frame that says it is over 64 KiB is refused before any of it has come, and so is a message in fragments", async () => {
  await using server = startServer();
  const large = frameBytes("x".repeat(limits.FRAME_IN_BYTES + 1));
  const half = frameBytes("x".repeat(limits.FRAME_IN_BYTES / 2 + 1), { final: false });
  const rest = frameBytes("x".repeat(limits.FRAME_IN_BYTES / 2), { opcode: 0 });
  for (const frames of [[large.subarray(0, 14)], [half, rest.subarray(0, 8)]]) {
    using peer = await RawPeer.open(server.port, "/ws/peer");
    for (const bytes of frames) await peer.write(bytes);
    assertEquals(await peer.readClose(), 1009);
  }
});

/** Asks for something and waits for it: what was sent before has been read then. */
async function goRound(server: TestServer): Promise<void> {
  await RawPeer.request(server.port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

Deno.test("a frame may come in 256 pieces, and one that comes in more ends the connection with 1008", async () => {
  await using server = startServer({ guardClock: new FakeClock() });
  using peer = await RawPeer.open(server.port, "/ws/peer");
  // Far more than there may be, for some may arrive together.
  const pieces = limits.FRAME_IN_BYTES;
  const bytes = frameBytes("x".repeat(pieces));
  await peer.write(bytes.subarray(0, bytes.length - pieces));
  const closing = peer.readClose();
  let sent = 0;
  let over = false;
  closing.then(() => over = true);
  for (; sent < pieces && !over; sent++) {
    await peer.write("x").catch(() => {});
    await goRound(server);
  }
  if (!over) peer[Symbol.dispose]();
  assertEquals(await closing, 1008);
  assertGreater(sent, bounds.MESSAGE_CHUNKS / 2);
});

/** Lets time pass in steps as small as the guard's own, and what happens in them happen. */
async function pass(server: TestServer, clock: FakeClock, ms: number, each?: () => Promise<unknown>): Promise<void> {
  for (let passed = 0; passed < ms; passed += bounds.READ_WINDOW_MS) {
    clock.advance(bounds.READ_WINDOW_MS);
    await each?.();
    await goRound(server);
  }
}

Deno.test("a message that does not end ends the connection, whether in a frame or between two", async () => {
  const beginnings = [frameBytes("begun", { final: false }), frameBytes("begun and more").subarray(0, 12)];
  for (const beginning of beginnings) {
    const clock = new FakeClock();
    await using server = startServer({ guardClock: clock });
    using peer = await RawPeer.open(server.port, "/ws/peer");
    await peer.send("whole");
    await peer.readText();
    await peer.write(beginning);
    await pass(server, clock, 2 * bounds.LOOK_MS + bounds.READ_WINDOW_MS);
    assertEquals(await peer.readClose(), undefined);
  }
});

Deno.test("messages that end do not, although another is always under way", async () => {
  const clock = new FakeClock();
  await using server = startServer({ guardClock: clock });
  using peer = await RawPeer.open(server.port, "/ws/peer");
  await peer.send("0", { final: false });
  let said = 0;
  await pass(server, clock, 4 * bounds.LOOK_MS, async () => {
    await peer.send("", { opcode: 0 });
    await peer.send(`${++said}`, { final: false });
    assertEquals(await peer.readText(), `Client #peer says: ${said - 1}`);
  });
});

Deno.test("a peer that answers pings stays, and one that answers nothing is gone within 30 s", async () => {
  const clock = new FakeClock();
  await using server = startServer({ guardClock: clock });
  using silent = await RawPeer.open(server.port, "/ws/silent");
  using awake = await RawPeer.open(server.port, "/ws/awake");
  await eventually(() => server.manager.stats.connections === 2, "both");
  let pings = 0;
  const answering = (async () => {
    for (let frame; (frame = await awake.readFrame());) {
      if (frame.opcode === PING && ++pings) await awake.write(PONG);
    }
  })();
  await pass(server, clock, limits.IDLE_TIMEOUT_S * 1000);
  assertEquals(await silent.readClose(), undefined);
  await eventually(() => server.manager.stats.connections === 1, "the silent one's end");
  assertGreater(pings, 0);
  await pass(server, clock, limits.IDLE_TIMEOUT_S * 1000, () => new Promise((turn) => setImmediate(turn)));
  assertEquals(server.manager.stats.connections, 1);
  await server.stop();
  await answering;
});

/** A server that hands its sockets to the test. */
async function withSockets(
  use: (port: number, next: () => Promise<EventedSocket>, clock: FakeClock, server: Server) => Promise<void>,
  files: Record<string, string> = {},
): Promise<void> {
  const sockets: EventedSocket[] = [];
  const clock = new FakeClock();
  const server = createGuardedServer({
    manager: {
      accepts: true,
      connectMs: () => 0,
      connect: (socket) => sockets.push(socket),
      visit: () => undefined,
      answering: () => {},
    },
    assets: new Assets(files),
    clock,
  });
  server.listen(0);
  const ended = new Promise((resolve) => server.on("close", resolve));
  const next = () => eventually(() => sockets.shift(), "the socket");
  await use((server.address() as AddressInfo).port, next, clock, server);
  server.close();
  server.closeAllConnections();
  await ended;
}

/** A peer that the server sends its texts back. */
async function openEcho(port: number, next: () => Promise<EventedSocket>) {
  const peer = await RawPeer.open(port, "/ws/echoed");
  const socket = await next();
  socket.onmessage = ({ data }) => socket.send(data);
  let said = 0;
  const goRound = async () => {
    await peer.send(`${++said}`);
    assertEquals(await peer.readText(), `${said}`);
  };
  return { goRound, [Symbol.dispose]: () => peer[Symbol.dispose]() };
}

Deno.test("more than 64 KiB in a quarter of a second are read later, and all of it in the end", async () => {
  await withSockets(async (port, next, clock) => {
    using peer = await RawPeer.open(port, "/ws/peer");
    const socket = await next();
    let read = 0;
    socket.onmessage = ({ data }) => read += data.length;
    using other = await openEcho(port, next);
    const [messages, size] = [60, 12_000];
    const sending = (async () => {
      for (let sent = 0; sent < messages; sent++) await peer.send("x".repeat(size));
    })();
    await eventually(() => read > 0, "the first");
    for (let round = 0; round < 20; round++) await other.goRound();
    assertLess(read, 3 * bounds.READ_WINDOW_BYTES);
    for (; read < messages * size; await other.goRound()) clock.advance(bounds.READ_WINDOW_MS);
    await sending;
  });
});

Deno.test("a slow reader's progress is seen as it reads, although much waits for it", async () => {
  await withSockets(async (port, next) => {
    using peer = await RawPeer.open(port, "/ws/peer");
    const socket = await next();
    const text = "x".repeat(16_000);
    // More than the system takes.
    while (socket.bufferedAmount < 16_000_000) socket.send(text);
    const sizes = new Set<number>();
    while (socket.bufferedAmount > 0) {
      assertEquals((await peer.readFrame())!.payload.length, text.length);
      await new Promise((turn) => setImmediate(turn));
      sizes.add(socket.bufferedAmount);
    }
    assertGreater(sizes.size, 5, "steps");
    peer[Symbol.dispose]();
  });
});

Deno.test("a goodbye comes after all that waits, and nothing after it", async () => {
  await withSockets(async (port, next) => {
    using peer = await RawPeer.open(port, "/ws/peer");
    const socket = await next();
    let sent = 0;
    while (socket.bufferedAmount < 4_000_000) socket.send(`${sent++}`.padStart(16_000));
    socket.close(4008, "too slow");
    socket.send("after");
    for (let read = 0; read < sent; read++) {
      assertEquals(Number(new TextDecoder().decode((await peer.readFrame())!.payload)), read);
    }
    const { opcode, payload } = (await peer.readFrame())!;
    assertEquals([opcode, new DataView(payload.buffer).getUint16(0)], [8, 4008]);
  });
});

Deno.test("a peer that goes on sending is cut half a second after goodbye, and one that has sent a burst hears why", async () => {
  for (const chunks of [2, Infinity]) {
    await withSockets(async (port, next, clock) => {
      using peer = await RawPeer.open(port, "/ws/peer");
      const socket = await next();
      using other = await openEcho(port, next);
      let closed = false;
      socket.onclose = () => closed = true;
      socket.close(1008, "too fast");
      const chunk = frameBytes("x".repeat(bounds.READ_WINDOW_BYTES));
      const sending = (async () => {
        for (let sent = 0; sent < chunks && !closed; sent++) await peer.write(chunk);
      })().catch(() => {});
      let passed = 0;
      const pass = async () => {
        clock.advance(bounds.READ_WINDOW_MS);
        passed += bounds.READ_WINDOW_MS;
        await other.goRound();
      };
      if (chunks === Infinity) {
        while (!closed) await pass();
        assertLess(passed, limits.CLOSE_MS / 2);
      } else {
        while (passed < limits.CLOSE_MS / 2) await pass();
        assertEquals([await peer.readClose(), closed], [1008, false]);
      }
      await sending;
    });
  }
});

Deno.test("of connections that ask for nothing there are 1,000, and for one more the oldest goes", async () => {
  await using server = startServer();
  await using ada = await PlainClient.open(server, "ada");
  const idle: RawPeer[] = [];
  const more = 5;
  for (let open = 0; open < bounds.CONNECTIONS_WITHOUT_SOCKET + more; open++) {
    idle.push(await RawPeer.connect(server.port));
  }
  for (const gone of idle.slice(0, more)) assertEquals(await gone.readFrame(), undefined);
  for (const kept of [idle[more]!, idle.at(-1)!]) {
    await kept.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertEquals((await kept.readResponse()).status, 200);
  }
  for (const peer of idle) peer[Symbol.dispose]();
  ada.send("still here");
  await ada.untilFrame("Client #ada says: still here");
});

Deno.test("a connection ends some time after its last request, whatever is sent that is none", async () => {
  const clock = new FakeClock();
  await using server = startServer({ guardClock: clock });
  using peer = await RawPeer.connect(server.port);
  for (let asked = 0; asked < 3; asked++) {
    await peer.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertEquals((await peer.readResponse()).status, 200);
    await pass(server, clock, bounds.WITHOUT_REQUEST_MS - 2 * bounds.HEADS_SWEEP_MS);
  }
  await pass(server, clock, 4 * bounds.HEADS_SWEEP_MS, () => peer.write("\r\n").catch(() => {}));
  assertEquals(await peer.readFrame(), undefined);
});

Deno.test("of requests sent at once the first counts: a client that reads none of the answers is gone within 15 s", async () => {
  await withSockets(async (port, _, clock, server) => {
    let over = false;
    server.on("connection", (tcp: Socket) => tcp.on("close", () => over = true));
    using peer = await RawPeer.connect(port);
    using other = await RawPeer.connect(port);
    const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\na: ${"b".repeat(4_000)}\r\n\r\n`;
    // At this rate the last of them is answered after some seconds.
    peer.write(head.repeat(90)).catch(() => {});
    let passed = 0;
    for (; !over; passed += bounds.READ_WINDOW_MS) {
      clock.advance(bounds.READ_WINDOW_MS);
      await other.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals((await other.readResponse()).status, 200);
    }
    assertLess(passed, 15_000);
  });
});

Deno.test("a head with too many headers, or too large, is refused with 431, and the operator is told", async () => {
  const told: RefusedRequest[] = [];
  await using server = startServer({ onRefused: (refused) => told.push(refused) });
  const statusOf = async (headers: string) =>
    (await RawPeer.request(server.port, `GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`)).status;
  assertEquals(await statusOf("a: b\r\n".repeat(bounds.HEADERS - 2)), 200);
  assertEquals(await statusOf("a: b\r\n".repeat(bounds.HEADERS - 1)), 431);
  assertEquals(await statusOf("a: b\r\n".repeat(10 * bounds.HEADERS)), 431);
  assertEquals(await statusOf(`a: ${"b".repeat(bounds.HEAD_BYTES)}\r\n`), 431);
  assertEquals(told.map(({ status, path }) => [status, path]), Array(3).fill([431, undefined]));
  for (const { address } of told) assertMatch(address, /^127\.0\.0\.1:\d+$/);
});

Deno.test("a connection has 100 requests, answered one after the other however they come", async () => {
  await using server = startServer();
  using peer = await RawPeer.connect(server.port);
  const head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  await peer.write(head.repeat(bounds.REQUESTS_PER_CONNECTION + 1));
  for (let answered = 1; answered <= bounds.REQUESTS_PER_CONNECTION; answered++) {
    const { status, body } = await peer.readResponse();
    assertEquals([answered, status, body], [answered, 200, "ok\n"]);
  }
  assert((await peer.readResponse().catch(() => ({ status: 503 }))).status === 503);
});

/** Sends until no more is taken, while a member goes on chatting. */
async function flooding(
  bytes: string,
  use: (flooded: { asked: number; tcp?: Socket }, chat: () => Promise<void>, clock: FakeClock) => Promise<void>,
  files?: Record<string, string>,
): Promise<void> {
  await withSockets(async (port, next, clock, server) => {
    using member = await openEcho(port, next);
    const chat = async () => {
      for (let said = 0; said < 100; said++) await member.goRound();
    };
    const flooded: { asked: number; tcp?: Socket } = { asked: 0 };
    server.on("connection", (tcp: Socket) => flooded.tcp = tcp);
    server.on("request", () => flooded.asked++);
    using peer = await RawPeer.connect(port);
    const sending = peer.write(bytes).catch(() => {});
    await eventually(() => flooded.asked > 0, "the first request");
    await use(flooded, chat, clock);
    peer[Symbol.dispose]();
    await sending;
  }, files);
}

Deno.test("of a connection that reads nothing one request is taken, whatever it sends, and a member is answered", async () => {
  const heads = "GET /static/large.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200_000);
  // More than the network holds.
  const files = { "large.js": "x".repeat(40_000_000) };
  await flooding(heads, async (flooded, chat) => {
    await eventually(() => flooded.tcp!.writableNeedDrain, "an answer that is not read");
    await chat();
    assertEquals(flooded.asked, 1);
    assertLess(flooded.tcp!.bytesRead, 4 * bounds.READ_WINDOW_BYTES);
  }, files);
});

Deno.test("of a connection that is no socket more than 64 KiB in a quarter of a second are read later too", async () => {
  const requests = bounds.REQUESTS_PER_CONNECTION;
  const bytes = bounds.HEAD_BYTES - 200;
  const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\na: ${"b".repeat(bytes)}\r\n\r\n`;
  await flooding(head.repeat(requests), async (flooded, chat, clock) => {
    await chat();
    assertLess(flooded.asked, bounds.READ_WINDOW_BYTES / (bytes + bounds.READ_REQUEST_BYTES) + 1);
    await eventually(async () => {
      clock.advance(bounds.READ_WINDOW_MS);
      await chat();
      return flooded.asked === requests;
    }, "all of them");
  });
});

Deno.test("an upgrade by HTTP/1.0 is refused, and one that asks for something else gets the page", async () => {
  await using server = startServer();
  const old = await RawPeer.request(server.port, upgradeHead("/ws/ada").replace("HTTP/1.1", "HTTP/1.0"));
  assertEquals(old.status, 505);
  const other = await RawPeer.request(server.port, upgradeHead("/", { Upgrade: "h2c" }));
  assertEquals([other.status, other.headers.get("connection")], [200, "close"]);
});

Deno.test("a reader that has left before its stream is found does not stay, whether it has ended or was cut off", async () => {
  const found = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const log = openLog(new MemoryStore());
  let reads = 0;
  const slow = new Proxy(log, {
    get(target, name: keyof MessageLog) {
      const value = target[name];
      if (typeof value !== "function") return value;
      if (name !== "read") return value.bind(target);
      return async (...args: Parameters<MessageLog["read"]>) => {
        const read = reads++;
        asked[read]?.resolve();
        await found[read]?.promise;
        return await target.read(...args);
      };
    },
  });
  await using server = startServer({ log: slow });
  for (const [read, leave] of [(tcp: Socket) => tcp.destroy(), (tcp: Socket) => tcp.resetAndDestroy()].entries()) {
    const tcp = connect(server.port, "127.0.0.1");
    tcp.write("GET /v1/stream/rooms/lobby?live=sse&offset=-1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await asked[read]!.promise;
    leave(tcp);
    // A request that comes later is answered after the server has heard of it.
    await RawPeer.request(server.port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertEquals(server.manager.stats.sockets, 1);
    found[read]!.resolve();
    await eventually(() => server.manager.stats.sockets === 0, "its end");
  }
});
