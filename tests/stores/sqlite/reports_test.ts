/** What is left in a file of reports that went. */

import { DatabaseSync } from "node:sqlite";
import { REPORTS_KEPT_MS } from "../../../chat/stores/bounds.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { Folder, within } from "../in_folder.ts";

const AT = { ts: 1_767_225_600_000, day: 0 };

Deno.test("sqlite: a report that went with time or with its message is not in the file any more", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await store.commit(["a", "b", "c"].map((text) => ({ room: "tea", event: by(text) })), AT);
    const add = (target: number, id: string, ts: number) =>
      store.reports!.add("tea", { target, by: id, reason: "" }, ts);
    for (const target of [1, 2]) await add(target, "k-1", AT.ts);
    await store.trim(2, 0);
    // Somebody who read it before it was removed.
    await add(1, "k-2", AT.ts);
    await add(3, "k-1", AT.ts + 1);
    const targets = () => {
      using db = new DatabaseSync(folder.file, { readOnly: true });
      return db.prepare("SELECT target FROM reports ORDER BY target").all().map(({ target }) => target);
    };
    assertEquals(targets(), [2, 3]);
    while (await store.trim(2, 0, { ts: AT.ts + REPORTS_KEPT_MS + 1, day: 0 }));
    assertEquals(targets(), [3]);
  });
});
