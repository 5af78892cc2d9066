/** What is left of connections when they have ended, in whatever way: nothing. @module */

import { ConnectionManager } from "../connection_manager.ts";
import { type Cancel, type Clock, systemClock } from "../chat/base/clock.ts";
import { TEXT_CHARACTERS } from "../chat/limits.ts";
import type { Connection } from "../chat/socket/connection.ts";
import { MemoryStore } from "./lib/memory_store.ts";
import { openLog } from "../chat/log/open_log.ts";
import { assert, assertEquals, assertRejects } from "./lib/assert.ts";
import { ChatClient, PlainClient } from "./lib/client.ts";
import { FakeSocket } from "./lib/fake_socket.ts";
import { eventually } from "./lib/patience.ts";
import { ServiceProcess } from "./lib/process.ts";
import { RawPeer, upgradeHead } from "./lib/raw_peer.ts";
import { startServer, type TestServer } from "./lib/server.ts";

/** The machine's clock, which knows the timers that are set. */
class CountingClock implements Clock {
  readonly timers = new Set<Cancel>();
  now = systemClock.now;
  elapsed = systemClock.elapsed;
  soon = systemClock.soon;
  after(ms: number, run: () => void): Cancel {
    const stop = systemClock.after(ms, () => {
      this.timers.delete(stop);
      run();
    });
    this.timers.add(stop);
    return () => void (this.timers.delete(stop), stop());
  }
}

/** A server that keeps what it logs, but for who came. */
function startLogged(clock?: Clock): TestServer & { readonly ended: Record<string, unknown>[] } {
  const ended: Record<string, unknown>[] = [];
  const logger = (event: string, details: Record<string, unknown> = {}) => {
    if (event !== "connect") ended.push(event === "disconnect" ? details : { event, ...details });
  };
  return Object.assign(startServer({ logger, clock }), { ended });
}

async function nothingLeft({ manager }: TestServer): Promise<void> {
  const left = () => [manager.stats.connections, manager.stats.sockets, manager.stats.rooms].join();
  await eventually(() => left() === "0,0,0", "everything to be gone");
}

Deno.test("a closed tab is forgotten at once, logged once, and the room goes on", async () => {
  await using server = startLogged();
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const tab = await ChatClient.open(server, "ada", "lobby", "other");
  await tab.publish("lobby", "last words");
  await tab.close();
  await eventually(() => server.ended.length === 1, "the log");
  const { seconds, session, address, ...line } = server.ended[0]!;
  assertEquals(line, { id: "ada", dialect: "chat.v1", code: 1000, reason: "", received: 4 });
  assert(typeof seconds === "number" && typeof session === "string");
  assert(String(address).startsWith("127.0.0.1:"));
  assertEquals(server.manager.stats.connections, 1);
  await bob.publish("lobby", "still here");
  await eventually(() => server.manager.stats.rooms === 1, "the room of nobody to be closed");
});

Deno.test("the connections of a killed process are forgotten, each logged once", async () => {
  await using server = startLogged();
  await using bob = await PlainClient.open(server, "bob");
  const script = `
    for (const id of ["a", "b", "c"]) {
      const socket = new WebSocket("${server.wsUrl}/ws/" + id);
      socket.onmessage = () => {};
      socket.onopen = () => socket.send("here is " + id);
    }
    setInterval(() => {}, 1000);`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdin: "null" }).spawn();
  await bob.untilCount(3);
  child.kill("SIGKILL");
  await child.status;
  await eventually(() => server.manager.stats.connections === 1, "the child's connections to end");
  assertEquals(server.ended.map(({ id }) => id).sort(), ["a", "b", "c"]);
  bob.send("still here");
  await bob.untilFrame("Client #bob says: still here");
});

Deno.test("a peer whose cable was pulled is given up, and who answers pings stays", async () => {
  await using server = startLogged();
  await using bob = await PlainClient.open(server, "bob");
  using _chat = await RawPeer.open(server.port, "/ws/pulled", "chat.v1");
  using _plain = await RawPeer.open(server.port, "/ws/pulled-too");
  await eventually(() => server.manager.stats.connections === 3, "both");
  await eventually(() => server.manager.stats.connections === 1, "both to be gone", 120_000);
  assertEquals(server.ended.map(({ id }) => id).sort(), ["pulled", "pulled-too"]);
  assert(!bob.isClosed, "who answers pings stays");
});

/** Ways in which a connection comes and goes, `index` telling them apart. */
const WAYS: ((server: TestServer, index: number) => Promise<void>)[] = [
  async (server, index) => void await (await PlainClient.open(server, `p${index}`, `room-${index % 7}`)).close(),
  async (server, index) => {
    // On a fast machine they would be too many for one room.
    const room = `room-${index % 5}`;
    const client = await ChatClient.open(server, `c${index}`, "lobby", room);
    await client.publish(room, "x");
    await client.close();
  },
  async (server) => {
    using peer = await RawPeer.open(server.port, "/ws/cut");
    await peer.send("x");
  },
  async (server, index) => {
    using peer = await RawPeer.open(server.port, `/ws/cut-${index}`, "chat.v1");
    await peer.send('{"type":"hello","ref":"1"}\n{"type":"join","ref":"2","room":"lobby"}');
  },
  async (server) => {
    using peer = await RawPeer.connect(server.port);
    await peer.write(upgradeHead("/ws/gone-before-it-began"));
  },
  async (server) => {
    using peer = await RawPeer.open(server.port, "/ws/broken");
    await peer.send("x", { opcode: 7 });
  },
  async (server) => {
    const client = await PlainClient.at(server, "/ws");
    client.send(new Uint8Array(1));
    await client.closed;
  },
  async (server, index) => {
    const client = await ChatClient.open(server, `b${index}`, "lobby");
    for (let bad = 0; bad < 12; bad++) client.send("bad");
    await client.closed;
  },
  async (server) => {
    using peer = await RawPeer.open(server.port, "/ws/half");
    await peer.send("half a message", { final: false });
  },
];

Deno.test("of 3,000 connections that came and went in every way nothing is left", async () => {
  const clock = new CountingClock();
  await using server = startLogged(clock);
  const total = 3_000;
  const wave = 100;
  for (let start = 0; start < total; start += wave) {
    await Promise.all(
      Array.from({ length: wave }, (_, offset) => WAYS[(start + offset) % WAYS.length]!(server, start + offset)),
    );
  }
  await nothingLeft(server);
  await eventually(() => clock.timers.size === 0, "the last timer");
  const sessions = new Set(server.ended.map(({ session }) => session));
  assertEquals(sessions.size, server.ended.length, "each was logged once");
  // Those who hung up during the handshake may never have been there.
  assert(server.ended.length >= total * 8 / 9 - 1 && server.ended.length <= total);
  assertEquals(server.ended.filter(({ event }) => event !== undefined), [], "nothing went wrong");
});

Deno.test("the end of a connection is one line of JSON in the log", async () => {
  await using service = await ServiceProcess.start();
  const client = await PlainClient.open(service, "ada");
  client.send("hi");
  await client.untilCount(1);
  await client.close();
  const line = await service.event("disconnect");
  assertEquals([line.id, line.dialect, line.code, line.received], ["ada", "plain", 1000, 1]);
  assert(!Number.isNaN(Date.parse(String(line.time))));
  assertEquals(service.stray, []);
  assertEquals(service.log.filter(({ event }) => event === "disconnect").length, 1);
});

/** The connections that a server takes from now on. */
function connectionsOf({ manager }: TestServer): Connection[] {
  const connections: Connection[] = [];
  const connect = manager.connect.bind(manager);
  manager.connect = (...args) => {
    connections.push(connect(...args));
    return connections.at(-1)!;
  };
  return connections;
}

Deno.test("send says something to one connection alone, in its dialect", async () => {
  await using server = startServer();
  const connections = connectionsOf(server);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await PlainClient.open(server, "bob");
  await using carol = await PlainClient.open(server, "carol");
  await eventually(() => connections.length === 3, "the connections");
  const note = { type: "message", room: "lobby", seq: 1, id: "the-server", name: "", text: "you", ts: 0 } as const;
  for (const connection of connections.slice(0, 2)) server.manager.send(connection, note);
  assertEquals(await ada.push("message"), note);
  assertEquals(await bob.untilCount(1), ["Client #the-server says: you"]);
  server.manager.send(connections[2]!, { type: "reconnect", afterMs: 1 });
  carol.send("all");
  assertEquals(await carol.untilCount(1), ["Client #carol says: all"], "a plain client is shown messages only");
});

Deno.test("disconnect ends a connection once, and broadcast says something to everybody", async () => {
  const ended: unknown[] = [];
  await using server = startServer({ logger: (event) => event === "disconnect" && ended.push(event) });
  await using bob = await PlainClient.open(server, "bob");
  const { seq, duplicate } = await server.manager.broadcast("lobby", "the-server", "hello");
  assertEquals([seq, duplicate], [1, false]);
  await bob.untilFrame("Client #the-server says: hello");
  const connections = connectionsOf(server);
  await using ada = await PlainClient.open(server, "ada");
  await eventually(() => connections.length === 1, "the connection");
  server.manager.disconnect(connections[0]!);
  server.manager.disconnect(connections[0]!);
  assertEquals((await ada.closed).code, 1001);
  assertEquals(server.manager.stats.connections, 1);
  assertEquals(ended.length, 1);
});

Deno.test("what a program broadcasts is as what clients write, and under one nonce it is stored once", async () => {
  await using server = startServer();
  const { manager } = server;
  await using bob = await ChatClient.open(server, "bob", "lobby");
  const wrong: [what: string, ...Parameters<typeof manager.broadcast>][] = [
    ['"room" must be', "No Room", "ada", "hi"],
    ["An id must", "lobby", "a/b", "hi"],
    ['"text" must have something', "lobby", "ada", " "],
    ['"text" must have at most', "lobby", "ada", "x".repeat(TEXT_CHARACTERS + 1)],
    ['"nonce" must be', "lobby", "ada", "hi", ""],
  ];
  for (const [what, ...message] of wrong) await assertRejects(() => manager.broadcast(...message), TypeError, what);
  const say = (text: string) => manager.broadcast("lobby", "ada", text, "n");
  assertEquals([(await say("hi")).duplicate, (await say("hi")).duplicate], [false, true]);
  await assertRejects(() => say("ho"), TypeError, "has used the nonce n");
  assertEquals((await bob.untilSeq("lobby", 1)).map(({ text }) => text), ["hi"]);
});

Deno.test("a stopping manager says so to everybody, answers what was sent, and takes nobody", async () => {
  const clock = new CountingClock();
  const server = startLogged(clock);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using plain = await PlainClient.open(server, "plain");
  const refs = Array.from(
    { length: 10 },
    (_, index) => ada.post({ type: "publish", room: "lobby", nonce: `${index}`, text: "x" }),
  );
  await eventually(() => server.manager.stats.received >= 12, "them to arrive");
  await server.stop();
  const { afterMs } = await ada.push("reconnect");
  assert(afterMs >= 0 && afterMs <= 2_000);
  for (const ref of refs) assertEquals((await ada.reply(ref)).type, "ok");
  assertEquals([(await ada.closed).code, (await plain.closed).code], [1001, 1001]);
  assertEquals(server.manager.accepts, false);
  assertEquals(clock.timers.size, 0);
  await server.stop();
});

Deno.test("a bug in the service costs one connection, and is told to the operator, not to the client", async () => {
  const log = openLog(new MemoryStore());
  const logged: Record<string, unknown>[] = [];
  let broken = true;
  const append = log.append.bind(log);
  log.append = (...args) => broken ? Promise.reject(new TypeError("secret detail")) : append(...args);
  await using server = startServer({ log, logger: (event, details) => logged.push({ event, ...details }) });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using bob = await ChatClient.open(server, "bob", "lobby");
  ada.post({ type: "publish", room: "lobby", nonce: "1", text: "x" });
  const { code, reason } = await ada.closed;
  assertEquals(code, 1011);
  assert(!reason.includes("secret") && !ada.frames.join().includes("secret"));
  assert(String(logged.find(({ event }) => event === "trouble")?.error).includes("secret detail"));
  broken = false;
  await bob.publish("lobby", "and on");
});

Deno.test("of a socket that has closed before it is handed in nothing is kept", async () => {
  const manager = new ConnectionManager({ log: openLog(new MemoryStore()) });
  const socket = Object.assign(new FakeSocket(), { readyState: 3 });
  manager.connect(socket, { id: "ada", dialect: "plain", address: "nowhere" }, "lobby");
  assertEquals([manager.stats.connections, manager.stats.sockets, manager.stats.rooms], [0, 0, 0]);
  await manager.drain();
});

Deno.test("a room that was written to without a socket is closed again, and there is no timer then", async () => {
  const clock = new CountingClock();
  await using server = startLogged(clock);
  const headers = { "idempotency-key": "1" };
  const answer = await fetch(`${server.url}/v1/rooms/tea?id=ci`, { method: "POST", body: "hello", headers });
  assertEquals(answer.status, 201);
  await answer.body?.cancel();
  await nothingLeft(server);
  await eventually(() => clock.timers.size === 0, "the timers to end");
});
