/** What a tail makes of hints, whatever order they come in. @module */

import { MemoryStore } from "../../chat/stores/memory.ts";
import type { StoredMessage } from "../../chat/log/message_log.ts";
import { Tail } from "../../chat/log/tail.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { by } from "../stores/contract.ts";

/** A room of three messages, followed from before the first; and the numbers that its follower was handed. */
async function followThree() {
  const store = new MemoryStore("e");
  const tail = new Tail((range) => store.read("lobby", range), new FakeClock());
  const got: number[] = [];
  await tail.add({ batch: (messages) => void got.push(...messages.map(({ seq }) => seq)), reset: () => got.push(NaN) });
  const now = { ts: 1, day: 0 };
  await store.commit(["one", "two", "three"].map((text) => ({ room: "lobby", message: by(text) })), now);
  const { messages } = await store.read("lobby", { limit: 3 });
  return { tail, got, messages: messages as [StoredMessage, StoredMessage, StoredMessage] };
}

Deno.test("a tail hands on at once what a hint brings, if it goes on where the tail is", async () => {
  const { tail, got, messages } = await followThree();
  tail.hint(messages, "e");
  assertEquals(got, [1, 2, 3]);
  tail.stop();
});

Deno.test("a tail reads the log where a hint begins behind a gap", async () => {
  const { tail, got, messages: [, , third] } = await followThree();
  tail.hint([third], "e");
  await eventually(() => got.length > 0, "what was missing");
  assertEquals(got, [1, 2, 3]);
  tail.stop();
});

Deno.test("a tail reads the log where a hint has a gap within", async () => {
  const { tail, got, messages: [first, , third] } = await followThree();
  tail.hint([first, third], "e");
  await eventually(() => got.length > 0, "what was missing");
  assertEquals(got, [1, 2, 3]);
  tail.stop();
});

Deno.test("a tail hands on nothing twice, however often it is hinted at", async () => {
  const { tail, got, messages: [first, second, third] } = await followThree();
  tail.hint([first, second], "e");
  tail.hint([first, second, third], "e");
  tail.hint([second], "e");
  assertEquals(got, [1, 2, 3]);
  tail.stop();
});
