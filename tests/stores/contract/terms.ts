/** What a room's policy has its store compare: how old a message is, and when its author wrote last. @module */

import type { Terms } from "../../../chat/event/event.ts";
import { systemClock } from "../../../chat/base/clock.ts";
import type { Appended, MessageLog, Refused } from "../../../chat/log/message_log.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import type { Case } from "./case.ts";

const SLOW: Terms = { slowMs: 1000 };

function write(log: MessageLog, text: string, id = "ada", terms: Terms = SLOW): Promise<Appended | Refused> {
  return log.append("lobby", { ...by(text), id }, { policy: 0, terms });
}

function outcomeOf(result: Appended | Refused): number | string {
  return "refused" in result ? `${result.refused} ${result.retryAfterMs}` : result.seq;
}

export const TERMS: Case[] = [
  ["in slow mode each author waits from one message to the next, and nobody for another", async (tested) => {
    let now = 1_000_000_000_000;
    const { log, store } = await tested.logAndStore({ ...systemClock, now: () => now });
    const outcomes = async (...ids: string[]) => {
      const results = await Promise.all(ids.map((id) => write(log, "hi", id)));
      return results.map(outcomeOf);
    };
    assertEquals(await outcomes("ada", "bob", "ada", "bob"), [1, 2, "slow_mode 1000", "slow_mode 1000"]);
    now += 400;
    assertEquals(await outcomes("ada", "eve", "eve"), ["slow_mode 600", 3, "slow_mode 1000"]);
    now += 600;
    while (await store.trim(Number.MAX_SAFE_INTEGER, 0, { ts: now, day: 1 }));
    assertEquals(await outcomes("ada", "ada", "eve"), [4, "slow_mode 1000", "slow_mode 400"]);
    // The clock is set back: nobody waits until it is where it was.
    now -= 3_600_000;
    assertEquals((await outcomes("ada")).map((seq) => typeof seq), ["number"]);
  }],

  ["what is no message takes no part in slow mode, and neither does who need not wait", async (tested) => {
    const log = await tested.log();
    const outcome = async (event: Parameters<MessageLog["append"]>[1], terms = SLOW) =>
      outcomeOf(await log.append("lobby", event, { policy: 0, terms }));
    assertEquals(await outcome(by("one")), 1);
    const change = { id: "ada", name: "Ada", target: 1 };
    assertEquals(await outcome({ kind: "edit", ...change, text: "two", version: 0 }), 2);
    assertEquals(await outcome({ kind: "react", ...change, emoji: "👍", on: true }), 3);
    assertEquals(await outcome(by("three"), {}), 4);
    assertEquals((await outcome(by("four"))).toString().split(" ")[0], "slow_mode");
  }],

  ["a message that is sent again is answered as it was, however slow the room is", async (tested) => {
    const log = await tested.log();
    const send = async () => outcomeOf(await log.append("lobby", by("one", "n1"), { policy: 0, terms: SLOW }));
    assertEquals([await send(), await send()], [1, 1]);
  }],

  ["of two openers to whom somebody writes at once in slow mode, one takes it", async (tested) => {
    const logs = [await tested.log(), await tested.log()];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => write(logs[index % 2]!, "hi", "ada", { slowMs: 3_600_000 })),
    );
    assertEquals(results.filter((result) => "seq" in result).length, 1);
  }, "shared"],

  ["whoever reopens the store waits on", async (tested) => {
    const log = await tested.log();
    assertEquals(outcomeOf(await write(log, "hi", "ada", { slowMs: 3_600_000 })), 1);
    await log.close();
    const again = await write(await tested.log(), "hi", "ada", { slowMs: 3_600_000 });
    assertEquals("refused" in again && again.refused, "slow_mode");
  }, "persistent"],

  ["a room says for how long a message may be edited", async (tested) => {
    let now = 1_000_000_000_000;
    const { log } = await tested.logAndStore({ ...systemClock, now: () => now });
    await write(log, "one");
    const edit = async (text: string, version: number) => {
      const event = { kind: "edit", id: "ada", name: "Ada", target: 1, text, version } as const;
      return outcomeOf(await log.append("lobby", event, { policy: 0, terms: { editMs: 60_000 } }));
    };
    now += 60_000;
    assertEquals(await edit("two", 0), 2);
    now += 1;
    assertEquals(await edit("three", 1), "too_late undefined");
  }],
];
