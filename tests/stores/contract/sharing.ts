/** Several that are open on the same data are one log. @module */

import { shown } from "../../../chat/event/kinds.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by } from "../../lib/messages.ts";
import { randomRun } from "../random_run.ts";
import { type Case, NONCE_USED, seqs } from "./case.ts";

export const SHARING: Case[] = [
  ["of two openers who append two texts under one nonce at once, one is refused", async (tested) => {
    const logs = [await tested.log(), await tested.log()];
    const results = await Promise.all(
      Array.from(
        { length: 100 },
        (_, index) => logs[index % 2]!.append("lobby", by(`text ${index % 2}`, `n${index >> 1}`)),
      ),
    );
    const refused = results.filter((result) => "refused" in result);
    assertEquals(refused, Array(50).fill(NONCE_USED));
    for (let index = 0; index < 100; index += 2) {
      assertEquals(results.slice(index, index + 2).filter((result) => "refused" in result).length, 1);
    }
    const { head, events: messages } = await logs[0]!.read("lobby", { limit: 100 });
    assertEquals([head, new Set(messages.map(({ nonce }) => nonce)).size], [50, 50]);
  }, "shared"],

  ["two openers of the same data share one order and hear each other", async (tested) => {
    const [one, two] = [await tested.log(), await tested.log()];
    const heard = [new Collector(), new Collector()];
    await one.subscribe("lobby", heard[0]!);
    await two.subscribe("lobby", heard[1]!);
    await Promise.all(
      Array.from({ length: 400 }, (_, index) => appendTo(index % 2 ? one : two, "lobby", by(`${index}`))),
    );
    for (const collector of heard) await collector.untilCount(400);
    assertEquals(heard[0]!.heard, heard[1]!.heard);
    assertEquals(seqs(heard[0]!.events), Array.from({ length: 400 }, (_, index) => index + 1));
    assertEquals(heard[0]!.heard, (await two.read("lobby", { limit: 400 })).events.map(shown));
  }, "shared"],

  ["two openers who append the same nonce at once store it once", async (tested) => {
    const logs = [await tested.log(), await tested.log()];
    const appended = await Promise.all(
      Array.from({ length: 100 }, (_, index) => appendTo(logs[index % 2]!, "lobby", by("same", `n${index >> 1}`))),
    );
    assertEquals(appended.filter(({ duplicate }) => duplicate).length, 50);
    for (let index = 0; index < 100; index += 2) assertEquals(appended[index]!.seq, appended[index + 1]!.seq);
    assertEquals((await logs[0]!.read("lobby", { limit: 0 })).head, 50);
  }, "shared"],

  ["two hundred random steps of two openers give what a trivially right log gives", async (tested) => {
    await randomRun(tested, 200, 2);
  }, "shared"],

  ["one opener reads at once the messages that another acknowledged", async (tested) => {
    const [one, two] = [await tested.log(), await tested.log()];
    for (let seq = 1; seq <= 50; seq++) {
      await appendTo(one, "lobby", by(`${seq}`));
      assertEquals((await two.read("lobby", { limit: 1 })).events[0]?.seq, seq);
    }
  }, "shared"],
];
