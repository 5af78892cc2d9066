/** Reports: they outlive the server, and neither many nor old ones fill the store. @module */

import type { Store } from "../../../chat/log/store.ts";
import { REPORTS_KEPT_MS, REPORTS_PER_MESSAGE, REPORTS_PER_ROOM } from "../../../chat/stores/bounds.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import type { Case } from "./case.ts";

const AT = { ts: 1_767_225_600_000, day: 0 };
const TARGETS = REPORTS_PER_ROOM / REPORTS_PER_MESSAGE + 1;

const report = (target: number, n: number, reason = "spam") => ({ target, by: `k-${n}`, reason });
const say = (store: Store, ...texts: string[]) =>
  store.commit(texts.map((text) => ({ room: "tea", event: by(text) })), AT);

export const REPORTS: Case[] = [
  ["reports outlive the server, also one with a NUL in it, and those without a reason have none", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await say(store, "x");
    await store.reports!.add("tea", report(1, 1, "a\0b\u0001"), AT.ts);
    await store.reports!.add("tea", report(1, 2, ""), AT.ts + 1);
    await log.close();
    const { reports } = await tested.log();
    assertEquals(await reports!.list("tea", 9, 9), [{ target: 1, count: 2, ts: AT.ts + 1, reasons: ["a\0b\u0001"] }]);
    assertEquals(await reports!.ownOf("tea", "k-1"), [{ target: 1, reason: "a\0b\u0001", ts: AT.ts }]);
    assertEquals([await reports!.list("other", 9, 9), await reports!.count("other")], [[], 0]);
    await reports!.resolve("tea", 1);
    assertEquals([await reports!.count("tea"), await reports!.ownOf("tea", "k-1")], [0, []]);
  }, "lists persistent"],

  ["a message has so many reports, and a room so many: the oldest go", async (tested) => {
    const { store } = await tested.logAndStore();
    await say(store, ...Array.from({ length: TARGETS }, (_, n) => `${n}`));
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
  }, "lists"],

  ["a report goes with time, and with its message", async (tested) => {
    const { store } = await tested.logAndStore();
    await say(store, "a", "b", "c");
    const targets = async () => (await store.reports!.list("tea", 9, 9)).map(({ target }) => target);
    for (const target of [1, 2]) await store.reports!.add("tea", report(target, 1), AT.ts);
    await store.trim(2, 0);
    // Somebody who read it before it was removed.
    await store.reports!.add("tea", report(1, 2), AT.ts);
    await store.reports!.add("tea", report(3, 1), AT.ts + 1);
    assertEquals([await targets(), await store.reports!.count("tea")], [[3, 2], 2]);
    while (await store.trim(2, 0, { ts: AT.ts + REPORTS_KEPT_MS + 1, day: 0 }));
    assertEquals(await targets(), [3]);
  }, "lists"],
];
