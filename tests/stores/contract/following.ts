/** A subscriber hears everything, once, in order. @module */

import { shown } from "../../../chat/event/kinds.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by, texts } from "../../lib/messages.ts";
import { type Case, fill } from "./case.ts";

export const FOLLOWING: Case[] = [
  ["a subscriber hears what comes after its state: each once, in order", async (tested) => {
    const log = await tested.log();
    await fill(log, "lobby", 5);
    const collector = new Collector();
    const early = Array.from({ length: 500 }, (_, index) => appendTo(log, "lobby", by(`early ${index}`)));
    await log.subscribe("lobby", collector);
    const late = Array.from({ length: 500 }, (_, index) => appendTo(log, "lobby", by(`late ${index}`)));
    await Promise.all([...early, ...late]);
    const { head } = collector.began!;
    await collector.until(({ events: messages }) => messages.at(-1)?.seq === 1_005);
    assertEquals(collector.heard, (await log.read("lobby", { after: head, limit: 2_000 })).events.map(shown));
    assertEquals(collector.events.length, 1_005 - head);
  }],

  ["a subscriber hears nothing of other rooms, of repeats, or after it cancelled", async (tested) => {
    const log = await tested.log();
    const [early, late] = [new Collector(), new Collector()];
    const { cancel } = await log.subscribe("lobby", early);
    await appendTo(log, "other", by("elsewhere"));
    await appendTo(log, "lobby", by("one", "n"));
    await appendTo(log, "lobby", by("one", "n"));
    await appendTo(log, "lobby", by("two"));
    await early.untilCount(2);
    cancel();
    cancel();
    await log.subscribe("lobby", late);
    await appendTo(log, "lobby", by("three"));
    await late.untilCount(1);
    assertEquals([texts(early.events), texts(late.events)], ["one two", "three"]);
  }],

  [
    "a subscriber that pauses hears nothing, and what came meanwhile once it goes on: each once, in order",
    async (tested) => {
      const log = await tested.log();
      const collector = new Collector();
      const { pause, resume } = await log.subscribe("lobby", collector);
      await appendTo(log, "lobby", by("before"));
      await collector.untilCount(1);
      pause();
      pause();
      for (let index = 0; index < 250; index++) await appendTo(log, "lobby", by(`meanwhile ${index}`));
      assertEquals(collector.events.length, 1);
      resume();
      resume();
      await appendTo(log, "lobby", by("after"));
      await collector.untilCount(252);
      assertEquals(collector.heard, (await log.read("lobby", { after: 0, limit: 300 })).events.map(shown));
    },
  ],

  ["a subscriber that pauses whenever it hears something hears everything, once, in order", async (tested) => {
    const log = await tested.log();
    const collector = new Collector();
    const batches: number[] = [];
    const subscription = await log.subscribe("lobby", {
      begin: (state) => collector.begin(state),
      batch(messages) {
        collector.batch(messages);
        batches.push(messages.length);
        subscription.pause();
        setTimeout(() => subscription.resume());
      },
      reset: (state) => collector.reset(state),
    });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => appendTo(log, "lobby", by(`${round}-${index}`))));
    }
    await collector.untilCount(500);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(collector.heard, (await log.read("lobby", { after: 0, limit: 600 })).events.map(shown));
    assert(batches.length >= 5, `${batches.length} batches`);
  }],

  ["a subscriber that has paused and cancels holds up nobody who comes after it", async (tested) => {
    const log = await tested.log();
    const [early, late] = [new Collector(), new Collector()];
    const left = await log.subscribe("lobby", early);
    left.pause();
    await appendTo(log, "lobby", by("one"));
    left.cancel();
    await log.subscribe("lobby", late);
    left.pause();
    await appendTo(log, "lobby", by("two"));
    await late.untilCount(1);
    left.resume();
    await appendTo(log, "lobby", by("three"));
    await late.untilCount(2);
    assertEquals([texts(early.events), texts(late.events)], ["", "two three"]);
  }],
];
