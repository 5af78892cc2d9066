import { MemoryStore } from "../lib/memory_store.ts";
import { type Page, type Range, StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { INCIDENT_OVER_MS, RETENTION_SWEEP_MS } from "../../chat/log/bounds.ts";
import { assertEquals, assertRejects } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { by, texts } from "../lib/messages.ts";

/** A store that can be made unreadable. */
class Unreadable extends MemoryStore {
  broken = false;

  override read(room: string, range: Range): Promise<Page> {
    return this.broken ? Promise.reject(new StoreUnavailableError("Cannot read: torn")) : super.read(room, range);
  }
}

Deno.test("an operator is told once that reads fail, and once that they have worked for a while", async () => {
  const store = new Unreadable();
  const clock = new FakeClock();
  const told: string[] = [];
  const log = openLog(store, clock, (message) => told.push(message));
  const read = () => log.read("lobby", { limit: 1 });
  for (let turn = 0; turn < 3; turn++) {
    store.broken = true;
    await assertRejects(read, StoreUnavailableError);
    clock.advance(INCIDENT_OVER_MS);
    store.broken = false;
    await read();
    clock.advance(INCIDENT_OVER_MS - 1);
    await read();
  }
  assertEquals(told.length, 1, "what works and fails by turns is one incident");
  for (let i = 0; i < 3; i++) {
    clock.advance(1);
    await read();
  }
  assertEquals(told, [
    "The store cannot be read: clients that join or ask for history are told to try again",
    "The store can be read again",
  ]);
  await log.close();
});

Deno.test("a room is followed though an earlier subscription to it failed", async () => {
  const store = new Unreadable();
  const log = openLog(store);
  const collector = new Collector();
  store.broken = true;
  await assertRejects(() => log.subscribe("lobby", collector), StoreUnavailableError);
  store.broken = false;
  await log.subscribe("lobby", collector);
  await log.append("lobby", by("hi"));
  assertEquals(texts(collector.events), "hi");
  await log.close();
});

Deno.test("a room has one subscriber at a time: another one is refused, and disturbs nothing", async () => {
  const log = openLog(new MemoryStore());
  const [first, second] = [new Collector(), new Collector()];
  const { cancel } = await log.subscribe("lobby", first);
  await assertRejects(() => log.subscribe("lobby", second), Error, "it has a subscriber");
  await log.append("lobby", by("one"));
  cancel();
  await log.subscribe("lobby", second);
  cancel();
  await log.append("lobby", by("two"));
  assertEquals([texts(first.events), texts(second.events)], ["one", "two"]);
  await log.close();
});

Deno.test("an operator is not told of what was being removed as the log was closed", async () => {
  const trimming = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<boolean>();
  class Slow extends MemoryStore {
    override trim(): Promise<boolean> {
      trimming.resolve();
      return ended.promise;
    }
  }
  const clock = new FakeClock();
  const told: string[] = [];
  const log = openLog(new Slow(), clock, (message) => told.push(message), { messages: 1, days: 0 });
  clock.advance(RETENTION_SWEEP_MS);
  await trimming.promise;
  await log.close();
  ended.reject(new StoreUnavailableError("Cannot remove old messages: the store is closed"));
  await new Promise((turn) => setTimeout(turn));
  assertEquals([told, clock.timers], [[], 0]);
});
