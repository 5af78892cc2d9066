/** What is left of a room's old changes makes the same of the room as all of them do. @module */

import { condense } from "../../chat/event/condense.ts";
import type { MemberChange, RoomSettings, SettingsChange, StoredRoomChange } from "../../chat/event/event.ts";
import { RoomPolicy } from "../../chat/policy/room_policy.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { Random } from "../lib/random.ts";

const PEOPLE = Array.from({ length: 6 }, (_, index) => `k-${index}`);
const NOW = 1_000;

function draw(random: Random, seq: number, isOfTwo: boolean): StoredRoomChange {
  const stamp = { seq, ts: seq * 10, id: random.pick(PEOPLE), name: "x" };
  if (seq === 1) {
    const first: SettingsChange = isOfTwo
      ? { kind: "settings", set: { visibility: "private" }, between: [PEOPLE[0]!, PEOPLE[1]!] }
      : { kind: "settings", set: { title: "Tea" }, owner: PEOPLE[0]! };
    return { ...stamp, ...first };
  }
  if (random.chance(0.2)) {
    const set: Partial<RoomSettings> = random.pick([
      { title: `${seq}` },
      { title: `${seq}`, locked: random.chance(0.5) },
      { pinned: random.pick([null, seq]) },
      { visibility: random.pick(["public", "private"] as const), slowMs: seq },
    ]);
    return { ...stamp, kind: "settings", set: random.chance(0.02) ? { archived: true, erased: true } : set };
  }
  const change: MemberChange = {
    kind: "member",
    member: random.pick(PEOPLE),
    ...random.chance(0.8) && { role: random.pick(["owner", "moderator", "member", "guest", "banned"] as const) },
    ...random.chance(0.3) && { mute: random.chance(0.5) },
    ...random.chance(0.3) && { untilMs: random.pick([NOW - 1, NOW + 1]) },
    ...random.chance(0.1) && { kick: true as const },
  };
  return { ...stamp, ...change };
}

function stateBy(changes: Iterable<StoredRoomChange>) {
  const policy = new RoomPolicy();
  for (const change of changes) policy.take(change);
  const { settings, between, size, owners, moderators, members } = policy;
  return {
    ...{ settings, between, size },
    ...{ owners: owners.sort(), moderators: moderators.sort(), members: members.sort() },
    people: PEOPLE.map((id) => [policy.roleOf(id, NOW), policy.sinceOf(id), policy.untilOf(id)]),
  };
}

Deno.test("condensed changes, and those behind them, make the same of a room", () => {
  const random = new Random("condense");
  let left = 0;
  for (let run = 0; run < 400; run++) {
    const isOfTwo = random.chance(0.3);
    const changes = Array.from({ length: random.int(1, 120) }, (_, index) => draw(random, index + 1, isOfTwo));
    const old = changes.slice(0, random.int(1, changes.length));
    const condensed = condense(old);
    assert(condensed.length <= 3 * PEOPLE.length + 10, `${condensed.length} of ${old.length}`);
    assertEquals(condense(condensed), condensed, "once is enough");
    const [all, fewer] = [stateBy(changes), stateBy([...condensed, ...changes.slice(old.length)])];
    assertEquals(fewer, all, `run ${run}`);
    left += old.length - condensed.length;
  }
  assert(left > 1_000);
});
