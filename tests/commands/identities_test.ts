/** Ids are called back, and claims of operators taken. @module */

import * as limits from "../../chat/limits.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { makeClaim } from "../../chat/policy/claim.ts";
import { Quota } from "../../chat/policy/quota.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assert, assertEquals, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { inTime } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";
import { Folder } from "../stores/in_folder.ts";

const ADA = "ada's secret, long enough";
const ADAS = await idOfKey(ADA);
const NEXT = await idOfKey("ada's next secret, long enough");

/** What a hello with a key is answered. */
async function answerTo(server: { wsUrl: string }, key: string) {
  await using client = await ChatClient.connect(server, await idOfKey(key));
  return await client.reply(client.post({ type: "hello", key }));
}

Deno.test("an id that is called back is closed everywhere, and let in no more, also after a restart", async () => {
  await using folder = new Folder();
  const start = async () => startServer({ log: openLog(await openSqliteStore(folder.file)) });
  {
    await using server = await start();
    await using ada = await ChatClient.keyed(server, ADA, "lobby");
    await using thief = await ChatClient.keyed(server, ADA, "lobby");
    await using bob = await ChatClient.open(server, "bob", "lobby");
    await ada.ask({ type: "revoke", next: NEXT }, "ok");
    assertEquals([(await ada.closed).code, (await thief.closed).code], [4004, 4004]);
    await bob.publish("lobby", "still here");
    const refused = await answerTo(server, ADA);
    assertEquals(refused.type === "error" && refused.code, "revoked");
  }
  await using server = await start();
  const refused = await answerTo(server, ADA);
  assert(refused.type === "error");
  assertEquals(refused.code, "revoked");
  assertStringIncludes(refused.message, NEXT);
  assertEquals((await answerTo(server, "another secret, long enough")).type, "welcome");
});

Deno.test("by the word of a proxy nobody comes in under an id that was called back, in plain text neither", async () => {
  await using server = startServer({ identify: () => "t-ada" });
  await server.log.identities!.revoke("t-ada");
  await using ada = await ChatClient.connect(server, "whatever");
  assertEquals((await ada.ask({ type: "hello" }, "error")).code, "revoked");
  await using plain = await PlainClient.open(server, "whatever");
  assertEquals((await inTime(plain.closed, "the end of plain text")).code, 4004);
});

Deno.test("somebody whom a proxy names is closed in plain text as well when its id is called back", async () => {
  await using server = startServer({ identify: () => "t-ada" });
  await using plain = await PlainClient.open(server, "whatever");
  plain.send("hello");
  await plain.untilCount(1);
  await using ada = await ChatClient.open(server, "whatever");
  await ada.ask({ type: "revoke" }, "ok");
  assertEquals((await inTime(plain.closed, "its end", 10_000)).code, 4004);
});

Deno.test("only an id that is proven is called back, its next one is another that is, and not many are in an hour", async () => {
  await using server = startServer();
  await using free = await ChatClient.open(server, "42");
  assertEquals((await free.ask({ type: "revoke" }, "error")).code, "needs_proof");
  await using ada = await ChatClient.keyed(server, ADA);
  assertEquals((await ada.ask({ type: "revoke", next: ADAS }, "error")).code, "bad_command");
  assertEquals((await ada.ask({ type: "revoke", next: "42" }, "error")).code, "bad_command");
  assertEquals((await answerTo(server, ADA)).type, "welcome");
});

Deno.test("of fifty who open the link of a claim at once, one moderates the rooms that nobody owns", async () => {
  await using server = startServer({ limitRate: false });
  const secret = (await makeClaim(server.log.identities!)).replace("/i#claim.", "");
  await using free = await ChatClient.open(server, "42");
  assertEquals((await free.ask({ type: "claim", secret }, "error")).code, "needs_proof");
  const keys = Array.from({ length: 50 }, (_, n) => `secret number ${n}, long enough`);
  const clients = await Promise.all(keys.map((key) => ChatClient.keyed(server, key)));
  const answers = await Promise.all(clients.map((client) => client.reply(client.post({ type: "claim", secret }))));
  const winner = answers.findIndex(({ type }) => type === "ok");
  const codes = answers.filter((_, n) => n !== winner).map((answer) => answer.type === "error" && answer.code);
  assertEquals(codes, Array(49).fill("no_access"));
  assert((await clients[winner]!.join("lobby")).may.includes("moderate"));
  assert(!(await clients[(winner + 1) % 50]!.join("lobby")).may.includes("moderate"));
  // Also when it comes again, and when it did not hear that it was let in.
  await using again = await ChatClient.keyed(server, keys[winner]!);
  assert((await again.join("lobby")).may.includes("moderate"));
  await again.ask({ type: "claim", secret }, "ok");
  for (const client of clients) await client.close();
});

Deno.test("while the store does not answer, nobody is let in who might have been called back", async () => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  await store.close();
  const answer = await answerTo(server, ADA);
  assertEquals(answer.type === "error" && [answer.code, (answer.retryAfterMs ?? 0) > 0], ["unavailable", true]);
});

Deno.test("an address calls so many ids back in an hour, as each of them is kept for good", () => {
  const clock = new FakeClock();
  const quota = new Quota(clock, { stalledMs: 0 });
  const waits = Array.from({ length: limits.REVOKES_PER_HOUR + 1 }, (_, n) => quota.revokeMs(`k-${n}`, "203.0.113.7"));
  assertEquals(waits.map((ms) => ms > 0), [...Array(limits.REVOKES_PER_HOUR).fill(false), true]);
});
