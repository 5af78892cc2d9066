/** Work that is put off is done, even if other work, or it itself at another time, throws. @module */

import { every, systemClock } from "../../chat/base/clock.ts";
import { assertEquals, assertThrows } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

Deno.test("a throw is not caught, and ends no loop", () => {
  const clock = new FakeClock();
  let calls = 0;
  const cancel = every(clock, 10, () => {
    if (++calls === 2) throw new Error("the second");
  });
  clock.advance(10);
  assertThrows(() => clock.advance(10), Error, "the second");
  clock.advance(10);
  assertEquals(calls, 3);
  cancel();
  assertEquals(clock.timers, 0);
});

Deno.test("a slow run is waited for, and may fail as well", async () => {
  const clock = new FakeClock();
  const runs: PromiseWithResolvers<void>[] = [];
  const told = new Promise<string>((resolve) =>
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      resolve(event.reason.message);
    }, { once: true })
  );
  const cancel = every(clock, 10, () => (runs.push(Promise.withResolvers()), runs.at(-1)!.promise));
  clock.advance(100);
  assertEquals(runs.length, 1);
  runs[0]!.reject(new Error("the first"));
  assertEquals(await told, "the first");
  clock.advance(10);
  assertEquals(runs.length, 2);
  cancel();
  runs[1]!.resolve();
  await runs[1]!.promise;
  await Promise.resolve();
  assertEquals(clock.timers, 0);
});

Deno.test("a call is told how late it is, and may itself be the last", () => {
  const clock = new FakeClock();
  const late: number[] = [];
  const cancel = every(clock, 10, (lateMs) => {
    late.push(lateMs);
    if (late.length === 2) cancel();
  });
  clock.advance(10);
  clock.stall(17);
  clock.advance(0);
  assertEquals([late, clock.timers], [[0, 7], 0]);
});

Deno.test("what is put off to the next turn is done in its order, though one throws", async () => {
  const done: string[] = [];
  const told = new Promise<string>((resolve) =>
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.message);
    }, { once: true })
  );
  systemClock.soon(() => {
    done.push("first");
    systemClock.soon(() => done.push("in the turn after"));
    throw new Error("the first");
  });
  systemClock.soon(() => done.push("second"));
  assertEquals(done, []);
  await new Promise<void>((turn) => systemClock.soon(turn));
  assertEquals(done, ["first", "second"]);
  await new Promise<void>((turn) => systemClock.soon(turn));
  assertEquals(done, ["first", "second", "in the turn after"]);
  assertEquals((await told).includes("the first"), true);
});
