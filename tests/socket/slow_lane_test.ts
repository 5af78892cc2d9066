/** Texts that come faster than they may pass. @module */

import { SlowLane } from "../../chat/socket/slow_lane.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

Deno.test("a text that comes when there is room again does not overtake those that wait", () => {
  const clock = new FakeClock();
  const passed: string[] = [];
  let room = 1;
  const slowed = { bytes: 0 };
  const lane = new SlowLane({
    clock,
    slowed,
    takeOrWaitMs: () => room > 0 ? (room--, 0) : 100,
    pass: ({ answer }) => passed.push(answer!()),
    onEmpty: () => passed.push("empty"),
  });
  const take = (text: string) => lane.take({ answer: () => text, bytes: 1 });
  for (const text of ["1", "2", "3"]) take(text);
  room = 2;
  take("4");
  assertEquals(passed, ["1"]);
  clock.advance(100);
  assertEquals(passed, ["1", "2", "3"]);
  room = 9;
  clock.advance(100);
  take("5");
  assertEquals(passed, ["1", "2", "3", "4", "empty", "5"]);
  assertEquals([slowed.bytes, clock.timers], [0, 0]);
});
