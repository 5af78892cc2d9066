/** What a connection may send, what it is told when that is too much, and when it is closed for it. @module */

import { LoopLag } from "../../chat/base/loop_lag.ts";
import * as limits from "../../chat/limits.ts";
import { TokenBucket } from "../../chat/base/token_bucket.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer } from "../lib/server.ts";

Deno.test("commands over the rate are refused with when to come back, and may pass then", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  for (let used = 1; used < limits.COMMAND_BURST; used++) ada.post({ type: "ping" });
  const refused = await ada.ask({ type: "ping" }, "error");
  assertEquals([refused.code, refused.retryAfterMs], ["rate_limited", 1_000 / limits.COMMANDS_PER_S]);
  clock.advance(refused.retryAfterMs!);
  await ada.ask({ type: "ping" }, "pong");
});

Deno.test("a client that sends far too much in one go, and each again when it is told to, gets everything and no strike", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  const excess = 200;
  for (let used = 1; used < limits.COMMAND_BURST + excess; used++) ada.post({ type: "ping" });
  await ada.until(() => ada.all("error").length === excess);
  const told = ada.all("error").map(({ retryAfterMs }) => retryAfterMs!);
  for (const [index, ms] of told.entries()) {
    clock.advance(ms - (told[index - 1] ?? 0));
    await ada.ask({ type: "ping" }, "pong");
  }
  assertEquals(ada.all("error").length, excess);
});

Deno.test("a client that goes on for seconds though told to wait is closed with 1008", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  const fourTimesTheRate = 1_000 / limits.COMMANDS_PER_S / 4;
  let ended = false;
  ada.closed.then(() => ended = true);
  let refusedAt: number | undefined;
  while (!ended) {
    const before = ada.lines.length;
    ada.post({ type: "ping" });
    await Promise.race([ada.closed, ada.until(() => ada.lines.length > before)]).catch(() => {});
    if (ada.all("error").length > 0) refusedAt ??= clock.elapsed();
    if (refusedAt !== undefined) assertLess(clock.elapsed() - refusedAt, 30_000, "it is never closed");
    clock.advance(fourTimesTheRate);
  }
  assertEquals((await ada.closed).code, 1008);
  assert(clock.elapsed() - refusedAt! > limits.REFUSAL_HEARD_MS, "it had no time to hear of it");
});

Deno.test("a flood is closed with 1008 at once", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using ada = await ChatClient.open(server, "ada");
  const heard = limits.COMMAND_BURST + limits.UNHEARD_REFUSALS;
  for (let used = 1; used < heard + limits.STRIKES; used++) ada.post({ type: "ping" });
  assertEquals((await ada.closed).code, 1008);
});

const READS = {
  history: [{ type: "history", room: "lobby" }, "history", "historyReads"],
  "a thread": [{ type: "history", room: "lobby", thread: 1 }, "history", "historyReads"],
  reactors: [{ type: "reactors", room: "lobby", target: 1, emoji: "👍" }, "reactors", "reactorsReads"],
  rooms: [{ type: "rooms" }, "rooms", "roomsReads"],
} as const;

for (const [what, [command, reply, price]] of Object.entries(READS)) {
  Deno.test(`reading ${what} has a rate of its own, told in welcome, and leaves the others' alone`, async () => {
    const clock = new FakeClock();
    await using server = startServer({ clock });
    await using ada = await ChatClient.connect(server, "ada");
    const { limits: told } = await ada.ask({ type: "hello" }, "welcome");
    await ada.join("lobby");
    let tokens = told.readBurst - told.joinReads;
    while (tokens >= told[price]) {
      await ada.ask(command, reply);
      tokens -= told[price];
      clock.advance(1_000 / told.commandsPerSecond);
      tokens += told.readsPerSecond / told.commandsPerSecond;
    }
    const refused = await ada.ask(command, "error");
    assertEquals(refused.code, "rate_limited");
    await ada.publish("lobby", "may still be said");
    clock.advance(refused.retryAfterMs!);
    await ada.ask(command, reply);
  });
}

Deno.test("a client that comes back to the most rooms has them all as fast as commands may be sent", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  const { epoch } = await ada.join("room-0");
  for (let room = 0; room < limits.ROOMS_PER_CONNECTION; room++) {
    clock.advance(1_000 / limits.COMMANDS_PER_S);
    await ada.join(`room-${room}`, { epoch, seq: 0 });
  }
  assertEquals(ada.all("error"), []);
});

Deno.test("a storm of reactions is held to the rate of all commands", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await ada.publish("lobby", "hi");
  clock.advance(60_000);
  const react = (on: boolean) =>
    ({ type: "react", room: "lobby", nonce: crypto.randomUUID(), target: 1, emoji: "👍", on }) as const;
  for (let count = 0; count < limits.COMMAND_BURST; count++) await ada.ask(react(count % 2 === 0), "ok");
  const refused = await ada.ask(react(true), "error");
  assertEquals([refused.code, refused.retryAfterMs], ["rate_limited", 1_000 / limits.COMMANDS_PER_S]);
});

Deno.test("another name is taken three times at once, then once in ten seconds", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  for (let name = 0; name < limits.RENAME_BURST; name++) await ada.ask({ type: "rename", name: `Ada ${name}` }, "ok");
  const refused = await ada.ask({ type: "rename", name: "Countess" }, "error");
  assertEquals([refused.code, refused.retryAfterMs], ["rate_limited", limits.RENAME_MS]);
  clock.advance(limits.RENAME_MS);
  await ada.ask({ type: "rename", name: "Countess" }, "ok");
});

Deno.test("commands sent while the server stood still pass, as many as the rate allowed in that time", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  // A stall of twelve seconds, and somebody who says six things a second meanwhile.
  clock.stall(12_000);
  for (let said = 0; said < 72; said++) {
    ada.post({ type: "publish", room: "lobby", nonce: `${said}`, text: "still here" });
  }
  await ada.until(() => ada.all("ok").length === 72);
  assertEquals(ada.all("error"), []);
});

Deno.test("the first texts of somebody who had said nothing before the server stood still pass as well", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using bob = await ChatClient.open(server, "bob", "lobby");
  await using ada = await PlainClient.open(server, "ada");
  await bob.publish("lobby", "hello");
  await ada.untilFrame("Client #bob says: hello");
  clock.stall(12_000);
  for (let said = 0; said < 72; said++) ada.send("still here");
  await bob.until(
    () => bob.all("message").filter(({ id }) => id === "ada").length === 72,
    "all of them, though no time passes any more",
  );
});

Deno.test("a stall fills a bucket beyond its burst, and what is beyond goes as fast as it came", () => {
  const clock = new FakeClock();
  const lag = new LoopLag(clock);
  lag.start();
  const bucket = new TokenBucket(clock, 5, 1, lag);
  clock.advance(100_000);
  assertEquals(bucket.waitMs(6), 1_000, "without a stall there is never more than the burst");
  clock.stall(10_000);
  assertEquals(bucket.waitMs(14), 0);
  clock.advance(4_000);
  assertEquals(bucket.waitMs(10), 0);
  assert(bucket.waitMs(12) > 0);
  clock.advance(10_000);
  assert(bucket.waitMs(6) > 0);
  lag.stop();
  assertEquals(clock.timers, 0);
});

Deno.test("those who are told to wait at the same time are told different times", () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket(clock, 1, 10);
  assertEquals([bucket.take(1), bucket.promise(1), bucket.promise(1), bucket.promise(2)], [0, 100, 200, 400]);
  for (const [ms, count] of [[100, 1], [100, 1], [200, 2]] as const) {
    clock.advance(ms);
    // A bucket that holds one cannot give two.
    assertEquals(bucket.take(Math.min(count, 1)), 0);
  }
});

Deno.test("a client that waits for one rate may meet another meanwhile", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  for (let name = 0; name < limits.RENAME_BURST; name++) await ada.ask({ type: "rename", name: `Ada ${name}` }, "ok");
  const { retryAfterMs } = await ada.ask({ type: "rename", name: "Countess" }, "error");
  clock.advance(retryAfterMs! / 2);
  const excess = limits.STRIKES + 5;
  for (let sent = 0; sent < limits.COMMAND_BURST + excess; sent++) ada.post({ type: "ping" });
  await ada.until(() => ada.all("error").length === 1 + excess);
  clock.advance(retryAfterMs!);
  await ada.ask({ type: "ping" }, "pong");
});

Deno.test("strikes are forgiven, one every ten seconds", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using ada = await ChatClient.open(server, "ada");
  for (let strikes = 0; strikes < 2 * limits.STRIKES; strikes++) {
    ada.send("not JSON");
    await ada.until(() => ada.all("error").length === strikes + 1);
    clock.advance(10_000);
  }
  await ada.settled();
});
