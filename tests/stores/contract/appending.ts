/** Messages get numbers and times. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by, texts, textsOf } from "../../lib/messages.ts";
import { type Case, seqs } from "./case.ts";

export const APPENDING: Case[] = [
  ["an empty room begins at 1", async (tested) => {
    const log = await tested.log();
    const { epoch, ...page } = await log.read("lobby", { limit: 10 });
    assertEquals(page, { first: 1, head: 0, floor: 0, messageCount: 0, events: [], passed: 0 });
    assert(epoch.length > 0 && epoch.length <= 64);
  }],

  ["an appended message is read back as it was, with its number and time", async (tested) => {
    const log = await tested.log();
    const before = Date.now();
    const appended = await appendTo(log, "lobby", by("hello", "n1"));
    const bare = await appendTo(log, "lobby", by("no nonce"));
    const { events, ...state } = await log.read("lobby", { limit: 10 });
    assert(appended.ts >= before && appended.ts <= Date.now() + 1_000);
    assertEquals(appended, { epoch: state.epoch, seq: 1, ts: appended.ts, duplicate: false });
    assertEquals(state, { epoch: appended.epoch, first: 1, head: 2, floor: 0, messageCount: 2, passed: 0 });
    assertEquals(events, [
      { seq: 1, id: "ada", name: "Ada", text: "hello", nonce: "n1", ts: appended.ts, ordinal: 1 },
      { seq: 2, id: "ada", name: "Ada", text: "no nonce", ts: bare.ts, ordinal: 2 },
    ]);
  }],

  ["appends made at once are numbered in their order, without a gap", async (tested) => {
    const log = await tested.log();
    const appended = await Promise.all(
      Array.from({ length: 2_500 }, (_, index) => appendTo(log, "lobby", by(`${index}`))),
    );
    assertEquals(seqs(appended), appended.map((_, index) => index + 1));
    const { events } = await log.read("lobby", { after: 0, limit: 2_500 });
    assertEquals(seqs(events), events.map((_, index) => index + 1));
    assertEquals(textsOf(events), events.map((_, index) => `${index}`));
    assertEquals(events.length, 2_500);
  }],

  ["rooms are numbered apart from each other", async (tested) => {
    const log = await tested.log();
    const rooms = Array.from({ length: 300 }, (_, index) => `room-${index}`);
    const appended = await Promise.all(
      [...rooms, ...rooms].map((room) => appendTo(log, room, by(room, crypto.randomUUID()))),
    );
    assertEquals(seqs(appended), [...rooms.map(() => 1), ...rooms.map(() => 2)]);
    for (const room of rooms) {
      assertEquals(texts((await log.read(room, { limit: 9 })).events), `${room} ${room}`);
    }
  }],

  [
    "a time repeats the newest one of its room while the clock is up to a minute behind, and falls beyond that",
    async (tested) => {
      let now = 0;
      const reports: string[] = [];
      const { log } = await tested.logAndStore({ ...systemClock, now: () => now }, (message) => reports.push(message));
      const ts: number[] = [];
      const at = [
        5_000_000,
        6_000_000,
        5_940_000,
        5_999_999,
        5_939_999,
        5_000_000,
        4_070_908_800_000,
        5_000_001,
        5_000_002,
      ];
      for (now of at) ts.push((await appendTo(log, "lobby", by(`${now}`))).ts);
      const wanted = [
        5_000_000,
        6_000_000,
        6_000_000,
        6_000_000,
        5_939_999,
        5_000_000,
        4_070_908_800_000,
        5_000_001,
        5_000_002,
      ];
      assertEquals(ts, wanted);
      const { events: messages } = await log.read("lobby", { limit: 9 });
      assertEquals(messages.map(({ seq, ts }) => [seq, ts]), wanted.map((time, index) => [index + 1, time]));
      now = 5_000_001;
      assertEquals((await appendTo(log, "other", by("another room's"))).ts, now);
      assert(reports.filter((report) => report.startsWith("The time of new messages is ")).length <= 1);
    },
  ],
];
