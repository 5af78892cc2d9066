/** Stores keep bots, and of their secrets only what tells them again. @module */

import { BOTS } from "../../../chat/log/bounds.ts";
import type { Bot } from "../../../chat/log/bots.ts";
import { assertEquals } from "../../lib/assert.ts";
import type { Case } from "./case.ts";

const CI: Bot = { name: "ci", rooms: ["ops-*", "lobby"], may: "write", ts: 1_767_225_600_000 };
const WATCH: Bot = { name: "watch", rooms: ["*"], may: "read", ts: 1_767_225_600_001 };

export const BOT_CASES: Case[] = [
  ["a bot is found by its secret until it is taken back, and then its name is free", async (tested) => {
    const { bots } = await tested.log();
    assertEquals([await bots!.add(WATCH, "w1"), await bots!.add(CI, "c1")], [true, true]);
    assertEquals(await bots!.list(), [CI, WATCH]);
    assertEquals([await bots!.find("c1"), await bots!.find("w1"), await bots!.find("x")], [CI, WATCH, undefined]);
    assertEquals(await bots!.add({ ...CI, may: "moderate" }, "c2"), false);
    assertEquals([await bots!.find("c1"), await bots!.find("c2")], [CI, undefined]);
    assertEquals([await bots!.remove("ci"), await bots!.remove("ci")], [true, false]);
    assertEquals([await bots!.find("c1"), await bots!.list()], [undefined, [WATCH]]);
    assertEquals(await bots!.add(CI, "c3"), true);
    assertEquals([await bots!.find("c1"), await bots!.find("c3")], [undefined, CI]);
  }],

  ["of many bots that are made at once, no more are kept than there may be, and one of each name", async (tested) => {
    const { bots } = await tested.log();
    const twins = await Promise.all(["t1", "t2"].map((secret) => bots!.add(CI, secret)));
    assertEquals(twins.filter((kept) => kept).length, 1);
    for (let n = 1; n < BOTS - 1; n++) await bots!.add({ ...WATCH, name: `bot-${n}` }, `s${n}`);
    const last = await Promise.all(["x", "y"].map((name) => bots!.add({ ...WATCH, name }, name)));
    assertEquals([last.filter((kept) => kept).length, (await bots!.list()).length], [1, BOTS]);
  }],

  ["a bot is there again after a restart, and one that was taken back is not", async (tested) => {
    const log = await tested.log();
    await log.bots!.add(CI, "c1");
    await log.bots!.add(WATCH, "w1");
    await log.bots!.remove("watch");
    await log.close();
    const { bots } = await tested.log();
    assertEquals([await bots!.list(), await bots!.find("c1"), await bots!.find("w1")], [[CI], CI, undefined]);
  }, "persistent"],
];
