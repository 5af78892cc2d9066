/** Load is shed before the process dies of it: by a clock of the test's own, and with real sockets that never read. @module */

import * as bounds from "../../chat/overload/bounds.ts";
import * as limits from "../../chat/limits.ts";
import { Watchdog } from "../../chat/overload/watchdog.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { ServiceProcess } from "../lib/process.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

function watched() {
  const world = { memory: 0, shed: 0, told: [] as string[] };
  const watchdog = new Watchdog({
    memory: () => world.memory,
    shed: () => (world.shed++, 1),
    report: (message) => world.told.push(message),
  });
  const look = (times: number, lateMs = 0) => {
    for (let time = 0; time < times; time++) watchdog.look(lateMs);
  };
  return { world, watchdog, look };
}

Deno.test("too much memory for a while is told once, and sheds until it is better", () => {
  const { world, watchdog, look } = watched();
  world.memory = 1.1;
  look(bounds.OVERLOAD_LOOKS - 1);
  assertEquals([watchdog.overloaded, world.shed], [false, 0]);
  look(1);
  assertEquals([watchdog.overloaded, world.shed], [true, 1]);
  look(3);
  assertEquals([watchdog.shed, world.told.length], [4, 1]);
  assertMatch(world.told[0]!, /Too much memory/);
  // Not more than may be, and not yet so much less that it is over.
  world.memory = 0.95;
  look(10);
  assertEquals([watchdog.overloaded, world.shed], [true, 4]);
  world.memory = 0.5;
  look(bounds.OVERLOAD_LOOKS);
  assertEquals([watchdog.overloaded, world.told.length], [false, 2]);
});

Deno.test("a single stall sheds nobody, however long; a loop that is late again and again is an overload", () => {
  const { world, watchdog, look } = watched();
  look(1, 60_000);
  look(10);
  assertEquals([watchdog.overloaded, world.shed], [false, 0]);
  look(bounds.OVERLOAD_LOOKS, bounds.OVERLOAD_LAG_MS + 1);
  assertEquals([watchdog.overloaded, world.shed], [true, 1]);
  assertMatch(world.told[0]!, /more to do/);
  look(bounds.OVERLOAD_LOOKS);
  assert(!watchdog.overloaded);
});

Deno.test("an overloaded server takes nobody new, and closes those who send over their rate, and nobody else", async () => {
  const clock = new FakeClock();
  let memory = 0;
  await using server = startServer({ clock, memory: () => memory });
  await using honest = await ChatClient.open(server, "honest", "lobby");
  await using greedy = await ChatClient.open(server, "greedy", "lobby");
  for (let sent = 0; sent < 2 * limits.COMMAND_BURST; sent++) greedy.post({ type: "ping" });
  await greedy.push("error");
  memory = 2;
  for (let look = 0; look < bounds.OVERLOAD_LOOKS; look++) clock.advance(bounds.WATCHDOG_MS);
  assertEquals((await greedy.closed).code, 1013);
  await greedy.push("reconnect");
  for (let look = 0; look < 10; look++) clock.advance(bounds.WATCHDOG_MS);
  assertEquals((await RawPeer.request(server.port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).status, 503);
  await honest.publish("lobby", "still here");
  memory = 0;
  for (let look = 0; look < bounds.OVERLOAD_LOOKS; look++) clock.advance(bounds.WATCHDOG_MS);
  await using late = await ChatClient.open(server, "late", "lobby");
  await late.publish("lobby", "hello");
});

Deno.test("clients that read all they are sent stay, however much is said while the server is overloaded", async () => {
  const clock = new FakeClock();
  let memory = 0;
  await using server = startServer({ clock, memory: () => memory, limitRate: false });
  await using stack = new AsyncDisposableStack();
  const clients: ChatClient[] = [];
  for (let client = 0; client < 5; client++) {
    clients.push(stack.use(await ChatClient.open(server, `ada-${client}`, "lobby")));
  }
  memory = 2;
  // Between two sweeps, so that nobody but the shedding itself can have looked whether they have read it.
  for (let look = 1; look <= 3 * bounds.OVERLOAD_LOOKS; look++) {
    clock.advance(bounds.WATCHDOG_MS - 10);
    await clients[0]!.publish("lobby", "still here");
    clock.advance(10);
    await Promise.all(clients.map((client) => client.untilSeq("lobby", look)));
  }
  assertEquals([server.manager.stats.overloaded, server.manager.stats.shed], [true, 0]);
});

Deno.test("a client is not blamed for ever for what it sent over its rate", async () => {
  const clock = new FakeClock();
  let memory = 0;
  await using server = startServer({ clock, memory: () => memory });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  for (let sent = 0; sent < 3 * limits.COMMAND_BURST; sent++) ada.post({ type: "ping" });
  await ada.until(() => ada.all("error").length > limits.COMMAND_BURST);
  clock.advance(limits.REFUSED_LATELY_MS);
  memory = 2;
  for (let look = 0; look < 2 * bounds.OVERLOAD_LOOKS; look++) clock.advance(bounds.WATCHDOG_MS);
  assertEquals([server.manager.stats.overloaded, server.manager.stats.shed], [true, 0]);
});

Deno.test("sockets that never read fill the memory up to its bound, and the process and the others live", async () => {
  const rss = await residentBytes();
  const limit = Math.ceil(rss / 2 ** 20) + 32;
  const args = ["--port", "0", "--chat-store", "memory:", "--metrics", "on", "--rate-limit", "off"];
  await using service = await ServiceProcess.start({ args: [...args, "--memory-limit", `${limit}`] });
  await using ada = await ChatClient.open(service, "ada", "lobby");
  await using bob = await ChatClient.open(service, "bob", "lobby");
  const stuck: RawPeer[] = [];
  const sending = new Map<RawPeer, Promise<void>>();
  const overload = () =>
    service.log.find(({ event, message }) => event === "trouble" && `${message}`.includes("Too much memory"));
  try {
    const text = "x".repeat(limits.TEXT_CHARACTERS);
    const sendMany = async (peer: RawPeer) => {
      for (let sent = 0; sent < 50; sent++) await peer.send(text).catch(() => {});
    };
    const shed = async () => /^switchboard_shed_total [1-9]/m.test(await metrics(service));
    for (let round = 0; round < 500 && !await shed(); round++) {
      if (overload() === undefined && stuck.length < 80) {
        const peer = await RawPeer.connect(service.port);
        stuck.push(peer);
        await peer.write(upgradeHead("/ws"));
        await peer.readResponse();
      }
      // What comes back to them is never read. Some may have been closed for that. Of others the server may read no more:
      // their sending stays as it is, since a second one would write into the middle of a frame.
      for (const peer of stuck.filter((each) => !sending.has(each))) {
        sending.set(peer, sendMany(peer).finally(() => sending.delete(peer)));
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      const pause = new Promise<void>((done) => void (timer = setTimeout(done, 1_000)));
      await Promise.race([Promise.all(sending.values()), pause]);
      clearTimeout(timer);
    }
    assert(overload(), "the overload is told");
    assert(await shed(), "somebody is shed");
    await ada.publish("lobby", "still here");
    await bob.untilSeq("lobby", 1);
  } finally {
    for (const peer of stuck) peer[Symbol.dispose]();
    await Promise.all(sending.values());
  }
});

async function residentBytes(): Promise<number> {
  await using service = await ServiceProcess.start({
    args: ["--port", "0", "--chat-store", "memory:", "--metrics", "on"],
  });
  await using client = await ChatClient.open(service, "ada", "lobby");
  await client.publish("lobby", "hello");
  return Number(/^switchboard_memory_bytes (\d+)/m.exec(await metrics(service))![1]);
}

async function metrics(service: ServiceProcess): Promise<string> {
  return await (await fetch(`${service.url}/metrics`)).text();
}
