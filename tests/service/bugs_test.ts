/** A bug, or a store that fails, ends neither what looks after everybody else nor the stop. By a clock of the tests' own. @module */

import * as bounds from "../../chat/logging/bounds.ts";
import * as limits from "../../chat/limits.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { ConnectionManager } from "../../connection_manager.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { FakeSocket } from "../lib/fake_socket.ts";
import { eventually } from "../lib/patience.ts";

function makeManager(store = new MemoryStore()) {
  const clock = new FakeClock();
  const lines: { event: string; message?: unknown; more?: unknown }[] = [];
  const logger = (event: string, details = {}) => void lines.push({ event, ...details });
  return { clock, lines, manager: new ConnectionManager({ log: openLog(store, clock), clock, logger }) };
}

const peer = (id: string) => ({ id, dialect: "echo", address: "-" }) as const;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets so many sweeps come to their end. */
async function sweep(clock: FakeClock, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    clock.advance(limits.OUTBOX_SWEEP_MS);
    await turn();
  }
}

Deno.test("a socket that throws when it is looked at is closed, and the others are looked at as ever", async () => {
  const { clock, lines, manager } = makeManager();
  const broken = new FakeSocket();
  Object.defineProperty(broken, "bufferedAmount", {
    get() {
      throw new Error("broken");
    },
  });
  manager.connect(broken, peer("broken"), "");
  const silent = new FakeSocket();
  manager.connect(silent, { ...peer("silent"), dialect: "chat.v1" }, "");
  broken.receive("hi");
  await sweep(clock, limits.HELLO_MS / limits.OUTBOX_SWEEP_MS + 2);
  assertEquals([broken.closedWith, silent.closedWith], [1011, 4001]);
  assertEquals(lines.filter(({ event }) => event === "trouble").length, 1);
  await manager.drain();
  assertEquals(clock.timers, 0);
});

Deno.test("bugs that clients cause without end are told at most so often", async () => {
  const { clock, lines, manager } = makeManager();
  for (let time = 0; time < 3 * bounds.LIMITED_LINES; time++) {
    manager.connect(new FakeSocket(), peer("x"), "").fail(new Error("a bug"));
  }
  await manager.drain();
  const troubles = lines.filter(({ event }) => event === "trouble");
  assertEquals([troubles.length, troubles.at(-1)!.more], [bounds.LIMITED_LINES + 1, 2 * bounds.LIMITED_LINES]);
  assertEquals(clock.timers, 0);
});

Deno.test("a store that cannot be closed is told of, and everybody gets their goodbye", async () => {
  const store = new MemoryStore();
  store.close = () => Promise.reject(new Error("disk I/O error"));
  const { clock, lines, manager } = makeManager(store);
  const socket = new FakeSocket();
  manager.connect(socket, peer("ada"), "");
  await manager.drain();
  assertEquals(socket.closedWith, 1001);
  assertEquals(lines.find(({ event }) => event === "trouble")!.message, "The store could not be closed");
  assertEquals(clock.timers, 0);
});

Deno.test("a socket that opens when all is over is said goodbye, and leaves no timer", async () => {
  const { clock, manager } = makeManager();
  await manager.drain();
  const late = new FakeSocket();
  manager.connect(late, peer("late"), "");
  await eventually(() => late.closedWith !== undefined, "the close");
  assertEquals([late.closedWith, clock.timers], [1001, 0]);
});

Deno.test("a plain client that has gone, but whose texts still wait, takes up a place", async () => {
  const { manager } = makeManager();
  for (let client = 0; client < limits.CONNECTIONS; client++) {
    const socket = new FakeSocket();
    manager.connect(socket, peer("x"), "");
    for (let sent = 0; sent <= limits.COMMAND_BURST; sent++) socket.receive("x");
    socket.close(1001, "");
  }
  assertEquals([manager.stats.sockets, manager.stats.connections], [0, limits.CONNECTIONS]);
  assert(!manager.accepts);
  await manager.drain();
});
