/** Joining and resuming: everything that was missed, or word of what is missing; never a silent gap. @module */

import { textsOf } from "../lib/messages.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import * as limits from "../../chat/limits.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { startServer, type TestServer } from "../lib/server.ts";

/** A server whose room `lobby` has messages 1 to `count`. */
async function serverWith(count: number): Promise<TestServer> {
  const server = startServer({ limitRate: false });
  const append = (_: unknown, index: number) => server.manager.broadcast("lobby", "author", `m${index + 1}`);
  await Promise.all(Array.from({ length: count }, append));
  return server;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

Deno.test("a client that joins without a position gets the newest 50", async () => {
  await using server = await serverWith(70);
  await using ada = await ChatClient.open(server, "ada");
  const joined = await ada.join("lobby");
  assertEquals([joined.seq, joined.recovered, joined.missed], [70, false, undefined]);
  assertEquals(joined.messages.map(({ seq }) => seq), range(21, 70));
  assertEquals(textsOf(joined.messages)[0], "m21");
});

Deno.test("a client that joins an empty room gets nothing, and then its first message", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  const { ref: _, epoch, ...joined } = await ada.join("new");
  assertEquals(joined, {
    type: "joined",
    room: "new",
    seq: 0,
    first: 1,
    floor: 0,
    ordinal: 0,
    recovered: false,
    memberCount: 1,
    members: [{ id: "ada", name: "Client #ada" }],
    messages: [],
    may: ["publish", "react"],
  });
  assertEquals((await ada.join("new", { epoch, seq: 0 })).recovered, true);
  await ada.publish("new", "first");
  assertEquals((await ada.untilSeq("new", 1)).length, 1);
});

for (const missed of [0, 1, 99, 100, 101, 250, 1_000]) {
  Deno.test(`a client that resumes after missing ${missed} messages gets all of them, once, in order`, async () => {
    await using server = await serverWith(1_100);
    await using ada = await ChatClient.open(server, "ada");
    const { epoch } = await ada.join("lobby");
    await ada.ask({ type: "leave", room: "lobby" }, "ok");
    const joined = await ada.join("lobby", { epoch, seq: 1_100 - missed });
    assertEquals([joined.recovered, joined.seq, joined.missed], [true, 1_100, undefined]);
    assertEquals(joined.messages.length, Math.min(missed, limits.PAGE_MESSAGES));
    // Nobody says anything meanwhile: the rest must come by itself.
    if (missed > limits.PAGE_MESSAGES) await ada.untilSeq("lobby", 1_100);
    await server.manager.broadcast("lobby", "author", "and one more");
    const pushed = await ada.untilSeq("lobby", 1_101);
    const got = [...joined.messages, ...pushed].map(({ seq }) => seq);
    assertEquals(got, range(1_101 - missed, 1_101));
  });
}

Deno.test("a client that missed more than 1,000 gets the newest 50 and is told how many lie between", async () => {
  await using server = await serverWith(1_100);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch } = await ada.join("lobby");
  const joined = await ada.join("lobby", { epoch, seq: 99 });
  assertEquals([joined.recovered, joined.seq, joined.missed], [false, 1_100, 951]);
  assertEquals(joined.messages.map(({ seq }) => seq), range(1_051, 1_100));
});

Deno.test("a position under another epoch recovers nothing, and nobody knows what was missed", async () => {
  await using server = await serverWith(60);
  await using ada = await ChatClient.open(server, "ada");
  const joined = await ada.join("lobby", { epoch: "another", seq: 59 });
  assertEquals([joined.recovered, "missed" in joined, joined.messages.length], [false, false, 50]);
});

Deno.test("a position beyond the room's newest message recovers nothing", async () => {
  await using server = await serverWith(5);
  await using ada = await ChatClient.open(server, "ada");
  const { epoch } = await ada.join("lobby");
  const joined = await ada.join("lobby", { epoch, seq: 6 });
  assertEquals([joined.recovered, joined.messages.length], [false, 5]);
  assertEquals((await ada.join("lobby", { epoch, seq: Number.MAX_SAFE_INTEGER })).recovered, false);
});

Deno.test("a client that resumes before the oldest kept message is told how many are gone", async () => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  const total = 1_500;
  await Promise.all(range(1, total).map((index) => server.manager.broadcast("lobby", "author", `${index}`)));
  while (await store.trim(500, 0));
  await using ada = await ChatClient.open(server, "ada");
  const { epoch, seq } = await ada.join("lobby");
  assertEquals(seq, total);
  const joined = await ada.join("lobby", { epoch, seq: 600, ordinal: 600 });
  assertEquals([joined.recovered, joined.missed], [false, total - 50 - 600]);
});

Deno.test("joining again starts over without a message lost or doubled", async () => {
  await using server = await serverWith(3);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await server.manager.broadcast("lobby", "author", "m4");
  await ada.untilSeq("lobby", 4);
  const { epoch, messages } = await ada.join("lobby");
  assertEquals(messages.map(({ seq }) => seq), [1, 2, 3, 4]);
  assertEquals((await ada.join("lobby", { epoch, seq: 4 })).messages, []);
  await server.manager.broadcast("lobby", "author", "m5");
  await ada.untilSeq("lobby", 5);
  assertEquals(ada.messages("lobby").map(({ seq }) => seq), [4, 5]);
});

Deno.test("a client that joins while the room is busy gets a run without a gap, wherever it began", async () => {
  await using server = await serverWith(500);
  await using bob = await ChatClient.open(server, "bob");
  const { epoch } = await bob.join("lobby");
  const last = 2_500;
  const talk = (async () => {
    for (let seq = 501; seq <= last; seq++) await server.manager.broadcast("lobby", "author", "x");
  })();
  const check = async (after: number | undefined) => {
    await using client = await ChatClient.open(server, `c${after}`);
    const joined = await client.join("lobby", after === undefined ? undefined : { epoch, seq: after });
    await client.until(() => joined.seq === last || client.messages("lobby").at(-1)?.seq === last, "the last message");
    const seqs = [...joined.messages, ...client.messages("lobby")].map(({ seq }) => seq);
    assertEquals(seqs, range(seqs[0]!, last));
    if (joined.recovered) assertEquals(seqs[0], after! + 1);
    return joined.recovered;
  };
  const recovered = await Promise.all([undefined, 300, 400, 450, 499].map(check));
  await talk;
  assertEquals(recovered[0], false);
  assert(recovered.some((it) => it), "somebody resumed");
});

Deno.test("the joined reply comes before any push of the room", async () => {
  await using server = await serverWith(0);
  await using plain = await PlainClient.open(server, "plain");
  await using ada = await ChatClient.open(server, "ada");
  for (let round = 0; round < 20; round++) {
    const room = `room-${round}`;
    const said = server.manager.broadcast(room, "author", "x");
    await ada.join(room);
    await said;
    await ada.settled();
    const first = ada.lines.find((line) => "room" in line && line.room === room);
    assertEquals(first?.type, "joined");
  }
  plain.send("x");
  await plain.untilCount(1);
});
