/** The store is trimmed once a minute. @module */

import { RETENTION_SWEEP_MS } from "../../chat/log/bounds.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

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
