/** Reading is shared fairly: among the readers, and between them and everybody else. @module */

import { ConnectionManager } from "../../connection_manager.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { FairQueue } from "../../chat/base/fair_queue.ts";
import * as bounds from "../../chat/base/bounds.ts";
import { Turns } from "../../chat/base/turns.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

Deno.test("the owner that has had least is next, and its own items keep their order", () => {
  const queue = new FairQueue<string>(0);
  const [ada, bob] = [{}, {}];
  for (const item of ["a1", "a2", "a3"]) queue.push(ada, item);
  for (const item of ["b1", "b2", "b3"]) queue.push(bob, item);
  const order: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    order.push(item);
    // Ada's work costs twice as much as Bob's.
    queue.charge(item.startsWith("a") ? ada : bob, item.startsWith("a") ? 2 : 1);
  }
  assertEquals(order, ["a1", "b1", "b2", "a2", "b3", "a3"]);
  assert(queue.idle);
});

Deno.test("an owner that has had nothing for a while is before those that go on and on", () => {
  const queue = new FairQueue<string>(5);
  const owners = new Map(["x", "y", "late"].map((name) => [name, {}]));
  const push = (name: string) => queue.push(owners.get(name)!, name);
  const serve = () => {
    const name = queue.shift()!;
    queue.charge(owners.get(name)!, 1);
    return name;
  };
  for (let round = 0; round < 20; round++) ["x", "y"].forEach(push);
  for (let served = 0; served < 20; served++) serve();
  for (let wanted = 0; wanted < 4; wanted++) push("late");
  assertEquals(Array.from({ length: 4 }, serve), Array(4).fill("late"));
});

Deno.test("a queue of many keeps its order", () => {
  const queue = new FairQueue<number>(0);
  const owners = Array.from({ length: 100 }, (_, n) => ({ n, cost: (n * 37) % 101 }));
  for (const owner of owners) queue.push(owner, owner.n);
  for (let served = 0; served < 100; served++) {
    const owner = owners[queue.shift()!]!;
    queue.charge(owner, owner.cost);
  }
  for (const owner of owners) queue.push(owner, owner.n);
  const costs = Array.from({ length: 100 }, () => owners[queue.shift()!]!.cost);
  assertEquals(costs, costs.toSorted((a, b) => a - b));
});

Deno.test("so much time a turn goes into reading, and no more", async () => {
  const clock = new FakeClock();
  const turns = new Turns(clock);
  let inTurn = 0;
  let most = 0;
  const work = () => {
    most = Math.max(most, ++inTurn);
    clock.stall(bounds.READ_TURN_MS / 2);
    return Promise.resolve();
  };
  let done = false;
  const all = Promise.all(Array.from({ length: 50 }, () => turns.run({}, work))).then(() => done = true);
  while (!done) {
    inTurn = 0;
    await new Promise((turn) => setImmediate(turn));
  }
  await all;
  assert(most <= 4, `${most} pieces of half the time in one turn, or in two that followed each other`);
});

Deno.test("work that waits for the store holds up nobody's, and what it throws comes back", async () => {
  const turns = new Turns(new FakeClock());
  const slow = Promise.withResolvers<string>();
  const first = turns.run({}, () => slow.promise);
  assertEquals(await turns.run({}, () => Promise.resolve("second")), "second");
  slow.resolve("first");
  assertEquals(await first, "first");
  await assertRejects(() => turns.run({}, () => Promise.reject(new Error("broken"))), Error, "broken");
});

Deno.test("a thousand who join in one turn of the event loop are let in over many", async () => {
  const log = openLog(new MemoryStore());
  const manager = new ConnectionManager({ log });
  let inTurn = 0;
  let most = 0;
  let joined = 0;
  const sockets = Array.from({ length: 1_000 }, () => ({
    readyState: 1,
    bufferedAmount: 0,
    send(frame: string) {
      if (!frame.includes('"joined"')) return;
      joined++;
      most = Math.max(most, ++inTurn);
    },
    close() {},
    onmessage: null as ((event: MessageEvent) => void) | null,
    onclose: null as ((event: CloseEvent) => void) | null,
  }));
  for (const [n, socket] of sockets.entries()) {
    manager.connect(socket, { id: `m${n}`, dialect: "chat.v1", address: "" }, "lobby");
    const data = '{"type":"hello","ref":"1"}\n{"type":"join","ref":"2","room":"lobby"}';
    socket.onmessage!(new MessageEvent("message", { data }));
  }
  while (joined < sockets.length) {
    inTurn = 0;
    await new Promise((turn) => setImmediate(turn));
  }
  assert(most <= 2 * bounds.READS_PER_TURN, `${most} in one turn, or in two that followed each other`);
  for (const socket of sockets) socket.onclose!(new CloseEvent("close"));
  await manager.drain();
});
