/** An invitation in a full store, which only a bounded one can be. */

import { Space } from "../../../chat/stores/space.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assertEquals } from "../../lib/assert.ts";
import { Folder, within } from "../in_folder.ts";

const AT = { ts: 1_767_225_600_000, day: 0 };
const INVITE = { invite: "ab12", role: "member", uses: 1, untilMs: AT.ts + 1_000, by: "k-1" } as const;

Deno.test("sqlite: a full store takes no use of an invitation that it does not let in by", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await store.commit(
      [{ room: "tea", event: { kind: "settings", id: "k-1", name: "Ada", set: {}, owner: "k-1" } }],
      AT,
    );
    assertEquals(await store.invites!.add("tea", INVITE, AT.ts), true);
  });
  const openFull = (file: string) => openSqliteStore(file, { space: new Space(1, () => {}) });
  await within(folder.file, async (store) => {
    const event = { kind: "member", id: "k-3", name: "Bob", nonce: "n", member: "k-3", role: "member" } as const;
    const result = await store.commit([{ room: "tea", event, condition: { policy: 1, invite: "ab12" } }], AT);
    assertEquals(result, [{ refused: "store_full" }]);
    assertEquals((await store.invites!.find("tea", "ab12"))?.uses, 1);
  }, openFull);
});
