/** A tail hands on everything once, in order, whatever the hints of other processes bring. @module */

import { systemClock } from "../../chat/base/clock.ts";
import { shown } from "../../chat/event/kinds.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import type { StoredEvent } from "../../chat/event/event.ts";
import type { Page } from "../../chat/log/message_log.ts";
import type { Hint } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { assertEquals } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import { by } from "../lib/messages.ts";
import { eventually } from "../lib/patience.ts";

/** A store to which somebody else appends, and which hints at what the test says. */
class Shared extends MemoryStore {
  hint: Hint = () => {};

  watch(hint: Hint): void {
    this.hint = hint;
  }

  async append(...texts: string[]): Promise<Page> {
    await this.commit(texts.map((text) => ({ room: "lobby", event: by(text) })), { ts: 1, day: 0 });
    return await this.read("lobby", { limit: texts.length });
  }
}

const SETTINGS = { kind: "settings", id: "ada", name: "Ada", set: { title: "Tea" } } as const;

const HINTS: [name: string, tell: (hint: Hint, events: StoredEvent[], epoch: string) => void][] = [
  ["come in order", (hint, events, epoch) => events.forEach((event) => hint("lobby", [event], epoch))],
  ["come behind a gap", (hint, events, epoch) => hint("lobby", events.slice(-1), epoch)],
  ["leave a gap within them", (hint, events, epoch) => hint("lobby", [events[0]!, events[3]!], epoch)],
  [
    "come the wrong way round",
    (hint, events, epoch) => events.toReversed().forEach((one) => hint("lobby", [one], epoch)),
  ],
  ["come twice", (hint, events, epoch) => [0, 1].forEach(() => hint("lobby", events, epoch))],
  [
    "bring again what was heard",
    (hint, events, epoch) => [[0, 2], [0, 4], [1, 2]].forEach((part) => hint("lobby", events.slice(...part), epoch)),
  ],
  ["bring nothing of the room", (hint) => hint("lobby")],
  ["bring nothing", (hint) => hint()],
];

for (const [name, tell] of HINTS) {
  Deno.test(`a listener hears each message once, in order, when the hints ${name}`, async () => {
    const store = new Shared();
    const log = openLog(store);
    const collector = new Collector();
    await log.subscribe("lobby", collector);
    const { events, epoch } = await store.append("a", "b", "c", "d");
    tell(store.hint, events, epoch);
    await collector.untilCount(4);
    // What follows goes on from there: at once, as it is at hand.
    const next = await store.append("e");
    store.hint("lobby", next.events, epoch);
    if (!/gap|nothing|wrong/.test(name)) assertEquals(collector.events.length, 5);
    await collector.untilCount(5);
    assertEquals(collector.heard, [...events, ...next.events].map(shown));
    await log.close();
  });
}

Deno.test("a batch that was read waits until its listener knows what the room is by then", async () => {
  const store = new Shared();
  const log = openLog(store);
  const { promise, resolve } = Promise.withResolvers<void>();
  class Meeting extends Collector {
    met: (number | undefined)[] = [];
    meet(policy: number | undefined): Promise<void> {
      this.met.push(policy);
      return promise;
    }
  }
  const listener = new Meeting();
  await log.subscribe("lobby", listener);
  await store.append("a");
  await store.commit([{ room: "lobby", event: SETTINGS }], { ts: 1, day: 0 });
  store.hint("lobby");
  await eventually(() => listener.met.length > 0, "it to be asked");
  assertEquals([listener.met, listener.heard], [[2], []]);
  resolve();
  await listener.untilCount(2);
  await log.close();
});

Deno.test("a listener hears where it begins before a message that was stored meanwhile", async () => {
  const store = new Shared();
  const log = openLog(store);
  const read = store.read.bind(store);
  const slow = Promise.withResolvers<void>();
  store.read = async (...range) => {
    store.read = read;
    const page = await read(...range);
    await slow.promise;
    return page;
  };
  const collector = new Collector();
  const subscribing = log.subscribe("lobby", collector);
  const { events, epoch } = await store.append("a");
  store.hint("lobby", events, epoch);
  slow.resolve();
  await subscribing;
  await collector.untilCount(1);
  assertEquals([collector.began!.head, collector.heard], [0, events.map(shown)]);
  await log.close();
});

Deno.test("a bug of a listener is told as one, however it is handed what others stored, and harms no other room", async () => {
  const told: string[] = [];
  const store = new Shared();
  const log = openLog(store, systemClock, (what, cause) => told.push(`${what}: ${cause}`));
  const fails = () => {
    throw new Error("a test's bug");
  };
  const collector = new Collector();
  await log.subscribe("lobby", { begin() {}, reset: fails, batch: fails });
  await log.subscribe("attic", collector);
  const bug =
    "A bug kept the room lobby from what was stored in it: its members get it when they come back: Error: a test's bug";
  const { events, epoch } = await store.append("a");
  store.hint("lobby", events, epoch);
  assertEquals(told, [bug]);
  await store.append("b");
  store.hint();
  await eventually(() => told.length > 1, "what was read");
  assertEquals(told, [bug, bug]);
  await log.append("attic", by("c"));
  await collector.untilCount(1);
  await log.close();
});
