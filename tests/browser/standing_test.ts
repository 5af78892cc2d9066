/** What the page takes somebody for in a room: the same as the server does, whatever happened to that person, and in whatever order. */

import { type MemberChange } from "../../chat/event/event.ts";
import { RoomPolicy } from "../../chat/policy/room_policy.ts";
import { changeRoom, setPlace } from "../../static/client/room_changes.js";
import { Room } from "../../static/client/room.js";
import { mutedUntilMs, roleOf } from "../../static/standing.js";
import { assertEquals } from "../lib/assert.ts";

const CHANGES: Omit<MemberChange, "kind" | "member">[] = [
  { role: "banned" },
  { role: "banned", untilMs: 5 },
  { role: "guest" },
  { role: "moderator" },
  { mute: true },
  { mute: true, untilMs: 8 },
  { mute: false },
  { kick: true },
];

/** Everything that can happen to somebody in so many steps. */
function* courses(steps: number): Generator<typeof CHANGES> {
  if (steps === 0) return yield [];
  for (const course of courses(steps - 1)) for (const change of CHANGES) yield [...course, change];
}

for (const isTold of [false, true]) {
  Deno.test(`somebody is to the page what it is to the server: ${isTold ? "as told at a join" : "seen live"}`, () => {
    for (const course of courses(3)) {
      const policy = new RoomPolicy();
      const room = new Room("tea");
      course.forEach((change, i) => {
        const event = { kind: "member", id: "k-1", name: "Ada", ts: 0, seq: i + 1, member: "k-2", ...change } as const;
        policy.take(event);
        if (!isTold) changeRoom(room, event);
      });
      if (isTold) { for (const place of policy.places(0)) setPlace(room, place); }
      for (const now of [0, 6, 9]) {
        const role = policy.roleOf("k-2", now);
        assertEquals(roleOf(room, "k-2", now), role, JSON.stringify([course, now]));
        // A place that is told has one time: that of a ban, under which a mute makes no difference.
        if (isTold && policy.roleOf("k-2", 0) === "banned") continue;
        assertEquals(
          mutedUntilMs(room, "k-2") > now,
          policy.untilOf("k-2").mutedMs > now,
          JSON.stringify([course, now]),
        );
      }
    }
  });
}
