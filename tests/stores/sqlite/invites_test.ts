/** Invitations in a file: what is used of them outlives the server, and nothing is used by what is not stored. */

import type { Condition } from "../../../chat/log/message_log.ts";
import { Space } from "../../../chat/stores/space.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assertEquals } from "../../lib/assert.ts";
import { Folder } from "../in_folder.ts";

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

Deno.test("sqlite: the uses of an invitation outlive the server, and a repeat or a stale event takes none", async () => {
  await using folder = new Folder();
  const first = await openSqliteStore(folder.file);
  await first.commit([make()], AT);
  assertEquals(await first.invites!.add("tea", INVITE, AT.ts), true);
  const bob = come("k-2", { policy: 1, invite: "ab12" });
  const results = await first.commit([bob, bob, come("k-3", { policy: 1, invite: "ab12" })], AT);
  assertEquals(results.map((one) => "refused" in one ? one.refused : one.seq), [2, 2, "stale"]);
  await first.close();

  const second = await openSqliteStore(folder.file);
  assertEquals(await second.invites!.find("tea", "ab12"), { ...INVITE, uses: 1 });
  const late = await second.commit([come("k-3", { policy: 2, invite: "ab12" })], { ...AT, ts: AT.ts + 1_000 });
  assertEquals(late, [{ refused: "uninvited" }]);
  await second.close();

  const full = await openSqliteStore(folder.file, new Space(1, () => {}));
  assertEquals(await full.commit([come("k-3", { policy: 2, invite: "ab12" })], AT), [{ refused: "store_full" }]);
  assertEquals((await full.invites!.find("tea", "ab12"))?.uses, 1);
  await full.invites!.remove("tea", "ab12");
  assertEquals(await full.invites!.list("tea"), []);
  await full.close();
});
