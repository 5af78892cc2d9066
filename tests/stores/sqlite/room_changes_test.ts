/** However often a room is changed, it can be opened: its old changes are condensed. @module */

import type { NewEvent, StoredRoomChange } from "../../../chat/event/event.ts";
import { RoomPolicy } from "../../../chat/policy/room_policy.ts";
import { ROOM_CHANGES_WHOLE } from "../../../chat/stores/bounds.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { MemoryStore } from "../../lib/memory_store.ts";

const OWNER = { id: "k-owner", name: "Owner" };

Deno.test("sqlite: of a room that is changed again and again the old changes are condensed, and nobody's place is another one", async () => {
  const store = new MemoryStore();
  const all: StoredRoomChange[] = [];
  const commit = async (events: NewEvent[]) => {
    const results = await store.commit(events.map((event) => ({ room: "tea", event })), { ts: 1, day: 0 });
    for (const result of results) if ("event" in result) all.push(result.event as StoredRoomChange);
  };
  const place = (n: number): NewEvent => ({
    kind: "member",
    ...OWNER,
    member: `k-${n % 40}`,
    role: n % 3 === 0 ? "member" : n % 3 === 1 ? "moderator" : "banned",
    reason: `${n}`,
  });
  await commit([{ kind: "settings", ...OWNER, set: { title: "Tea", locked: true }, owner: OWNER.id }]);
  await commit(Array.from({ length: 2 * ROOM_CHANGES_WHOLE - 2 }, (_, n) => place(n)));
  const kept = async () => (await store.roomChanges("tea")).changes;
  assertEquals((await kept()).length, all.length);
  await commit([{ kind: "member", ...OWNER, member: "k-last", mute: true }]);
  const after = await kept();
  assertEquals(after.slice(-ROOM_CHANGES_WHOLE), all.slice(-ROOM_CHANGES_WHOLE));
  assert(after.length < ROOM_CHANGES_WHOLE + 3 * 41, `${after.length}`);
  const [policy, whole] = [new RoomPolicy(), new RoomPolicy()];
  for (const change of after) policy.take(change);
  for (const change of all) whole.take(change);
  const said = (one: RoomPolicy) => {
    const places = one.places(0).map((place) => JSON.stringify(place)).sort();
    return [one.version, one.settings, places, one.owners, one.sinceOf("k-0")];
  };
  assertEquals(said(policy), said(whole));
  assertEquals((await store.roomChanges("tea", all.length - 7)).changes, all.slice(-7));
});
