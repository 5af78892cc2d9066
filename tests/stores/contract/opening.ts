/** A store that is opened again has what it had; one that is closed takes nothing. @module */

import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals, assertRejects } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by } from "../../lib/messages.ts";
import { randomRun } from "../random_run.ts";
import { type Case, fill, seqs } from "./case.ts";

export const OPENING: Case[] = [
  ["messages, numbers and epoch are the same after opening again", async (tested) => {
    const log = await tested.log();
    await fill(log, "lobby", 250);
    const page = await log.read("lobby", { after: 0, limit: 1_000 });
    await log.close();
    assertEquals(await (await tested.log()).read("lobby", { after: 0, limit: 1_000 }), page);
  }, "persistent"],

  ["the time that a store has lived through is there when it is opened next", async (tested) => {
    const time = { livedMs: 90_000_000, wallMs: 1_767_225_600_000 };
    const { log, store } = await tested.logAndStore();
    assertEquals(await store.readTime(), undefined);
    await store.writeTime(time);
    await store.writeTime({ ...time, livedMs: 91_000_000 });
    await log.close();
    assertEquals(await (await tested.logAndStore()).store.readTime(), { ...time, livedMs: 91_000_000 });
  }, "days persistent"],

  ["two hundred random steps give what a trivially right log gives", (tested) => randomRun(tested, 200)],

  ["closing lets appends finish, and afterwards nothing is taken", async (tested) => {
    const log = await tested.log();
    const pending = Array.from({ length: 1_200 }, (_, index) => appendTo(log, "lobby", by(`${index}`)));
    const closing = log.close();
    assertEquals(seqs(await Promise.all(pending)).at(-1), 1_200);
    await closing;
    await log.close();
    await assertRejects(() => appendTo(log, "lobby", by("late")), StoreUnavailableError);
    await assertRejects(() => log.read("lobby", { limit: 1 }), StoreUnavailableError);
    await assertRejects(() => log.subscribe("lobby", new Collector()), StoreUnavailableError);
  }],
];
