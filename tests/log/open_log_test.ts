import { MemoryStore } from "../../chat/stores/memory.ts";
import { type Page, type Range, StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { systemClock } from "../../chat/base/clock.ts";
import { RETENTION_SWEEP_MS } from "../../chat/log/bounds.ts";
import { assertEquals, assertRejects } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

/** A store that can be made unreadable. */
class Unreadable extends MemoryStore {
  broken = false;

  override read(room: string, range: Range): Promise<Page> {
    return this.broken ? Promise.reject(new StoreUnavailableError("Cannot read: torn")) : super.read(room, range);
  }
}

Deno.test("an operator is told once that reads fail, and once that they work again", async () => {
  const store = new Unreadable();
  const told: string[] = [];
  const log = openLog(store, systemClock, (message) => told.push(message));
  store.broken = true;
  for (let i = 0; i < 3; i++) await assertRejects(() => log.read("lobby", { limit: 1 }), StoreUnavailableError);
  store.broken = false;
  for (let i = 0; i < 3; i++) await log.read("lobby", { limit: 1 });
  assertEquals(told, [
    "The store cannot be read: who joins or asks for history is told to try again",
    "The store can be read again",
  ]);
  await log.close();
});

Deno.test("a subscription is served though another one to the room failed meanwhile", async () => {
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reads = [...answers];
  class Slow extends MemoryStore {
    override async read(room: string, range: Range): Promise<Page> {
      await reads.shift()?.promise;
      return super.read(room, range);
    }
  }
  const log = openLog(new Slow());
  const heard: string[] = [];
  const listener = {
    batch: (messages: { text: string }[]) => void heard.push(...messages.map(({ text }) => text)),
    reset: () => {},
  };
  const first = log.subscribe("lobby", listener);
  const second = log.subscribe("lobby", listener);
  answers[0]!.reject(new StoreUnavailableError("Cannot read: torn"));
  await assertRejects(() => first, StoreUnavailableError);
  answers[1]!.resolve();
  await second;
  await log.append("lobby", { id: "ada", name: "Ada", text: "hi" });
  assertEquals(heard, ["hi"]);
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
