/** Reports in a file: they outlive the server, and neither many nor old ones fill it. */

import { DatabaseSync } from "node:sqlite";
import { REPORTS_KEPT_MS, REPORTS_PER_MESSAGE, REPORTS_PER_ROOM } from "../../../chat/stores/sqlite/bounds.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { Folder, within } from "../in_folder.ts";

const AT = { ts: 1_767_225_600_000, day: 0 };
const TARGETS = REPORTS_PER_ROOM / REPORTS_PER_MESSAGE + 1;

const report = (target: number, n: number, reason = "spam") => ({ target, by: `k-${n}`, reason });

Deno.test("sqlite: reports outlive the server, also one with a NUL in it, and those without a reason have none", async () => {
  await using folder = new Folder();
  const first = await openSqliteStore(folder.file);
  await first.commit([{ room: "tea", event: by("x") }], AT);
  await first.reports!.add("tea", report(1, 1, "a\0b"), AT.ts);
  await first.reports!.add("tea", report(1, 2, ""), AT.ts + 1);
  await first.close();
  await within(folder.file, async (store) => {
    assertEquals(await store.reports!.list("tea", 9, 9), [{ target: 1, count: 2, ts: AT.ts + 1, reasons: ["a\0b"] }]);
    assertEquals(await store.reports!.list("other", 9, 9), []);
  });
});

Deno.test("sqlite: a message has so many reports, and a room so many: the oldest go", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    const messages = Array.from({ length: TARGETS }, (_, n) => ({ room: "tea", event: by(`${n}`) }));
    await store.commit(messages, AT);
    for (let n = 0; n <= REPORTS_PER_MESSAGE; n++) await store.reports!.add("tea", report(1, n), AT.ts + n);
    assertEquals((await store.reports!.list("tea", 2, 9))[0]!.count, REPORTS_PER_MESSAGE);
    // One of those that count may say it again, in other words.
    await store.reports!.add("tea", report(1, 0, "other"), AT.ts + 20);
    assertEquals((await store.reports!.list("tea", 2, 9))[0]!.reasons.includes("other"), true);
    for (let target = 2; target <= TARGETS; target++) {
      for (let n = 0; n < REPORTS_PER_MESSAGE; n++) {
        await store.reports!.add("tea", report(target, n), AT.ts + 30 + target);
      }
    }
    assertEquals(await store.reports!.count("tea"), TARGETS - 1);
    assertEquals(await store.reports!.list("tea", 2, 9), []);
  });
});

Deno.test("sqlite: a report goes with time, and with its message", async () => {
  await using folder = new Folder();
  await within(folder.file, async (store) => {
    await store.commit(["a", "b", "c"].map((text) => ({ room: "tea", event: by(text) })), AT);
    for (const target of [1, 2]) await store.reports!.add("tea", report(target, 1), AT.ts);
    await store.trim(2, 0);
    // Somebody who read it before it was removed.
    await store.reports!.add("tea", report(1, 2), AT.ts);
    await store.reports!.add("tea", report(3, 1), AT.ts + 1);
    const targets = () => {
      using db = new DatabaseSync(folder.file, { readOnly: true });
      return db.prepare("SELECT target FROM reports ORDER BY target").all().map(({ target }) => target);
    };
    assertEquals(targets(), [2, 3]);
    assertEquals((await store.reports!.list("tea", 9, 9)).map(({ target }) => target), [3, 2]);
    assertEquals(await store.reports!.count("tea"), 2);
    while (await store.trim(2, 0, { ts: AT.ts + REPORTS_KEPT_MS + 1, day: 0 }));
    assertEquals(targets(), [3]);
  });
});
