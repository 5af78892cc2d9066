/** Rounds: what each member gets, and when no more is taken in. @module */

import { stateAt } from "../lib/messages.ts";
import { FanOut } from "../../chat/room/fan_out.ts";
import * as limits from "../../chat/limits.ts";
import type { StoredMessage } from "../../chat/event/event.ts";
import type { Membership } from "../../chat/room/membership.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { membershipOf, Reader } from "../lib/reader.ts";

function message(seq: number, text = "hi"): StoredMessage {
  return { seq, id: "ada", name: "Ada", text, ts: 1 };
}

/** A room of as many readers, whose fan-out is under the test's hand. */
function crowd(size: number) {
  const clock = new FakeClock();
  const behind: Membership[] = [];
  const congestion: boolean[] = [];
  const troubles: unknown[] = [];
  const extras: string[] = [];
  const readers = Array.from({ length: size }, () => new Reader());
  const memberships = readers.map((reader, n) => membershipOf(reader, `m${n}`, clock, { epoch: "e", seq: 0 }));
  const fanOut = new FanOut({
    name: "lobby",
    memberships: {
      values: () => memberships,
      get size() {
        return memberships.length;
      },
    },
    clock,
    report: (what, cause) => troubles.push(what, cause),
    takeExtras: () => extras.splice(0),
    onBehind: (membership) => behind.push(membership),
    onCongestion: (congested) => congestion.push(congested),
  });
  fanOut.reset(stateAt("e", 0));
  /** Lets rounds go by until something is so. */
  const rounds = (isSo: () => boolean, what: string, ms?: number) =>
    eventually(() => (clock.advance(limits.FANOUT_DELAY_MS), isSo()), what, ms);
  return { clock, behind, congestion, troubles, extras, readers, memberships, fanOut, rounds };
}

Deno.test("in a large room, members served later in a round get with it what came meanwhile", async () => {
  const size = 10 * limits.FANOUT_SENDS;
  const { fanOut, readers, behind, troubles, rounds } = crowd(size);
  readers[size / 2]!.onFrame = () => {
    readers[size / 2]!.onFrame = () => {};
    fanOut.take([message(2)]);
  };
  fanOut.take([message(1)]);
  await rounds(() => readers.every(({ frames }) => frames.flat().join() === "1,2"), "two rounds");
  assertEquals(readers[0]!.frames, [[1], [2]]);
  assertEquals(readers.at(-1)!.frames, [[1, 2]]);
  assertEquals([behind, troubles], [[], []]);
});

Deno.test("while messages come without a pause, everybody in a large room gets each once, in order", async () => {
  const { clock, fanOut, readers, behind, troubles, rounds } = crowd(300);
  let seq = 0;
  while (seq < 200) {
    fanOut.take([message(++seq), message(++seq)]);
    clock.advance(7);
    await new Promise((turn) => setImmediate(turn));
  }
  await rounds(() => readers.every(({ frames }) => frames.at(-1)?.at(-1) === 200), "the last message", 3_000);
  const all = Array.from({ length: 200 }, (_, index) => index + 1).join();
  assert(readers.every(({ frames }) => frames.flat().join() === all));
  assertEquals([behind, troubles], [[], []]);
});

Deno.test("a reset in the middle of a round ends what was going out, and what follows it reaches everybody", async () => {
  const { fanOut, readers, memberships, behind, troubles, rounds } = crowd(4 * limits.FANOUT_SENDS);
  readers[0]!.onFrame = () => {
    readers[0]!.onFrame = () => {};
    queueMicrotask(() => {
      fanOut.reset(stateAt("f", 7));
      for (const membership of memberships) Object.assign(membership, { cursor: 7, epoch: "f" });
      fanOut.take([message(8)]);
    });
  };
  fanOut.take([message(1)]);
  await rounds(() => readers.every(({ frames }) => frames.at(-1)?.at(-1) === 8), "the message after the reset");
  assertEquals(readers.at(-1)!.frames, [[8]]);
  assertEquals([behind, troubles], [[], []]);
});

Deno.test("when more waits than may, no more is asked for until it has gone out", async () => {
  const { fanOut, readers, congestion, rounds } = crowd(2);
  const text = "x".repeat(limits.TEXT_CHARACTERS);
  const count = Math.ceil(limits.FANOUT_PENDING_CHARACTERS / text.length);
  for (let seq = 1; seq <= count; seq++) fanOut.take([message(seq, text)]);
  assertEquals(congestion, [true]);
  await rounds(() => congestion.length > 1, "the end of it");
  assertEquals(congestion, [true, false]);
  await rounds(() => readers[1]!.frames.at(-1)!.at(-1) === count, "the last message");
  assertGreater(readers[1]!.frames.length, 2);
});

Deno.test("while people come without a pause, those who are there get what is said", async () => {
  const { clock, fanOut, readers, memberships, behind, troubles, extras, rounds } = crowd(limits.FANOUT_SENDS);
  let come = 0;
  /** Each send lets another member come, as in a storm of returns. */
  const bringAnother = (reader: Reader) =>
    reader.onFrame = () => {
      if (++come > 100 * limits.FANOUT_SENDS) return;
      const another = new Reader();
      bringAnother(another);
      memberships.push(membershipOf(another, `come${come}`, clock, { epoch: "e", seq: fanOut.head }));
    };
  readers.forEach(bringAnother);
  extras.push('{"seq":"somebody came"}');
  fanOut.take([message(1)]);
  await eventually(() => readers[0]!.frames.length === 1, "the first round");
  fanOut.take([message(2)]);
  await rounds(() => readers[0]!.frames.length === 2, "the second round");
  assertLess(come, 100 * limits.FANOUT_SENDS, "more would come");
  assertEquals([behind, troubles], [[], []]);
});

Deno.test("after a round that broke, all are looked at who may have missed who came and went", async () => {
  const { fanOut, readers, memberships, behind, troubles, extras, rounds } = crowd(3);
  readers[1]!.onFrame = () => {
    throw new Error("on purpose");
  };
  extras.push('{"seq":"somebody came"}');
  fanOut.pace.request();
  await rounds(() => troubles.length > 0, "the trouble");
  assertEquals(memberships.map(({ missedPresence }) => missedPresence), [true, true, true]);
  assertEquals(behind, memberships);
});
