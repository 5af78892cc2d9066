/** The store is trimmed once a minute. @module */

import { RETENTION_SWEEP_MS } from "../../chat/log/bounds.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { appendTo } from "../lib/append_to.ts";
import type { Moment } from "../../chat/log/store.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { by, texts } from "../lib/messages.ts";

/** Every trim that a store with some retention was asked for in two minutes: the first leaves something to do. */
async function trimsOf(retention?: { messages: number; days: number }): Promise<[keep: number, day: number][]> {
  const trims: [number, number][] = [];
  const asked = Promise.withResolvers<void>();
  class Asked extends MemoryStore {
    override trim(keep: number, day: number): Promise<boolean> {
      trims.push([keep, day]);
      if (trims.length === 2) asked.resolve();
      return Promise.resolve(trims.length === 1);
    }
  }
  const clock = new FakeClock();
  const log = openLog(new Asked(), clock, () => {}, retention);
  clock.advance(RETENTION_SWEEP_MS - 1);
  assertEquals(trims, []);
  clock.advance(1);
  await asked.promise;
  await log.close();
  return trims;
}

Deno.test("a store is trimmed once a minute, step by step, to what its operator wants to keep", async () => {
  assertEquals(await trimsOf({ messages: 500, days: 30 }), [[500, -31], [500, -31]]);
});

Deno.test("a store that keeps all messages is trimmed as well, because of its changes", async () => {
  const all: [number, number] = [Number.MAX_SAFE_INTEGER, 0];
  assertEquals(await trimsOf(), [all, all]);
});

Deno.test("where the operator keeps all, a room whose owner wants less is trimmed once a minute, by the days that the store has counted", async () => {
  const swept = Promise.withResolvers<number | undefined>();
  class Swept extends MemoryStore {
    override async trim(keep: number, day: number, now?: Moment): Promise<boolean> {
      const more = await super.trim(keep, day, now);
      if (!more) swept.resolve(now?.day);
      return more;
    }
  }
  const store = new Swept();
  const clock = new FakeClock();
  await store.writeTime({ livedMs: 20 * 86_400_000, wallMs: clock.now() });
  const log = openLog(store, clock);
  const set = { keepMessages: 3, keepDays: 7 };
  await appendTo(log, "tea", { kind: "settings", id: "k-ada", name: "Ada", set });
  for (const room of ["tea", "lobby"]) {
    for (const [text, day] of [["m1", 10], ["m2", 11], ["m3", 12], ["m4", 13]] as const) {
      await store.commit([{ room, event: by(text) }], { ts: 1, day });
    }
  }
  clock.advance(RETENTION_SWEEP_MS);
  assertEquals(await swept.promise, 20);
  const kept = async (room: string) => texts((await log.read(room, { limit: 9 })).events);
  assertEquals([await kept("tea"), await kept("lobby")], ["m3 m4", "m1 m2 m3 m4"]);
  await log.close();
});
