/** Invitations: what is used of them outlives the server, and nothing is used by what is not stored. @module */

import type { Condition } from "../../../chat/log/message_log.ts";
import { INVITES_PER_ROOM } from "../../../chat/stores/bounds.ts";
import { assertEquals } from "../../lib/assert.ts";
import type { Case } from "./case.ts";

const AT = { ts: 1_767_225_600_000, day: 0 };
const INVITE = { invite: "ab12", role: "member", uses: 2, untilMs: AT.ts + 1_000, by: "k-1" } as const;

const make = () =>
  ({ room: "tea", event: { kind: "settings", id: "k-1", name: "Ada", set: {}, owner: "k-1" } }) as const;
const come = (id: string, condition: Condition) =>
  ({
    room: "tea",
    event: { kind: "member", id, name: id, nonce: "n", member: id, role: "member" },
    condition,
  }) as const;

export const INVITES: Case[] = [
  ["the uses of an invitation outlive the server, and a repeat or a stale event takes none", async (tested) => {
    const { log, store: first } = await tested.logAndStore();
    await first.commit([make()], AT);
    assertEquals(await first.invites!.add("tea", INVITE, AT.ts), true);
    const bob = come("k-2", { policy: 1, invite: "ab12" });
    const results = await first.commit([bob, bob, come("k-3", { policy: 1, invite: "ab12" })], AT);
    assertEquals(results.map((one) => "refused" in one ? one.refused : one.seq), [2, 2, "stale"]);
    await log.close();

    const { store: second } = await tested.logAndStore();
    assertEquals(await second.invites!.find("tea", "ab12"), { ...INVITE, uses: 1 });
    const late = await second.commit([come("k-3", { policy: 2, invite: "ab12" })], { ...AT, ts: AT.ts + 1_000 });
    assertEquals(late, [{ refused: "uninvited" }]);
    const inTime = await second.commit(["k-3", "k-4"].map((id) => come(id, { policy: 2, invite: "ab12" })), AT);
    assertEquals(inTime.map((one) => "refused" in one ? one.refused : one.seq), [3, "stale"]);
    assertEquals(await second.commit([come("k-4", { policy: 3, invite: "ab12" })], AT), [{ refused: "uninvited" }]);
    await second.invites!.remove("tea", "ab12");
    assertEquals([await second.invites!.list("tea"), await second.invites!.find("tea", "ab12")], [[], undefined]);
  }, "lists persistent"],

  [
    "a room has so many invitations, the one that ends first at the beginning, and those that are over give way",
    async (tested) => {
      const { store } = await tested.logAndStore();
      await store.commit([make()], AT);
      const { invites } = store;
      for (let n = 0; n < INVITES_PER_ROOM; n++) {
        assertEquals(
          await invites!.add("tea", { ...INVITE, invite: `i${n}`, untilMs: AT.ts + 1_000 - n }, AT.ts),
          true,
        );
      }
      assertEquals(await invites!.add("tea", { ...INVITE, invite: "more" }, AT.ts), false);
      const listed = (await invites!.list("tea")).map(({ invite }) => invite);
      assertEquals([listed.length, listed[0], listed.at(-1)], [INVITES_PER_ROOM, `i${INVITES_PER_ROOM - 1}`, "i0"]);
      const later = AT.ts + 1_001 - INVITES_PER_ROOM;
      assertEquals(await invites!.add("tea", { ...INVITE, invite: "more" }, later), true);
      assertEquals((await invites!.list("tea")).length, INVITES_PER_ROOM);
      assertEquals(await invites!.list("other"), []);
    },
    "lists",
  ],
];
